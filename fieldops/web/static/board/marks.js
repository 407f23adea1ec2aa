// The marks of stops and of those who wait, on one canvas: those in view alone, and where thousands
// lie together one mark with their number.

import { clock, crewName, day, movable, on, say, t } from "./data.js";
import { follow } from "./moving.js";

const L = window.L;
// More marks than this are neither told apart by an eye nor drawn between two frames.
const MOST = 1_200;
const CELL = 64;
// So many pixels beside a mark a finger still means it.
const FINGER = 26;
let map;
let layer;
let paints;
let items = [];
let drawn = new Map();
let chosen = new Set();

// A circle with a number in it, drawn by the same canvas as all others.
const Numbered = L.CircleMarker.extend({
  _updatePath() {
    this._renderer._updateCircle(this);
    const { label, ink, from } = this.options;
    if (!label || !this._map || this._map.getZoom() < from || this._empty()) return;
    const pen = this._renderer._ctx;
    pen.fillStyle = ink;
    pen.font = "700 11px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(label, this._point.x, this._point.y + 0.5);
  },
});

// Leaflet takes a string for markup; names are none.
export function plain(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

const keyOf = (one) => (one.route ? one.id : one.address_id);

export function start(onto, paint) {
  map = onto;
  paints = paint;
  layer = L.layerGroup().addTo(map);
  on("waiting", () => { gather(); show(); });
  on("select", (ids) => {
    const before = chosen;
    chosen = new Set(ids);
    show();
    for (const key of new Set([...before, ...chosen])) restyle(key);
  });
  map.on("moveend", show);
}

// Everything anew: what lies below the marks was drawn again, or in other colours.
export function redraw() {
  layer.clearLayers();
  drawn = new Map();
  gather();
  show();
}

function gather() {
  items = [...day.waiting.values(), ...day.stops.values()].filter((one) => one.at).map((one) => {
    const { x, y } = map.project(one.at, 0);
    return { key: keyOf(one), one, x, y };
  });
}

function show() {
  const wanted = crowded();
  for (const [key, mark] of drawn) {
    if (wanted.has(key)) continue;
    mark.remove();
    drawn.delete(key);
  }
  for (const [key, make] of wanted) if (!drawn.has(key)) drawn.set(key, make().addTo(layer));
}

// What is to be seen, by key: single marks, and where too many are in view groups by a grid that
// stays where it is while the map is moved.
function crowded() {
  const scale = map.getZoomScale(map.getZoom(), 0);
  const view = map.getPixelBounds();
  const pad = CELL;
  const seen = items.filter(({ x, y }) => {
    const [px, py] = [x * scale, y * scale];
    return px > view.min.x - pad && px < view.max.x + pad && py > view.min.y - pad && py < view.max.y + pad;
  });
  const found = new Map();
  if (seen.length <= MOST) {
    for (const { key, one } of seen) found.set(key, () => single(key, one));
    return found;
  }
  const cells = new Map();
  for (const item of seen) {
    if (chosen.has(item.key)) { found.set(item.key, () => single(item.key, item.one)); continue; }
    const cell = `${Math.floor((item.x * scale) / CELL)}|${Math.floor((item.y * scale) / CELL)}`;
    if (!cells.has(cell)) cells.set(cell, []);
    cells.get(cell).push(item);
  }
  for (const [cell, own] of cells) {
    if (own.length === 1) { const [{ key, one }] = own; found.set(key, () => single(key, one)); }
    else found.set(`${map.getZoom()}|${cell}|${own.length}`, () => group(own));
  }
  return found;
}

function group(own) {
  const [x, y] = ["x", "y"].map((axis) => own.reduce((sum, one) => sum + one[axis], 0) / own.length);
  const crews = new Set(own.map(({ one }) => one.route?.colour));
  const [colour] = crews;
  const fill = crews.size === 1 && colour !== undefined ? paints.colour(colour) : paints.tone("soft");
  const one = new Numbered(map.unproject([x, y], 0), {
    radius: Math.min(26, 11 + 2 * Math.log2(own.length)), color: paints.tone("card"), weight: 2, fillColor: fill, fillOpacity: 0.9,
    label: String(own.length), ink: paints.tone("card"), from: 0, bubblingMouseEvents: false,
  });
  one.bindTooltip(() => plain(t("stops", { count: own.length })));
  return one.on("click", () => map.fitBounds(L.latLngBounds(own.map((each) => each.one.at)), { padding: [36, 36], maxZoom: map.getZoom() + 3 }));
}

function single(key, one) {
  const mark = new Numbered(one.at, { ...look(key, one), label: one.route ? String(one.sequence ?? "") : "", ink: "#fff", from: 11, bubblingMouseEvents: false });
  mark.bindTooltip(() => plain(one.route ? `${one.number} · ${clock(one.starts_at)} · ${crewName(one.route)}` : t("waiting_mark", { number: one.number })));
  mark.on("click", () => say("select", [key]));
  if (movable(one)) mark.on("mousedown", (event) => take(one, event));
  mark.subject = one;
  return mark;
}

function look(key, one) {
  const isChosen = chosen.has(key);
  if (!one.route) {
    const line = isChosen ? "focus" : one.priority === 1 ? "bad" : "soft";
    return { radius: isChosen ? 9 : 6, color: paints.tone(line), weight: isChosen ? 4 : 2.5, fillColor: paints.tone("card"), fillOpacity: 1 };
  }
  const isDone = one.visit && one.visit.state !== "planned";
  return {
    radius: isChosen ? 12 : 9, color: isChosen ? paints.tone("focus") : "#fff", weight: isChosen ? 4 : one.pinned ? 3 : 1.5,
    dashArray: one.pinned && !isChosen ? "3 2" : null, fillColor: paints.colour(one.route.colour), fillOpacity: isDone ? 0.55 : 1,
  };
}

function restyle(key) {
  const mark = drawn.get(key);
  if (!mark?.subject) return;
  const { radius, ...style } = look(key, mark.subject);
  mark.setRadius(radius).setStyle(style);
}

// A mouse that comes down on a mark moves it and not the map.
function take(stop, event) {
  if (event.originalEvent.pointerType === "touch") return;
  map.dragging.disable();
  addEventListener("pointerup", () => map.dragging.enable(), { once: true });
  follow(stop, event.originalEvent);
}

// The movable mark nearest to a point of the box.
export function near(point) {
  let best = null;
  for (const { subject } of drawn.values()) {
    if (!subject || !movable(subject)) continue;
    const far = map.latLngToContainerPoint(subject.at).distanceTo(point);
    if (far <= FINGER && (!best || far < best.far)) best = { far, subject };
  }
  return best?.subject;
}
