// The marks of stops and of those who wait, on one canvas: those in view alone, and where thousands
// lie together one mark with their number.

import { clock, crewName, day, lang, movable, on, say, t } from "./data.js";
import { place } from "./labels.js";
import { follow } from "./moving.js";

const L = window.L;
// More marks than this are neither told apart by an eye nor drawn between two frames.
const MOST = { stops: 1_200, waiting: 600 };
const CELL = 64;
// So many that are chosen are drawn larger; more would hide what lies below them.
const FEW = 40;
// A number takes so many pixels for itself.
const NUMBER = 20;
// So many pixels beside a mark a finger still means it.
const FINGER = 26;
const SHORT = new Intl.NumberFormat(lang, { notation: "compact" });
let map;
let layer;
let paints;
let items = [];
let drawn = new Map();
let chosen = new Set();
let numbered = new Set();

// A circle with a number in it, drawn by the same canvas as all others.
const Numbered = L.CircleMarker.extend({
  _updatePath() {
    this._renderer._updateCircle(this);
    const { label, ink } = this.options;
    if (!label || !this._map || this._empty()) return;
    const pen = this._renderer._ctx;
    pen.globalAlpha = 1;
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
  const served = new Set([...day.stops.values()].map((one) => one.address_id));
  const waiting = [...day.waiting.values()].filter((one) => !served.has(one.address_id));
  items = [...waiting, ...day.stops.values()].filter((one) => one.at).map((one) => {
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
  const before = drawn.size;
  for (const [key, make] of wanted) if (!drawn.has(key)) drawn.set(key, make().addTo(layer));
  // What was added last lies on top; the stops of the day do.
  if (drawn.size > before) for (const mark of drawn.values()) if (mark.subject?.route) mark.bringToFront();
  number();
}

// Of stops that lie over one another one is numbered, the others are dots.
function number() {
  const stops = [...drawn].filter(([, mark]) => mark.subject?.route).sort(([a, one], [b, other]) => chosen.has(b) - chosen.has(a) || one.subject.sequence - other.subject.sequence || (a < b ? -1 : 1));
  const before = numbered;
  const boxes = stops.map(([key, mark]) => {
    const { x, y } = map.project(mark.getLatLng());
    return { key, x, y, width: NUMBER, height: NUMBER, ways: [[0, 0]] };
  });
  numbered = new Set(place(boxes).keys());
  for (const [key, mark] of stops) {
    if (before.has(key) !== numbered.has(key)) restyle(key);
    if (numbered.has(key)) mark.bringToFront();
  }
}

// What is to be seen, by key: who waits below the stops of the day, each kind as single marks, or as
// groups where too many are in view.
function crowded() {
  const scale = map.getZoomScale(map.getZoom(), 0) / CELL;
  const { min, max } = map.getPixelBounds();
  // Whole cells are looked at, so that a group stays what it is while the map is moved.
  const [west, north, east, south] = [min.x / CELL - 1, min.y / CELL - 1, max.x / CELL + 1, max.y / CELL + 1].map(Math.floor);
  const seen = { waiting: [], stops: [] };
  for (const item of items) {
    const [column, row] = [Math.floor(item.x * scale), Math.floor(item.y * scale)];
    if (column >= west && column <= east && row >= north && row <= south) seen[item.one.route ? "stops" : "waiting"].push(item);
  }
  const found = new Map();
  for (const [kind, own] of Object.entries(seen)) {
    if (own.length > MOST[kind]) gathered(kind, own, found, scale);
    else for (const { key, one } of own) found.set(key, () => single(key, one));
  }
  return found;
}

// One mark for each cell of a grid that stays where it is while the map is moved.
function gathered(kind, seen, found, scale) {
  const cells = new Map();
  for (const item of seen) {
    if (chosen.has(item.key)) { found.set(item.key, () => single(item.key, item.one)); continue; }
    const cell = `${Math.floor(item.x * scale)}|${Math.floor(item.y * scale)}`;
    if (!cells.has(cell)) cells.set(cell, []);
    cells.get(cell).push(item);
  }
  for (const [cell, own] of cells) {
    const [{ key, one }] = own;
    if (own.length === 1) found.set(key, () => single(key, one));
    else found.set(`${kind}|${map.getZoom()}|${cell}|${own.length}`, () => group(own, scale));
  }
}

// Those who wait are drawn lightly: what is driven today lies above them and is to be read first.
function group(own, scale) {
  const [{ one: first }] = own;
  const radius = first.route ? Math.min(26, 11 + 2 * Math.log2(own.length)) : Math.min(20, 9 + 1.2 * Math.log2(own.length));
  // Near the middle of all, and so far inside of its cell that no two groups touch.
  const inset = radius / CELL;
  const [x, y] = ["x", "y"].map((axis) => {
    const middle = (own.reduce((sum, one) => sum + one[axis], 0) / own.length) * scale;
    const edge = Math.floor(own[0][axis] * scale);
    return Math.max(edge + inset, Math.min(edge + 1 - inset, middle)) / scale;
  });
  const isOneCrew = new Set(own.map(({ one }) => one.route?.colour)).size === 1;
  const fill = isOneCrew && first.route ? paints.colour(first.route.colour) : paints.tone("soft");
  const look = first.route
    ? { color: paints.tone("card"), weight: 2, fillColor: fill, fillOpacity: 0.9, ink: paints.tone("card") }
    : { color: paints.tone("soft"), weight: 1.5, opacity: 0.6, fillColor: paints.tone("card"), fillOpacity: 0.7, ink: paints.tone("soft") };
  const label = SHORT.format(own.length);
  const one = new Numbered(map.unproject([x, y], 0), { ...look, radius, label, bubblingMouseEvents: false });
  one.bindTooltip(() => plain(t(first.route ? "stops" : "waiting_here", { count: own.length.toLocaleString(lang) })));
  return one.on("click", () => map.fitBounds(L.latLngBounds(own.map((each) => each.one.at)), { padding: [36, 36], maxZoom: map.getZoom() + 3 }));
}

function single(key, one) {
  const mark = new Numbered(one.at, { ...look(key, one), bubblingMouseEvents: false });
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
    const isStrong = isChosen && chosen.size <= FEW;
    return { radius: isStrong ? 9 : 6, color: paints.tone(line), weight: isStrong ? 4 : 2.5, fillColor: paints.tone("card"), fillOpacity: 1 };
  }
  // What is done is pale: there the number is written in the ink of the page.
  const isDone = one.visit && one.visit.state !== "planned";
  const isNumbered = numbered.has(key);
  return {
    label: isNumbered ? String(one.sequence ?? "") : "", radius: isNumbered ? (isChosen ? 12 : 9) : 6, color: isChosen ? paints.tone("focus") : "#fff", weight: isChosen ? 4 : one.pinned ? 3 : 1.5,
    dashArray: one.pinned && !isChosen ? "3 2" : null, fillColor: paints.colour(one.route.colour), fillOpacity: isDone ? 0.45 : 1, ink: paints.tone(isDone ? "ink" : "card"),
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
