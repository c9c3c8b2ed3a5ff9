// The interactive map: nothing is loaded until a reader asks for it.
//
// <div class="place-map" data-place-map data-config="ID OF THE JSON SCRIPT"
//      data-leaflet-script="…/leaflet.js" data-leaflet-style="…/leaflet.css">
//   <div data-place-map-picture>the locator picture</div>
//   <div class="place-map__canvas" data-place-map-canvas hidden></div>
//   <p class="place-map__status" data-place-map-status role="status"></p>
//   <button type="button" data-place-map-open hidden>…</button>
//   <button type="button" data-place-map-close hidden>…</button>
// </div>
(() => {
  "use strict";

  const loaded = new Map();

  function load(tag, attributes) {
    const address = attributes.src || attributes.href;
    if (!loaded.has(address)) {
      const promise = new Promise((resolve, reject) => {
        const element = Object.assign(document.createElement(tag), attributes);
        element.onload = resolve;
        element.onerror = () => {
          element.remove();
          loaded.delete(address);
          reject(new Error(address));
        };
        document.head.append(element);
      });
      loaded.set(address, promise);
    }
    return loaded.get(address);
  }

  function text(tag, className, content) {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = content;
    return element;
  }

  function credit(config) {
    const holder = document.createElement("span");
    const name = document.createElement(config.attributionUrl ? "a" : "span");
    name.textContent = config.attribution;
    if (config.attributionUrl) {
      name.href = config.attributionUrl;
      name.rel = "noreferrer";
    }
    holder.append(name);
    return holder.innerHTML;
  }

  async function background(L, map, config) {
    if (config.kind === "tiles") {
      return L.tileLayer(config.url, {
        minZoom: config.minZoom,
        maxZoom: config.maxZoom,
        bounds: config.bounds,
        referrerPolicy: config.referrerPolicy,
        detectRetina: config.url.includes("{r}"),
      }).addTo(map);
    }
    const answer = await fetch(config.url, { credentials: "omit" });
    if (!answer.ok) throw new Error(config.url);
    return L.geoJSON(await answer.json(), {
      interactive: false,
      style: { className: "place-map__land", weight: 1, fillOpacity: 1, smoothFactor: 1 },
    }).addTo(map);
  }

  function addPlaces(L, map, places) {
    for (const place of places) {
      const label = places.length > 1 ? `${place.number}. ${place.name}` : place.name;
      const popup = document.createElement("div");
      popup.append(text("strong", "", label));
      if (place.address) popup.append(text("p", "", place.address));
      const icon = L.divIcon({
        className: "place-map__marker",
        html: places.length > 1 ? String(place.number) : "",
        iconSize: [44, 44],
        popupAnchor: [0, -14],
      });
      const marker = L.marker(place.at, { icon, title: place.name, alt: label }).addTo(map);
      marker.bindPopup(popup);
      // A divIcon has no alt text, so its name for assistive technology is set here.
      marker.getElement().setAttribute("aria-label", label);
    }
  }

  function addNames(L, map, names) {
    for (const { name, at } of names) {
      const icon = L.divIcon({
        className: "place-map__name",
        html: text("span", "", name),
        iconSize: [0, 0],
      });
      L.marker(at, { icon, interactive: false, keyboard: false }).addTo(map);
    }
  }

  async function open(root, parts, config) {
    await Promise.all([
      load("link", { rel: "stylesheet", href: root.dataset.leafletStyle }),
      load("script", { src: root.dataset.leafletScript, async: true }),
    ]);
    const L = window.L;
    parts.canvas.hidden = false;
    parts.picture.hidden = true;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(parts.canvas, {
      minZoom: config.minZoom,
      maxZoom: config.maxZoom,
      maxBounds: config.bounds,
      maxBoundsViscosity: 1,
      zoomControl: false,
      scrollWheelZoom: false,
      fadeAnimation: !still,
      zoomAnimation: !still,
      markerZoomAnimation: !still,
    });
    map.attributionControl.setPrefix(false).addAttribution(credit(config));
    const { zoomIn, zoomOut } = config.words;
    L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const points = config.places.map((place) => place.at);
    // The outline alone says nothing nearer than this.
    const nearest = config.kind === "tiles" ? 22 : 11;
    const wished = config.places[0]?.zoom ?? 16;
    map.fitBounds(points.length ? points : config.bounds, {
      padding: [48, 48],
      maxZoom: Math.min(nearest, wished, config.maxZoom),
      animate: false,
    });
    try {
      await background(L, map, config);
    } catch (error) {
      map.remove();
      throw error;
    }
    addNames(L, map, config.names);
    addPlaces(L, map, config.places);
    return map;
  }

  function start(root) {
    const part = (name) => root.querySelector(`[data-place-map-${name}]`);
    const parts = { picture: part("picture"), canvas: part("canvas"), status: part("status") };
    const opener = part("open");
    const closer = part("close");
    const config = JSON.parse(document.getElementById(root.dataset.config).textContent);
    let map = null;

    const show = (isOpen) => {
      parts.picture.hidden = isOpen;
      parts.canvas.hidden = !isOpen;
      opener.hidden = isOpen;
      closer.hidden = !isOpen;
    };

    parts.canvas.tabIndex = 0;
    parts.canvas.setAttribute("role", "region");
    parts.canvas.setAttribute("aria-label", config.words.map);
    opener.addEventListener("click", async () => {
      opener.disabled = true;
      parts.status.textContent = "";
      try {
        map = map || (await open(root, parts, config));
        show(true);
        map.invalidateSize();
        parts.canvas.focus({ preventScroll: true });
      } catch {
        map = null;
        show(false);
        parts.status.textContent = config.words.failed;
      } finally {
        opener.disabled = false;
      }
    });
    closer.addEventListener("click", () => {
      show(false);
      opener.focus();
    });
    opener.hidden = false;
  }

  document.querySelectorAll("[data-place-map]").forEach(start);
})();
