/* What every map of Maillage shares: French texts, marks that the keyboard reaches, their windows, and the line that says
   what is happening. Leaflet is the only library; `Maillage` is the only name that we add to the page. */
"use strict";

const Maillage = (() => {
  const number = new Intl.NumberFormat("fr-FR");
  const state = { shapes: {}, labels: {} };
  const windowOptions = { minWidth: 210, maxWidth: 300, autoPanPadding: [16, 16] };

  /* Leaflet speaks English by default, and credits itself with a flag. */
  L.Control.Zoom.mergeOptions({ zoomInTitle: "Agrandir la carte", zoomOutTitle: "Réduire la carte" });
  L.Control.Attribution.mergeOptions({ prefix: "Leaflet" });

  /* An element with text, never with HTML: what comes from the data is shown as it is. */
  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function count(n, singular, plural) {
    return `${number.format(n)} ${n < 2 ? singular : plural}`;
  }

  async function getJson(url, signal) {
    const answer = await fetch(url, { signal, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    return answer.json();
  }

  /* A request that its author has cancelled is no failure. */
  function isAbort(error) {
    return error.name === "AbortError";
  }

  /* Makes a map ours: controls in French, a name for those who listen, the wheel only once one is inside. */
  function dress(map, name) {
    const box = map.getContainer();
    box.closest("[data-map-box]").querySelector("[data-map-loading]")?.remove();
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", name);
    L.control.zoom({ position: "topleft" }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.attributionControl.addAttribution("Contours : IGN, INSEE");
    /* The page scrolls under the mouse until the map has been chosen. */
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.on("popupopen", (event) => openWindow(map, event.popup));
    map.on("popupclose", (event) => closeWindow(event.popup));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    /* Shapes are described in words elsewhere in the page: a list of 101 nameless drawings helps nobody. */
    map.statusLine = status(map);
    /* The outline of what was asked for: over the ground, under the marks, and no obstacle to the mouse. */
    Object.assign(map.createPane("choix").style, { zIndex: 420, pointerEvents: "none" });
    reachWhatIsSeen(map);
    const quiet = () => box.querySelectorAll(".leaflet-pane > svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    map.on("layeradd", quiet);
    return map;
  }

  /* The Tab key goes through the marks in view: hundreds stand elsewhere, abroad or overseas, and would move the map. */
  function reachWhatIsSeen(map) {
    let waiting = 0;
    const update = () => {
      waiting = 0;
      const view = map.getBounds();
      map.eachLayer((layer) => {
        const drawn = layer instanceof L.Marker && layer.options.keyboard && layer.getElement();
        if (drawn) drawn.tabIndex = view.contains(layer.getLatLng()) ? 0 : -1;
      });
    };
    map.on("moveend layeradd", () => (waiting = waiting || requestAnimationFrame(update)));
  }

  function openWindow(map, popup) {
    const box = popup.getElement();
    const close = box.querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", "Fermer la bulle");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", popup.options.name || "Structure");
    const first = box.querySelector(":is(a[href], button):not(.leaflet-popup-close-button)") || close;
    if (first) first.focus({ preventScroll: true });
  }

  /* The focus goes back where it came from, unless it has gone elsewhere by itself. */
  function closeWindow(popup) {
    const source = popup._source && popup._source.getElement && popup._source.getElement();
    const lost = document.activeElement === document.body || popup.getElement()?.contains(document.activeElement);
    if (source && source.tabIndex >= 0 && lost) source.focus({ preventScroll: true });
  }

  /* The window of one institution: { name, kind, href, place, state, remark }. */
  function windowOf(item) {
    const box = element("div", "", "map-window");
    box.append(heading(item));
    box.append(element("p", [state.labels[item.kind] || item.label, item.place].filter(Boolean).join(" · ")));
    if (item.state) box.append(element("p", item.state, "map-window__state"));
    for (const text of [item.remark, item.detail]) if (text) box.append(element("p", text, "map-window__remark"));
    return box;
  }

  function heading(item) {
    const line = element("p", "", "map-window__name");
    if (item.href) {
      const link = element("a", item.name);
      link.href = item.href;
      line.append(link);
    } else {
      line.textContent = item.name;
    }
    return line;
  }

  /* What a mark is called: « Cité des métiers de Marseille, Cité des métiers, ouvert, à confirmer… ». */
  function nameOf(item) {
    return [item.name, state.labels[item.kind] || item.label, item.place, item.state || item.detail, item.remark].filter(Boolean).join(", ");
  }

  /* A mark: a button for the keyboard and for those who listen, 24 pixels at least. */
  function button(at, icon, name, options = {}) {
    const marker = L.marker(at, { icon, keyboard: true, riseOnHover: true, ...options });
    marker.on("add", () => {
      const drawn = marker.getElement();
      drawn.setAttribute("aria-label", name);
      drawn.title = options.hint || name;
      /* Leaflet answers Enter; a button answers the space bar too. */
      drawn.addEventListener("keydown", (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        marker.fire("click", { latlng: marker.getLatLng(), originalEvent: event });
      });
    });
    return marker;
  }

  function mark(item, options = {}) {
    const classes = [`mark mark--${state.shapes[item.kind] || "autre"}`, item.look ? `mark--${item.look}` : "", item.main ? "mark--main" : ""];
    const icon = L.divIcon({ className: classes.filter(Boolean).join(" "), html: "", iconSize: [24, 24] });
    /* Where marks hide one another, a Cité comes before its centres, and both before the libraries. */
    const rank = { "cite-des-metiers": 3000, "centre-associe": 2000, "point-relais": 2000, "agence-du-livre": 1000 };
    const made = button(item.at, icon, nameOf(item), { hint: item.name, zIndexOffset: rank[item.kind] || 0, ...options });
    made.bindPopup(() => windowOf(item), { ...windowOptions, name: item.name });
    return made;
  }

  /* Leaflet's own default classes would draw a white square behind the mark. */
  function groupIcon(n) {
    const [size, suffix] = n < 100 ? [28, ""] : n < 1000 ? [32, " mark--cluster-m"] : [38, " mark--cluster-l"];
    return L.divIcon({ className: `mark mark--cluster${suffix}`, html: number.format(n), iconSize: [size, size] });
  }

  /* The line under the map that says what is happening; an error offers to try again. */
  function status(map) {
    const line = map.getContainer().closest("[data-map-box]").querySelector("[data-map-status]");
    const problems = new Map();
    let text = "";
    const show = () => {
      line.replaceChildren(element("span", problems.size ? [...problems.keys()].join(" ") : text));
      line.classList.toggle("map-status--error", problems.size > 0);
      if (!problems.size) return;
      const again = element("button", "Réessayer", "map-status__again");
      again.type = "button";
      again.addEventListener("click", () => {
        const retries = [...problems.values()];
        problems.clear();
        text = "Chargement…";
        show();
        retries.forEach((retry) => retry());
      });
      line.append(" ", again);
    };
    return {
      say(words) {
        text = words;
        show();
      },
      fail(words, retry) {
        problems.set(words, retry);
        show();
      },
      clear(words) {
        if (problems.delete(words)) show();
      },
    };
  }

  return { state, number, element, count, getJson, isAbort, dress, windowOf, heading, button, mark, groupIcon, windowOptions };
})();
