// What lies under the marks: tiles of a provider, one file of ours, or a grid drawn here.

const L = window.L;
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

export function lay(map, ground) {
  const { kind, layers, subdomains, largestZoom, attribution, file } = ground;
  if (kind === "none") { grid(map); return; }
  if (kind === "pmtiles") { fromFile(map, file, attribution); return; }
  for (const one of layers) {
    L.tileLayer(one, { subdomains: subdomains || "a", maxNativeZoom: largestZoom, maxZoom: 20, attribution }).addTo(map);
  }
}

// The reader of such files is only loaded where one is set.
function fromFile(map, file, attribution) {
  const script = document.createElement("script");
  script.src = "/static/vendor/protomaps-leaflet.js";
  script.addEventListener("load", () => {
    const flavor = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    window.protomapsL.leafletLayer({ url: file, flavor, lang: document.documentElement.lang.slice(0, 2), attribution }).addTo(map);
  });
  script.addEventListener("error", () => grid(map));
  document.head.append(script);
}

function grid(map) {
  const lines = L.layerGroup().addTo(map);
  const draw = () => {
    lines.clearLayers();
    const view = map.getBounds().pad(0.2);
    const step = STEPS.find((one) => (view.getEast() - view.getWest()) / one <= 10) ?? STEPS.at(-1);
    const look = { color: getComputedStyle(document.documentElement).getPropertyValue("--line").trim(), weight: 1, interactive: false };
    for (let lon = Math.ceil(view.getWest() / step) * step; lon <= view.getEast(); lon += step) {
      L.polyline([[view.getSouth(), lon], [view.getNorth(), lon]], look).addTo(lines).bringToBack();
    }
    for (let lat = Math.ceil(view.getSouth() / step) * step; lat <= view.getNorth(); lat += step) {
      L.polyline([[lat, view.getWest()], [lat, view.getEast()]], look).addTo(lines).bringToBack();
    }
  };
  map.on("moveend", draw);
  draw();
}
