/* The two maps of a scenario, side by side: the reference and the scenario. They show the same view, and move together. */
"use strict";

(() => {
  const box = document.querySelector("[data-scenario-maps]");
  if (!box) return;
  Maillage.state.shapes = JSON.parse(box.dataset.shapes);

  const MAINLAND = L.latLngBounds([41, -6], [52, 10]);
  const editable = "editable" in box.dataset;
  /* Where the mouse was last pressed: what « ici » means in a window. */
  let pressed = null;
  const sides = ["reference", "scenario"].map((name) => makeSide(name));
  follow(sides[0].map, sides[1].map);
  follow(sides[1].map, sides[0].map);
  draw(JSON.parse(box.dataset.scenarioMaps), true);

  Maillage.scenarioMaps = { draw, scenario: sides[1].map, step: null };

  function makeSide(name) {
    const container = box.querySelector(`[data-scenario-map="${name}"]`);
    const map = L.map(container, {
      zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 18, dragging: !L.Browser.mobile,
    });
    map.setView([46.6, 2.5], 5);
    Maillage.dress(map, container.dataset.label);
    Object.assign(map.createPane("portee").style, { zIndex: 410, pointerEvents: "none" });
    map.getPane("portee").classList.add("scenario-reach-pane");
    const active = editable && name === "scenario";
    Maillage.ground(map, {
      departments: box.dataset.departments,
      communes: box.dataset.communes.replace("/1/2.geojson", "/{x}/{y}.geojson"),
      statusOf: () => "",
      windowOf: active ? windowOfGround : undefined,
    });
    if (active) map.on("preclick", (event) => (pressed = event.latlng));
    return { name, map, active, layer: L.layerGroup().addTo(map) };
  }

  /* What one map shows, the other shows: without animation, so that each movement is echoed once. */
  function follow(map, other) {
    map.on("move", () => {
      if (map.isFollowing) return;
      other.isFollowing = true;
      other.setView(map.getCenter(), map.getZoom(), { animate: false });
      other.isFollowing = false;
    });
  }

  function draw(data, first = false) {
    sides.forEach((side) => drawSide(side, data));
    if (first) look(data);
  }

  function drawSide(side, data) {
    const { reach_km: reach, marks } = data[side.name];
    side.layer.clearLayers();
    marks.filter((item) => !item.closed).forEach((item) => {
      const className = item.opened ? "scenario-reach scenario-reach--opened" : "scenario-reach";
      L.circle(item.at, { radius: reach * 1000, pane: "portee", interactive: false, className }).addTo(side.layer);
    });
    data.changed.forEach((commune) => change(commune).addTo(side.layer));
    marks.forEach((item) => mark(side, item).addTo(side.layer));
  }

  function mark(side, item) {
    const look = item.closed ? "ferme" : item.planned ? "en-projet" : "";
    const state = item.closed ? "fermé en pensée" : item.opened ? "ouvert en pensée" : item.planned ? "en projet" : "ouvert";
    /* What is opened in thought is drawn as a planned centre, whatever stands there now. */
    const shown = item.opened ? { ...item, kind: "centre-associe", label: "", place: item.label, look: "en-projet", state, main: true } : { ...item, look, state };
    const made = Maillage.mark(shown);
    if (side.active) {
      const words = item.opened ? "Ne plus ouvrir ce lieu" : item.closed ? "Rouvrir ce lieu" : "Fermer ce lieu en pensée";
      made.unbindPopup().bindPopup(() => withButton(Maillage.windowOf(shown), words, stepOf(item)), { ...Maillage.windowOptions, name: item.name });
    }
    return made;
  }

  function stepOf(item) {
    if (item.opened) return { key: item.key, list: "ouvrir", add: false };
    return { key: item.key, list: "fermer", add: !item.closed };
  }

  /* A commune that changes sides: a plus or a minus, for the eyes; those who listen have the tables. */
  function change(commune) {
    const kind = commune.gained ? "gained" : "lost";
    const html = Maillage.element("span", commune.gained ? "+" : "−", `scenario-change scenario-change--${kind}${commune.population < 2000 ? " scenario-change--small" : ""}`);
    return L.marker(commune.at, { interactive: false, keyboard: false, pane: "noms", icon: L.divIcon({ className: "scenario-change-at", html, iconSize: [16, 16] }) });
  }

  function windowOfGround(feature, level) {
    const window = Maillage.element("div", "", "map-window");
    window.append(Maillage.element("p", feature.properties.name, "map-window__name"));
    if (level === "commune") {
      window.append(Maillage.element("p", "Le lieu serait au point de la commune."));
      withButton(window, "Ouvrir dans cette commune", { key: feature.id, list: "ouvrir", add: true });
    }
    if (pressed) {
      const point = `${pressed.lng.toFixed(4)},${pressed.lat.toFixed(4)}`;
      withButton(window, "Ouvrir à cet endroit précis", { key: point, list: "ouvrir", add: true });
    }
    return window;
  }

  function withButton(window, words, step) {
    const button = Maillage.element("button", words, "button button--secondary button--small");
    button.type = "button";
    button.addEventListener("click", () => {
      sides[1].map.closePopup();
      Maillage.scenarioMaps.step(step);
    });
    window.append(button);
    return window;
  }

  /* A library of the map: its window gets the button too (`update` would write it anew). Its address ends with the id that the URL of a trial names. */
  if (editable) {
    sides[1].map.on("popupopen", (event) => {
      event.popup.getElement().querySelectorAll(".map-window").forEach((window) => {
        const link = window.querySelector(":scope > .map-window__name a[href]");
        if (!link || window.querySelector("button")) return;
        withButton(window, "Ouvrir un lieu ici", { key: link.href.split("/").pop(), list: "ouvrir", add: true });
      });
    });
    libraries(sides[1].map);
  }

  /* Thousands of libraries would hide the circles: they come when asked for. */
  function libraries(map) {
    const line = document.querySelector("[data-scenario-tools]");
    const button = Maillage.element("button", "Montrer les bibliothèques sur la carte du scénario", "button button--secondary button--small");
    const layer = new Maillage.LibraryLayer(box.dataset.libraries.replace("/0/1/2.json", "/{z}/{x}/{y}.json"), ["bibliotheque"]);
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const shown = !map.hasLayer(layer);
      if (shown) map.addLayer(layer);
      else map.removeLayer(layer);
      button.setAttribute("aria-pressed", String(shown));
    });
    line.append(button);
  }

  /* First what changes, else France. */
  function look(data) {
    const touched = data.scenario.marks.filter((item) => item.opened || item.closed).map((item) => item.at);
    const changed = data.changed.slice(0, 60).map((commune) => commune.at);
    const points = [...touched, ...changed];
    /* What lies beyond the seas would shrink the mainland to a dot: it is looked at alone, where nothing else changes. */
    const near = points.filter((at) => MAINLAND.contains(at));
    const shown = near.length ? near : points;
    if (shown.length) sides[1].map.fitBounds(L.latLngBounds(shown), { maxZoom: 9, padding: [24, 24], animate: false });
  }
})();
