/* The libraries: 15,000 places, of which the server says, tile by tile, the groups and their number.
   A tile draws nothing itself: it holds the markers of its groups for as long as Leaflet keeps it. */
"use strict";

Maillage.LibraryLayer = L.GridLayer.extend({
  options: { minZoom: 2, maxZoom: 18, updateWhenZooming: false, updateWhenIdle: true, keepBuffer: 1, noWrap: true },

  /* `address`: with {z}, {x}, {y}; `kinds`: codes, sent as ?type=…; `status`: the line that says what happens. */
  initialize(address, kinds, status) {
    L.GridLayer.prototype.initialize.call(this, {});
    Object.assign(this, { address, kinds, status, failed: false });
    this.problem = "Une partie des bibliothèques n’a pas pu être chargée.";
    this.on("tileunload", (event) => this._forget(event.tile));
    this.on("loading", () => this.status.say("Chargement des bibliothèques…"));
    this.on("load", () => this._tell());
  },

  onAdd(map) {
    this.drawn = L.layerGroup().addTo(map);
    L.GridLayer.prototype.onAdd.call(this, map);
    /* The numbers of another zoom would stand among the new ones while they load. */
    map.on("zoomstart", this._clear, this);
    map.on("moveend", this._tell, this);
  },

  onRemove(map) {
    map.off("zoomstart", this._clear, this);
    map.off("moveend", this._tell, this);
    Object.values(this._tiles).forEach((tile) => this._forget(tile.el));
    L.GridLayer.prototype.onRemove.call(this, map);
    this.drawn.remove();
    this.status.clear(this.problem);
  },

  setKinds(kinds) {
    this.kinds = kinds;
    this._again();
  },

  createTile(coords, done) {
    const tile = document.createElement("div");
    tile.groups = [];
    tile.stop = new AbortController();
    Maillage.getJson(this._addressOf(coords), tile.stop.signal)
      .then((groups) => {
        if (tile.stop.signal.aborted) return;
        tile.groups = groups;
        tile.marks = groups.map((group) => this._mark(group, coords.z).addTo(this.drawn));
        done(null, tile);
      })
      .catch((error) => {
        if (Maillage.isAbort(error)) return;
        this.failed = true;
        this.status.fail(this.problem, () => this._again());
        done(error, tile);
      });
    return tile;
  },

  _addressOf(coords) {
    const address = L.Util.template(this.address, coords);
    const types = this.kinds.map((kind) => `type=${encodeURIComponent(kind)}`).join("&");
    return address + (address.includes("?") ? "&" : "?") + types;
  },

  _mark(group, zoom) {
    if (group.count === 1) return Maillage.mark(group);
    const noun = this._noun(group.count);
    if (group.items) return this._list(group, noun);
    const name = `${noun}, agrandir`;
    const marker = Maillage.button(group.at, Maillage.groupIcon(group.count), name, { hint: name });
    const enlarge = () => this._enlarge(group, zoom);
    marker.on("click", enlarge);
    marker.on("keypress", (event) => event.originalEvent.key === "Enter" && enlarge());
    return marker;
  },

  /* Those that stand on the same spot: no zoom would part them. */
  _list(group, noun) {
    const name = `${noun} au même endroit : ${group.items.map((item) => item.name).join(" ; ")}`;
    const marker = Maillage.button(group.at, Maillage.groupIcon(group.count), name, { hint: name });
    const content = () => {
      const box = Maillage.element("div", "", "map-window map-window--list");
      box.append(Maillage.element("p", `${noun} au même endroit`, "map-window__count"));
      group.items.forEach((item) => box.append(Maillage.windowOf(item)));
      return box;
    };
    return marker.bindPopup(content, { name, maxWidth: 300, maxHeight: 260 });
  },

  _enlarge(group, zoom) {
    const map = this._map;
    const box = L.latLngBounds(group.box);
    const fitting = map.getBoundsZoom(box, false, L.point(40, 40));
    /* The focus would vanish with the mark: the map itself takes it, and the line tells what came instead. */
    map.getContainer().focus({ preventScroll: true });
    map.setView(box.getCenter(), Math.min(Math.max(fitting, zoom + 1), 16));
  },

  _noun(n) {
    const only = this.kinds.length === 1 && this.kinds[0] === "bibliotheque";
    return only ? Maillage.count(n, "bibliothèque", "bibliothèques") : Maillage.count(n, "lieu de lecture", "lieux de lecture");
  },

  /* How many stand in view, said once all tiles have come. */
  _tell() {
    if (!this._map || this.isLoading()) return;
    const view = this._map.getBounds();
    const seen = this._groups().filter((group) => view.contains(group.at));
    const total = seen.reduce((sum, group) => sum + group.count, 0);
    const alone = seen.filter((group) => group.count === 1).length;
    const grouped = seen.length - alone;
    let words = `${this._noun(total)} sur la partie visible`;
    if (grouped) words += `, dont ${Maillage.number.format(total - alone)} en ${Maillage.count(grouped, "groupe", "groupes")}`;
    this.status.say(total ? `${words}.` : "Aucune bibliothèque sur la partie visible.");
  },

  _groups() {
    const zoom = this._tileZoom;
    return Object.values(this._tiles).filter((tile) => tile.coords.z === zoom).flatMap((tile) => tile.el.groups);
  },

  _again() {
    this._clear();
    this.redraw();
  },

  _clear() {
    this.drawn.clearLayers();
  },

  _forget(tile) {
    tile.stop.abort();
    (tile.marks || []).forEach((marker) => this.drawn.removeLayer(marker));
  },
});
