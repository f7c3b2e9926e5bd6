/* Layers fetched tile by tile: the libraries, of which the server gives groups and their number, and the communes.
   A tile draws nothing itself: it holds what was made of its data for as long as Leaflet keeps it. */
"use strict";

/* `address`: with {z}, {x}, {y}; `problem`: what to say when a tile does not come. Heirs tell what to draw of a tile. */
Maillage.DataLayer = L.GridLayer.extend({
  options: { updateWhenZooming: false, updateWhenIdle: true, keepBuffer: 1, noWrap: true },

  initialize(address, problem, options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this.address = address;
    this.problem = problem;
    this.on("tileunload", (event) => this._forget(event.tile));
    this.on("load", () => {
      const failed = Object.values(this._tiles).some((tile) => tile.el.failed);
      if (!failed) this._map.statusLine.clear(this.problem);
    });
  },

  onAdd(map) {
    this.drawn = L.layerGroup().addTo(map);
    L.GridLayer.prototype.onAdd.call(this, map);
    map.on("zoomend", this._keepThisZoom, this);
  },

  onRemove(map) {
    map.off("zoomend", this._keepThisZoom, this);
    Object.values(this._tiles).forEach((tile) => this._forget(tile.el));
    L.GridLayer.prototype.onRemove.call(this, map);
    this.drawn.remove();
    map.statusLine.clear(this.problem);
  },

  createTile(coords, done) {
    const tile = document.createElement("div");
    tile.stop = new AbortController();
    const got = (data) => {
      if (tile.stop.signal.aborted || !this._map) return;
      tile.data = data;
      tile.drawn = this.draw(data, coords);
      tile.drawn.forEach((layer) => (layer.users = (layer.users || 0) + 1));
      if (coords.z === this._tileZoom) tile.drawn.forEach((layer) => this.drawn.addLayer(layer));
      done(null, tile);
    };
    const failed = (error) => {
      if (Maillage.isAbort(error) || tile.stop.signal.aborted || !this._map) return;
      tile.failed = true;
      this._map.statusLine.fail(this.problem, () => this.again());
      done(error, tile);
    };
    /* A fault of ours in `got` is no failure of the network: it goes to the console. */
    Maillage.getJson(this.addressOf(coords), tile.stop.signal).then(got, failed);
    return tile;
  },

  /* Our maps stand between two zooms, tiles at whole ones: Leaflet 1.9 forgets it when it draws all tiles again. */
  _clampZoom(zoom) {
    return L.GridLayer.prototype._clampZoom.call(this, Math.round(zoom));
  },

  addressOf(coords) {
    return L.Util.template(this.address, coords);
  },

  again() {
    this.drawn.clearLayers();
    this.redraw();
  },

  /* The data of the tiles of this zoom. */
  loaded() {
    return Object.values(this._tiles).filter((tile) => tile.coords.z === this._tileZoom && tile.el.data).map((tile) => tile.el.data);
  },

  /* Leaflet keeps the tiles of another zoom for a while: what they hold would stand among the new, or has to come back. */
  _keepThisZoom() {
    Object.values(this._tiles).forEach((tile) => {
      const kept = tile.coords.z === this._tileZoom;
      (tile.el.drawn || []).forEach((layer) => (kept ? this.drawn.addLayer(layer) : this.drawn.removeLayer(layer)));
    });
  },

  /* A layer that several tiles hold is drawn once, and goes with the last of them. */
  _forget(tile) {
    tile.stop.abort();
    (tile.drawn || []).forEach((layer) => {
      layer.users -= 1;
      if (!layer.users) this.drawn.removeLayer(layer);
    });
    tile.drawn = [];
  },
});

/* The libraries: 15,000 places, shown as groups with their number, then one by one. `kinds` are codes, sent as ?type=…. */
Maillage.LibraryLayer = Maillage.DataLayer.extend({
  initialize(address, kinds) {
    Maillage.DataLayer.prototype.initialize.call(this, address, "Une partie des bibliothèques n’a pas pu être chargée.", {
      minZoom: 2, maxZoom: 18,
    });
    this.kinds = kinds;
    this.on("loading", () => this._map.statusLine.say("Chargement des bibliothèques…"));
    this.on("load", () => this._tell());
  },

  onAdd(map) {
    Maillage.DataLayer.prototype.onAdd.call(this, map);
    map.on("moveend", this._tell, this);
  },

  onRemove(map) {
    map.off("moveend", this._tell, this);
    Maillage.DataLayer.prototype.onRemove.call(this, map);
  },

  setKinds(kinds) {
    this.kinds = kinds;
    this.again();
  },

  addressOf(coords) {
    const address = Maillage.DataLayer.prototype.addressOf.call(this, coords);
    const types = this.kinds.map((kind) => `type=${encodeURIComponent(kind)}`).join("&");
    return address + (address.includes("?") ? "&" : "?") + types;
  },

  draw(groups, coords) {
    return groups.map((group) => {
      if (group.count === 1) return Maillage.mark(group);
      return group.items ? this._list(group) : this._group(group, coords.z);
    });
  },

  _group(group, zoom) {
    const name = `${this._noun(group.count)}, agrandir`;
    const marker = Maillage.button(this._apart(group.at, zoom), Maillage.groupIcon(group.count), name, { hint: name });
    const enlarge = () => this._enlarge(group, zoom);
    marker.on("click", enlarge);
    marker.on("keypress", (event) => event.originalEvent.key === "Enter" && enlarge());
    return marker;
  },

  /* The place of a group is a mean: it gives way to the marks of the network, so that both can be read and pressed. */
  _apart(at, zoom) {
    const near = 27;
    let place = this._map.project(at, zoom);
    for (const other of this._map.singleMarks || []) {
      const there = this._map.project(other, zoom);
      const away = place.subtract(there);
      const distance = Math.hypot(away.x, away.y);
      if (distance >= near) continue;
      const direction = distance < 1 ? L.point(0, 1) : away.divideBy(distance);
      place = there.add(direction.multiplyBy(near));
    }
    return this._map.unproject(place, zoom);
  },

  /* Those that stand on the same spot: no zoom would part them. */
  _list(group) {
    const noun = this._noun(group.count);
    const name = `${noun} au même endroit : ${group.items.map((item) => item.name).join(" ; ")}`;
    const marker = Maillage.button(group.at, Maillage.groupIcon(group.count), name, { hint: name });
    const content = () => {
      const box = Maillage.element("div", "", "map-window map-window--list");
      box.append(Maillage.element("p", `${noun} au même endroit`, "map-window__count"));
      group.items.forEach((item) => box.append(Maillage.windowOf(item)));
      return box;
    };
    return marker.bindPopup(content, { ...Maillage.windowOptions, name, maxHeight: 260 });
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
    const seen = this.loaded().flat().filter((group) => view.contains(group.at));
    const total = seen.reduce((sum, group) => sum + group.count, 0);
    const grouped = seen.filter((group) => group.count > 1);
    const inGroups = grouped.reduce((sum, group) => sum + group.count, 0);
    let words = `${this._noun(total)} sur la partie visible`;
    if (grouped.length) words += `, dont ${Maillage.number.format(inGroups)} en ${Maillage.count(grouped.length, "groupe", "groupes")}`;
    this._map.statusLine.say(total ? `${words}.` : "Aucune bibliothèque sur la partie visible.");
  },
});
