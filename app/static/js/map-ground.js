/* The ground of a map: departments, then communes when one comes near, so that one knows where one is without any tile of
   another server. `statusOf(departmentId)` gives the coverage that colours them, or "" for bare outlines. */
"use strict";

(() => {
  const COMMUNES_FROM = 10;
  const DEPARTMENT_NAMES_FROM = 8;
  /* Smallest population whose name is written, by zoom; and the room that a name takes, in pixels. */
  const NAMED = { 10: 8000, 11: 2500, 12: 500 };
  const LETTER = 6;
  const LINE = 18;

  /* options: departments (address), communes (address with {x}, {y}), statusOf, windowOf(feature, level) or nothing. */
  Maillage.ground = (map, options) => {
    map.createPane("departements").style.zIndex = 390;
    map.createPane("noms").style.zIndex = 450;
    map.getPane("noms").setAttribute("aria-hidden", "true");
    const departments = Maillage.departmentLayer(map, options);
    const communes = new CommuneLayer(options).addTo(map);
    const near = () => {
      const zoom = Math.round(map.getZoom());
      const box = map.getContainer().closest(".map");
      box.classList.toggle("map--near", zoom >= COMMUNES_FROM);
      box.classList.toggle("map--names", zoom >= DEPARTMENT_NAMES_FROM && zoom < COMMUNES_FROM);
      if (zoom < COMMUNES_FROM) box.classList.remove("map--communes");
    };
    communes.on("load", () => map.getContainer().closest(".map").classList.toggle("map--communes", Math.round(map.getZoom()) >= COMMUNES_FROM));
    map.on("zoomend", near);
    near();
    return { repaint: () => [departments, communes].forEach((layer) => layer.repaint()) };
  };

  function paint(status) {
    return { className: `zone zone--${status || "contour"}`, fillOpacity: 1, weight: 1 };
  }

  function repaintPath(path, status) {
    path.options.className = paint(status).className;
    const alive = path.options.interactive ? " leaflet-interactive" : "";
    path.getElement()?.setAttribute("class", path.options.className + alive);
  }

  /* A name on the map: for the eyes; those who listen have the lists. */
  function nameAt(at, name, className) {
    return L.marker(at, { pane: "noms", interactive: false, keyboard: false, icon: L.divIcon({ className, html: Maillage.element("span", name), iconSize: [0, 0] }) });
  }

  Maillage.departmentLayer = (map, options) => {
    const layer = L.geoJSON(null, {
      pane: "departements",
      interactive: Boolean(options.windowOf),
      style: (feature) => paint(options.statusOf(feature.id)),
      onEachFeature: (feature, path) => {
        if (options.windowOf) path.bindPopup(() => options.windowOf(feature, "departement"), { ...Maillage.windowOptions, name: feature.properties.name });
        nameAt(feature.properties.at, feature.properties.name, "map-name map-name--department").addTo(map);
      },
    }).addTo(map);
    layer.repaint = () => layer.eachLayer((path) => repaintPath(path, options.statusOf(path.feature.id)));
    const problem = "Les contours des départements n’ont pas pu être chargés.";
    const load = () =>
      Maillage.getJson(options.departments)
        .then((data) => {
          layer.addData(data);
          map.statusLine.clear(problem);
        })
        .catch(() => map.statusLine.fail(problem, load));
    load();
    return layer;
  };

  const CommuneLayer = Maillage.DataLayer.extend({
    initialize(options) {
      const problem = "Une partie des communes n’a pas pu être chargée.";
      Maillage.DataLayer.prototype.initialize.call(this, options.communes, problem, {
        minZoom: COMMUNES_FROM, maxZoom: 18, maxNativeZoom: COMMUNES_FROM,
      });
      this.ground = options;
      this.known = new Map();
    },

    onAdd(map) {
      Maillage.DataLayer.prototype.onAdd.call(this, map);
      map.on("zoomend", this._name, this);
      this.on("load", this._name, this);
    },

    draw(collection) {
      return collection.features.flatMap((feature) => {
        if (!this.known.has(feature.id)) this.known.set(feature.id, this._commune(feature));
        const commune = this.known.get(feature.id);
        return [commune.shape, commune.name];
      });
    },

    _commune(feature) {
      const { name, at, population, department } = feature.properties;
      const shape = L.geoJSON(feature, { interactive: Boolean(this.ground.windowOf), style: paint(this.ground.statusOf(department)) });
      if (this.ground.windowOf) shape.bindPopup(() => this.ground.windowOf(feature, "commune"), { ...Maillage.windowOptions, name });
      return { shape, name: nameAt(at, name, "map-name"), text: name, at, population, department };
    },

    /* The names of the largest communes come first; a name that would be written over another is left out. */
    _name() {
      const zoom = this._map.getZoom();
      const least = NAMED[Math.floor(zoom)] || 0;
      const taken = new Map();
      const drawn = [...this.known.values()].filter((commune) => commune.name.getElement());
      drawn.sort((one, other) => other.population - one.population);
      for (const commune of drawn) {
        const place = this._map.project(commune.at, zoom);
        const half = (commune.text.length * LETTER) / 2 + 4;
        const line = Math.floor(place.y / LINE);
        const free = [line - 1, line, line + 1].every((near) =>
          (taken.get(near) || []).every((other) => Math.abs(other.y - place.y) >= LINE || Math.abs(other.x - place.x) >= half + other.half));
        const shown = free && commune.population >= least;
        commune.name.getElement().classList.toggle("map-name--shown", shown);
        if (shown) taken.set(line, [...(taken.get(line) || []), { ...place, half }]);
      }
    },

    repaint() {
      this.known.forEach((commune) => commune.shape.eachLayer((path) => repaintPath(path, this.ground.statusOf(commune.department))));
    },
  });
})();
