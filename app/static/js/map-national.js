/* The national map: the layers that the page asks for, and the panel beside it. The URL is the state: each box that one
   ticks writes it, and the text under the map is fetched again from that very address. */
"use strict";

(() => {
  /* First call: `options` hold the name of the map, the shapes and labels of kinds, the boxes of the jumps. */
  Maillage.prepare = (map, options) => {
    Object.assign(Maillage.state, { shapes: options.shapes, labels: options.labels });
    Maillage.dress(map, options.name);
    map.marksByKind = new Map();
    if (document.getElementById("resume")) map.getContainer().setAttribute("aria-describedby", "resume");
    map.getContainer().closest(".map").classList.toggle("map--over-base", options.overBase);
    /* Without animation: one that ran on would undo what follows. */
    map.fitBounds(options.box, { maxZoom: options.deepestView, animate: false });
    restoreView(map);
    jumps(map, options.views);
    document.querySelectorAll("[data-needs-map]").forEach((part) => (part.hidden = false));
  };

  /* The place where one was looking stands after the #, so that a link leads to the same view. */
  function restoreView(map) {
    const seen = /^#vue=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
    if (seen) map.setView([Number(seen[2]), Number(seen[3])], Number(seen[1]), { animate: false });
    /* Only what one has chosen to look at is worth an address. */
    let chosen = Boolean(seen);
    ["pointerdown", "wheel", "keydown"].forEach((kind) => map.getContainer().addEventListener(kind, () => (chosen = true), { passive: true }));
    map.on("jumped", () => (chosen = true));
    map.on("moveend", () => {
      if (!chosen) return;
      const centre = map.getCenter();
      const view = `#vue=${map.getZoom()}/${centre.lat.toFixed(3)}/${centre.lng.toFixed(3)}`;
      history.replaceState(history.state, "", location.pathname + location.search + view);
    });
  }

  function jumps(map, views) {
    document.querySelectorAll("[data-jump]").forEach((button) => {
      button.addEventListener("click", () => {
        const box = button.dataset.jump === "reseau" ? networkBox(map) : views[button.dataset.jump];
        if (!box) return;
        map.fire("jumped");
        map.fitBounds(box, { padding: [10, 10] });
        map.getContainer().focus({ preventScroll: true });
        map.getContainer().scrollIntoView({ block: "nearest" });
      });
    });
  }

  function networkBox(map) {
    const places = [...map.marksByKind.values()].flatMap((group) => group.getLayers().map((marker) => marker.getLatLng()));
    return places.length ? L.latLngBounds(places) : null;
  }

  /* The ground: `statuses` by id of department; a window says the status and leads to the pages of the territory. */
  Maillage.coverage = (map, options) => {
    const statusOf = (id) => options.statuses[id] || options.otherwise;
    let coloured = options.coloured;
    const ground = Maillage.ground(map, {
      departments: options.departments,
      communes: options.communes,
      statusOf: (id) => (coloured ? statusOf(id) : ""),
      windowOf: (feature, level) => territoryWindow(feature, level, options, statusOf),
    });
    map.colour = (wanted) => {
      coloured = wanted;
      ground.repaint();
    };
  };

  function territoryWindow(feature, level, options, statusOf) {
    const to = (address) => address.replace(options.anyId, feature.id);
    const { name, code, population, department } = feature.properties;
    const home = department || feature.id;
    const box = Maillage.element("div", "", "map-window");
    box.append(Maillage.heading({ name: code ? `${name} (${code})` : name, href: to(options.page) }));
    if (population !== undefined) box.append(Maillage.element("p", Maillage.count(population, "habitant", "habitants")));
    const where = level === "commune" ? "Département " : "";
    box.append(Maillage.element("p", where + options.labels[statusOf(home)], "map-window__state"));
    const places = options.places[home] || 0;
    const known = places ? Maillage.count(places, "structure ouverte au dernier constat", "structures ouvertes au dernier constat") : "aucune structure connue";
    box.append(Maillage.element("p", known));
    const [declared, wanted] = (level === "departement" && options.interests[feature.id]) || [0, 0];
    if (declared) box.append(Maillage.element("p", Maillage.count(declared, "intérêt manifesté", "intérêts manifestés")));
    if (wanted) box.append(Maillage.element("p", Maillage.count(wanted, "souhait d’une Cité", "souhaits de Cités")));
    const link = Maillage.element("a", "Voir sa couverture");
    link.href = to(options.coverage);
    const line = Maillage.element("p");
    line.append(link);
    box.append(line);
    return box;
  }

  /* The outline of the territory asked for, over the departments; it lets clicks through. */
  Maillage.outline = (map, options) => {
    const problem = `Le contour de « ${options.name} » n’a pas pu être chargé.`;
    const load = () =>
      Maillage.getJson(options.url)
        .then((data) => {
          L.geoJSON(data, { pane: "choix", interactive: false, style: { className: "zone-chosen", fill: false } }).addTo(map);
          map.statusLine.clear(problem);
        })
        .catch(() => map.statusLine.fail(problem, load));
    load();
  };

  /* How many interests and wishes each department has, written over it for the eyes; its window and the table say the same. */
  Maillage.interests = (map, options) => {
    map.createPane("interets").style.zIndex = 640;
    map.getPane("interets").setAttribute("aria-hidden", "true");
    for (const { at, declared, wanted } of options.numbers) {
      const numbers = Maillage.element("span", "", "map-interests");
      if (declared) numbers.append(Maillage.element("span", String(declared), "map-interest map-interest--declared"));
      if (wanted) numbers.append(Maillage.element("span", String(wanted), "map-interest map-interest--wanted"));
      const icon = L.divIcon({ className: "map-interests-place", html: numbers, iconSize: [0, 0] });
      L.marker(at, { pane: "interets", interactive: false, keyboard: false, icon }).addTo(map);
    }
  };

  /* The place searched around, and how far. */
  Maillage.around = (map, options) => {
    L.circle(options.at, { radius: options.metres || 1, className: "zone-chosen", fill: false, interactive: false, pane: "choix" }).addTo(map);
  };

  /* Cités, centres, points relais, agencies: one mark each, in one layer a kind. */
  Maillage.marks = (map, options) => {
    map.singleMarks = options.marks.map((item) => L.latLng(item.at));
    for (const item of options.marks) {
      if (!map.marksByKind.has(item.kind)) map.marksByKind.set(item.kind, L.layerGroup().addTo(map));
      Maillage.mark(item).addTo(map.marksByKind.get(item.kind));
    }
  };

  /* Last call: the libraries, then the panel, which steers all layers. */
  Maillage.libraries = (map, options) => {
    const layer = new Maillage.LibraryLayer(options.url, options.kinds);
    const show = (kinds) => {
      const changed = kinds.join() !== layer.kinds.join();
      if (changed) layer.kinds = kinds;
      if (!kinds.length) {
        layer.remove();
        map.statusLine.say("");
      } else if (!map.hasLayer(layer)) {
        layer.addTo(map);
      } else if (changed) {
        layer.setKinds(kinds);
      }
    };
    show(options.kinds);
    const form = document.querySelector("[data-map-form]");
    if (form) panel(map, form, show);
  };

  function panel(map, form, showLibraries) {
    const boxes = [...form.querySelectorAll("input[name=type]")];
    form.addEventListener("change", (event) => {
      if (event.target.name === "fond") map.colour(event.target.value !== "contours");
      else if (event.target.name === "type") applyKinds(map, boxes, showLibraries, form);
      else if (event.target.name === "interets") return void location.assign(addressOf(form));
      else return;
      refresh(form);
    });
    /* Another day keeps the view; another territory moves it. */
    form.addEventListener("submit", () => {
      const same = form.elements.territoire.value === form.elements.territoire.defaultValue;
      form.action = form.action.split("#")[0] + (same ? location.hash : "");
    });
  }

  function applyKinds(map, boxes, showLibraries, form) {
    const wanted = boxes.filter((box) => box.checked).map((box) => box.value);
    const single = new Set(form.dataset.singleKinds.split(" "));
    /* A kind of which no mark was sent, because the address left it out, comes with a new page. */
    if (wanted.some((kind) => single.has(kind) && !map.marksByKind.has(kind) && boxHasSome(boxes, kind))) {
      location.assign(addressOf(form));
      return;
    }
    map.marksByKind.forEach((group, kind) => (wanted.includes(kind) ? group.addTo(map) : group.remove()));
    showLibraries(wanted.filter((kind) => !single.has(kind)));
  }

  function boxHasSome(boxes, kind) {
    return Number(boxes.find((box) => box.value === kind).dataset.count) > 0;
  }

  /* The address of what the panel says, as short as the server would write it. */
  function addressOf(form) {
    const asked = new URLSearchParams(location.search);
    const boxes = [...form.querySelectorAll("input[name=type]")];
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    asked.delete("type");
    const usual = boxes.every((box) => box.checked === ("usual" in box.dataset));
    if (!usual) (ticked.length ? ticked : ["aucun"]).forEach((kind) => asked.append("type", kind));
    const background = form.querySelector("input[name=fond]:checked");
    asked.delete("fond");
    if (background && background.value === "contours") asked.set("fond", "contours");
    asked.delete("interets");
    if (form.elements.interets?.checked) asked.set("interets", "1");
    const query = asked.toString();
    return location.pathname + (query ? `?${query}` : "") + location.hash;
  }

  /* The text of the page says what the map shows: fetched for the new address, and put in the place of the old. */
  let waiting = null;
  async function refresh(form) {
    const address = addressOf(form);
    history.replaceState(history.state, "", address);
    if (waiting) waiting.abort();
    waiting = new AbortController();
    const parts = document.querySelectorAll("[data-follows-map]");
    parts.forEach((part) => part.setAttribute("aria-busy", "true"));
    try {
      const text = form.dataset.text + new URL(address, location.href).search;
      const answer = await fetch(text, { signal: waiting.signal, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      parts.forEach((part) => part.replaceWith(document.importNode(page.getElementById(part.id), true)));
    } catch (error) {
      /* The map has changed and the text has not: the page itself, asked again, will say the same thing twice. */
      if (!Maillage.isAbort(error)) location.assign(address);
    }
  }
})();
