/* The small maps of sheets and territories: each `[data-small-map]` becomes a map of the marks that its attributes hold. */
"use strict";

(() => {
  document.querySelectorAll("[data-small-map]").forEach((box) => draw(box, box.dataset));

  function draw(box, data) {
    Maillage.state.shapes = JSON.parse(data.shapes);
    /* On a phone the page scrolls under one finger; two fingers enlarge the map. */
    const map = L.map(box, {
      zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 18, dragging: !L.Browser.mobile,
    });
    map.setView([46.6, 2.5], 5);
    Maillage.dress(map, data.label);
    const items = JSON.parse(data.marks).map((item) => ({ ...item, at: [item.latitude, item.longitude] }));
    background(map, data);
    const drawn = items.map((item) => Maillage.mark(item, item.main ? { zIndexOffset: 4000 } : {}).addTo(map));
    look(map, items, drawn, data);
    if (data.libraries) {
      const address = data.libraries.replace("/0/1/2.json", "/{z}/{x}/{y}.json");
      new Maillage.LibraryLayer(address, ["bibliotheque"]).addTo(map);
    }
  }

  /* The departments and communes: bare, or coloured by their coverage once it has come. */
  function background(map, data) {
    let statuses = {};
    const ground = Maillage.ground(map, {
      departments: data.departments,
      communes: data.communes.replace("/1/2.geojson", "/{x}/{y}.geojson"),
      statusOf: (id) => statuses[id] || "",
    });
    if (!data.coverage) return;
    const problem = "La couverture des départements n’a pas pu être chargée.";
    const load = () =>
      Maillage.getJson(data.coverage)
        .then((found) => {
          statuses = found;
          ground.repaint();
          map.statusLine.clear(problem);
        })
        .catch(() => map.statusLine.fail(problem, load));
    load();
  }

  /* First the place of the page with its neighbours, else its territory, else all marks. */
  function look(map, items, drawn, data) {
    const main = items.find((item) => item.main);
    const all = L.featureGroup(drawn);
    if (main) {
      const near = items.filter((item) => L.latLng(item.at).distanceTo(main.at) < 60000);
      if (near.length > 1) map.fitBounds(L.latLngBounds(near.map((item) => item.at)), { maxZoom: 12, padding: [30, 30] });
      else map.setView(main.at, 10);
    } else if (drawn.length && !data.outline) {
      map.fitBounds(all.getBounds(), { maxZoom: 12, padding: [30, 30] });
    }
    if (data.outline) outline(map, data.outline, !main);
  }

  function outline(map, address, fit) {
    const problem = "Le contour du territoire n’a pas pu être chargé.";
    const load = () =>
      Maillage.getJson(address)
        .then((shapes) => {
          const layer = L.geoJSON(shapes, { pane: "choix", interactive: false, style: { className: "zone-chosen", fill: false } }).addTo(map);
          if (fit && layer.getBounds().isValid()) map.fitBounds(layer.getBounds(), { padding: [8, 8], maxZoom: 13, animate: false });
          map.statusLine.clear(problem);
        })
        .catch(() => map.statusLine.fail(problem, load));
    load();
  }
})();
