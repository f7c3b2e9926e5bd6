/* The map of the candidates: circles sized by gain and numbered as in the list, the places that exist, and the zone asked for. */
"use strict";

(() => {
  const SMALLEST = 26;
  const LARGEST = 44;
  /* The places that exist stand over the candidates, which are larger. */
  const ABOVE = 9000;
  const box = document.querySelector("[data-candidates-map]");
  if (box) draw(box, box.dataset);

  function draw(box, data) {
    Maillage.state.shapes = JSON.parse(data.shapes);
    const marks = JSON.parse(data.marks);
    const map = L.map(box, {
      zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 18, dragging: !L.Browser.mobile,
    });
    map.setView([46.6, 2.5], 5);
    Maillage.dress(map, data.label);
    Maillage.ground(map, {
      departments: data.departments,
      communes: data.communes.replace("/1/2.geojson", "/{x}/{y}.geojson"),
      statusOf: () => "",
    });
    marks.places.forEach((place) => Maillage.mark(place, { zIndexOffset: ABOVE }).addTo(map));
    /* The first ones last, so that they stand over the others. */
    const drawn = [...marks.candidates].reverse().map((one) => circle(one).addTo(map));
    if (marks.zone.length) L.polygon(marks.zone, { pane: "choix", interactive: false, className: "zone-chosen", fill: false }).addTo(map);
    if (marks.bounds.length) map.fitBounds(marks.bounds, { maxZoom: 11, padding: [20, 20] });
    else if (drawn.length) map.fitBounds(L.featureGroup(drawn).getBounds(), { maxZoom: 11, padding: [40, 40] });
    Maillage.candidatesZone(map);
  }

  /* The surface of a circle is in proportion to the gain, from the smallest that a finger can press. */
  function circle(one) {
    const size = Math.round(SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(one.share));
    const icon = L.divIcon({ className: "candidate-mark", html: Maillage.element("span", String(one.rank)), iconSize: [size, size] });
    const name = `${one.rank}. ${one.name}, ${one.place}, ${one.detail}`;
    const made = Maillage.button(one.at, icon, name, { hint: one.name, zIndexOffset: 5000 - one.rank });
    return made.bindPopup(() => windowOf(one), { ...Maillage.windowOptions, name: one.name });
  }

  function windowOf(one) {
    const found = Maillage.windowOf({ name: `${one.rank}. ${one.name}`, href: one.href, label: "Bibliothèque candidate", place: one.place, detail: one.detail });
    const link = Maillage.element("a", "Sa place dans le classement");
    link.href = `#${one.anchor}`;
    const line = Maillage.element("p");
    line.append(link);
    found.append(line);
    return found;
  }
})();
