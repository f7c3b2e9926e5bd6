/* Drawing a zone on the map of candidates: each click is a corner; the form is then sent with the corners in its field. */
"use strict";

Maillage.candidatesZone = (map) => {
  const FEWEST = 3;
  const MOST = 60;
  const tools = document.querySelector("[data-zone-tools]");
  const field = document.querySelector("[data-zone]");
  const form = document.querySelector("[data-candidate-form]");
  if (!tools || !field || !form) return;
  const [begin, done, cancel] = ["draw", "done", "cancel"].map((name) => tools.querySelector(`[data-zone-${name}]`));
  const shape = L.polygon([], { className: "zone-drawn", interactive: false });
  let corners = [];
  tools.hidden = false;

  const show = () => {
    shape.setLatLngs(corners);
    done.hidden = corners.length < FEWEST;
    const more = corners.length < FEWEST ? "au moins trois" : `${corners.length} posés, ${MOST} au plus`;
    map.statusLine.say(`Cliquez sur la carte pour poser les sommets de la zone (${more}). Échap pour annuler.`);
  };
  const add = (event) => {
    if (corners.length < MOST) corners = [...corners, event.latlng];
    show();
  };
  const stop = () => {
    corners = [];
    shape.remove();
    map.off("click", add);
    map.getContainer().classList.remove("map--drawing");
    [begin.hidden, done.hidden, cancel.hidden] = [false, true, true];
    map.statusLine.say("");
    begin.focus({ preventScroll: true });
  };
  begin.addEventListener("click", () => {
    map.closePopup();
    [begin.hidden, cancel.hidden] = [true, false];
    map.getContainer().classList.add("map--drawing");
    shape.addTo(map);
    map.on("click", add);
    show();
    cancel.focus({ preventScroll: true });
  });
  cancel.addEventListener("click", stop);
  map.getContainer().addEventListener("keydown", (event) => event.key === "Escape" && !cancel.hidden && stop());
  done.addEventListener("click", () => {
    field.value = corners.map((corner) => `${corner.lng.toFixed(5)},${corner.lat.toFixed(5)}`).join(";");
    for (const name of ["territoires", "autour", "km"]) if (form.elements[name]) form.elements[name].value = "";
    form.requestSubmit();
  });
};
