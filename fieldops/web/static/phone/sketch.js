// The day as a sketch: positions and order to scale, north above, without any map behind.

import { h, s } from "./dom.js";
import { t } from "./words.js";

const WIDTH = 360;
const HEIGHT = 420;
const MARGIN = 34;
const ROUND = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
const REACH = 33;
const ROUNDS = 60;
const METRES_A_DEGREE = 111_320;

export function sketch(visits) {
  const placed = visits.filter((one) => one.told.address.lat !== null);
  if (!placed.length) return h("p", { class: "soft" }, t("phone.no_positions"));
  const scale = scaleOf(placed.map((one) => one.told.address));
  const points = placed.map((one) => ({ visit: one, ...scale.at(one.told.address) }));
  apart(points);
  const line = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return h("figure", { class: "sketch" },
    s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": t("phone.map") },
      s("polyline", { points: line, class: "way" }), points.map(mark), north(), bar(scale)),
    h("figcaption", { class: "soft" }, placed.length < visits.length ? t("phone.not_placed", { count: visits.length - placed.length }) : t("phone.sketch_hint")));
}

function scaleOf(places) {
  const lats = places.map((one) => one.lat);
  const lons = places.map((one) => one.lon);
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const high = Math.max((north - south) * METRES_A_DEGREE, 200);
  const wide = Math.max((east - west) * METRES_A_DEGREE * narrow, 200);
  const perMetre = Math.min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN - 24) / high);
  const middle = { lat: (south + north) / 2, lon: (west + east) / 2 };
  return {
    perMetre,
    at: ({ lat, lon }) => ({
      x: WIDTH / 2 + (lon - middle.lon) * METRES_A_DEGREE * narrow * perMetre,
      y: (HEIGHT - 24) / 2 - (lat - middle.lat) * METRES_A_DEGREE * perMetre,
    }),
  };
}

// Doors that lie close together are pushed apart until each can be seen and tapped.
function apart(points) {
  for (let round = 0; round < ROUNDS; round += 1) {
    points.forEach((one, index) => points.slice(index + 1).forEach((other) => push(one, other, index)));
    for (const one of points) {
      one.x = Math.min(WIDTH - 44, Math.max(20, one.x));
      one.y = Math.min(HEIGHT - 44, Math.max(20, one.y));
    }
  }
}

function push(one, other, index) {
  const distance = Math.hypot(other.x - one.x, other.y - one.y);
  if (distance >= REACH) return;
  const angle = distance > 0.5 ? Math.atan2(other.y - one.y, other.x - one.x) : index * 2.4;
  const half = (REACH - distance) / 2;
  one.x -= Math.cos(angle) * half;
  one.y -= Math.sin(angle) * half;
  other.x += Math.cos(angle) * half;
  other.y += Math.sin(angle) * half;
}

function mark({ visit, x, y }) {
  return s("a", { href: `#/visit/${visit.id}`, class: `mark ${visit.state}`, "aria-label": `${visit.number} ${visit.told.address.text}` },
    s("circle", { cx: x, cy: y, r: 24, class: "touch" }), s("circle", { cx: x, cy: y, r: 15 }),
    s("text", { x, y: y + 5 }, String(visit.number)));
}

function north() {
  return s("g", { class: "north" }, s("path", { d: "M338 34 l-7 16 7 -4 7 4 Z" }), s("text", { x: 338, y: 26 }, t("phone.north")));
}

function bar({ perMetre }) {
  const metres = ROUND.findLast((one) => one * perMetre <= WIDTH / 3) ?? ROUND[0];
  const width = metres * perMetre;
  const y = HEIGHT - 14;
  return s("g", { class: "scale" }, s("path", { d: `M16 ${y - 5} v5 h${width.toFixed(1)} v-5` }),
    s("text", { x: 16 + width + 8, y }, metres < 1000 ? `${metres} m` : `${metres / 1000} km`));
}
