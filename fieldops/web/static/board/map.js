// The map: stops, routes, who waits and who was last seen where, all on one canvas of Leaflet's.

import { crewName, day, get, kilometres, on, root, say, t, told } from "./data.js";
import { follow, heldStop, zone } from "./moving.js";
import * as agents from "./agents.js";
import { lay } from "./ground.js";
import * as marks from "./marks.js";
import { plain } from "./marks.js";

const L = window.L;
const box = document.querySelector("[data-leaf]");
const NEAR = 40;
// So far a mark and its number reach.
const MARGIN = 20;
// The buttons at the top hide so many pixels.
const BAR = 72;
const COARSE = matchMedia("(pointer: coarse)").matches;
let map;
let layers = {};
let colours = [];
let tone = {};

export function start() {
  map = L.map(box, { renderer: L.canvas({ tolerance: COARSE ? 12 : 2 }), zoomControl: false, zoomSnap: 0.5, attributionControl: true }).setView([30.66, 104.06], 11);
  map.attributionControl.setPrefix(false);
  L.control.zoom({ position: "bottomright" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  for (const name of ["areas", "routes"]) layers[name] = L.layerGroup().addTo(map);
  marks.start(map, { colour: (at) => colours[at], tone: (name) => tone[name] });
  agents.start(map, (name) => tone[name]);
  paint();
  lay(map, told.basemap);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { paint(); draw(); areas(); if (day.live) agents.draw(); });
  on("loaded", draw);
  on("aimed", aimed);
  on("released", () => { aimed(null); frozen(false); });
  on("held", () => frozen(true));
  on("shown", () => map.invalidateSize());
  map.on("moveend", () => say("view"));
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(box);
  document.querySelector("[data-fit]").addEventListener("click", () => fit());
  const toggle = document.querySelector("[data-areas]");
  toggle.addEventListener("click", () => {
    const isOn = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(isOn));
    if (isOn) layers.areas.addTo(map).eachLayer((one) => one.bringToBack()); else layers.areas.remove();
  });
  // A ring is drawn for whoever goes by the keys, and for him also after a click.
  box.addEventListener("pointerdown", () => box.classList.add("pressed"), { capture: true });
  addEventListener("keydown", () => box.classList.remove("pressed"), { capture: true });
  box.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    const edge = box.getBoundingClientRect();
    const stop = marks.near(L.point(event.clientX - edge.left, event.clientY - edge.top));
    if (stop) follow(stop, event);
  }, { capture: true });
  zone(target);
}

// Moves the map when what is looked at lies below the box that tells of it: aside where there is
// room beside the box, else above it.
export function uncover(at, { offsetLeft, offsetTop, offsetWidth, offsetHeight }) {
  const { x, y } = map.latLngToContainerPoint(at);
  const [right, bottom] = [offsetLeft + offsetWidth, offsetTop + offsetHeight];
  if (x < offsetLeft - MARGIN || x > right + MARGIN || y < offsetTop - MARGIN || y > bottom + MARGIN) return;
  const hasRoom = offsetLeft > 3 * MARGIN;
  map.panBy(hasRoom ? [x - offsetLeft + 2 * MARGIN, 0] : [0, y - offsetTop + 2 * MARGIN], { animate: false });
}

// The colours of the style sheet, for a canvas that knows no style sheet.
function paint() {
  const probe = document.createElement("i");
  root.append(probe);
  const mixed = matchMedia("(prefers-color-scheme: dark)").matches;
  colours = Array.from({ length: 8 }, (_, at) => {
    probe.className = `crew-${at}`;
    return getComputedStyle(probe).getPropertyValue(mixed ? "--bright" : "--colour").trim();
  });
  probe.remove();
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ink", "soft", "card", "line", "focus", "bad", "warn"]) tone[name] = style.getPropertyValue(`--${name}`).trim();
}

export const view = () => {
  const found = map.getBounds();
  return [found.getWest(), found.getSouth(), found.getEast(), found.getNorth()].map((one) => Math.max(-180, Math.min(180, one)).toFixed(6));
};

// Everything, or only what is driven to: of those who wait some may be far away.
export function fit(isDriven = false) {
  map.invalidateSize({ pan: false });
  const driven = day.routes.flatMap((one) => one.line);
  const waiting = [...day.waiting.values()].map((one) => one.at).filter(Boolean);
  const places = isDriven && driven.length ? driven : [...driven, ...waiting];
  if (places.length) map.fitBounds(L.latLngBounds(places), { paddingTopLeft: [36, BAR], paddingBottomRight: [36, 36], animate: false });
}

function draw() {
  layers.routes.clearLayers();
  for (const route of day.routes) {
    const colour = colours[route.colour];
    const line = L.polyline(route.line, { color: colour, weight: 3, opacity: 0.75, interactive: true }).addTo(layers.routes);
    line.bindTooltip(() => plain(`${crewName(route)} · ${t("stops", { count: route.stops.length })} · ${kilometres(route.metres)}`), { sticky: true });
    L.circleMarker(route.line[0], { radius: 7, color: colour, weight: 3, fillColor: tone.card, fillOpacity: 1 }).bindTooltip(plain(crewName(route))).addTo(layers.routes);
  }
  // On a canvas whatever is drawn last is met first: marks lie above all lines.
  marks.redraw();
}

// What lies behind everything is read last.
export async function areas() {
  const found = await get(`/api/v1/board/areas.geojson?plan_id=${told.plan}&datum=${told.basemap.datum}`);
  if (!found.ok) return;
  layers.areas.clearLayers();
  for (const one of found.body.features) {
    const { kind, number, code, places, agents: names, colour } = one.properties;
    const isTerritory = kind === "territory";
    const ring = one.geometry.coordinates[0].map(([lon, lat]) => [lat, lon]);
    const look = isTerritory ? { color: colours[colour], weight: 1, fillOpacity: 0.08 } : { color: tone.soft, weight: 1.5, dashArray: "6 6", fillOpacity: 0.03 };
    const text = isTerritory ? t("territory_of", { number, names: names.join(", "), count: places }) : t("district", { code, count: places });
    L.polygon(ring, { ...look, interactive: true }).bindTooltip(plain(text), { sticky: true }).addTo(layers.areas).bringToBack();
  }
}

let line = null;

function aimed(where) {
  line?.remove();
  line = null;
  if (!where?.route) return;
  line = L.polyline(where.route.line, { color: colours[where.route.colour], weight: 8, opacity: 0.5, interactive: false }).addTo(map);
}

// A stop dropped on the map goes to the crew whose stop or way is nearest, at its best place there.
function target(under, x, y) {
  if (!under.closest("[data-leaf]")) return null;
  const edge = box.getBoundingClientRect();
  const point = L.point(x - edge.left, y - edge.top);
  let best = null;
  for (const route of day.routes) {
    if (route === heldStop()?.route) continue;
    const way = route.line.map((one) => map.latLngToContainerPoint(one));
    for (let at = 1; at < way.length; at += 1) {
      const far = L.LineUtil.pointToSegmentDistance(point, way[at - 1], way[at]);
      if (far < NEAR && (!best || far < best.far)) best = { far, route };
    }
  }
  return best && { shift: best.route.shift_ids[0], position: null, route: best.route };
}

// What of the drawn marks lies in a ring of points of the box.
export function inside(ring) {
  const found = [];
  const marks = [...[...day.stops.values()].map((one) => [one.id, one.at]), ...[...day.waiting.values()].map((one) => [one.address_id, one.at])];
  for (const [id, at] of marks) {
    if (!at) continue;
    const { x, y } = map.latLngToContainerPoint(at);
    let is = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) is = !is;
    }
    if (is) found.push(id);
  }
  return found;
}

export const frozen = (is) => (is ? map.dragging.disable() : map.dragging.enable());
