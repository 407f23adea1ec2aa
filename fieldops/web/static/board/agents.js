// Where each agent was last seen: only where a phone said that it was, and paler the longer ago.

import { ago, day, on, t } from "./data.js";
import { place } from "./labels.js";
import { plain } from "./marks.js";

const L = window.L;
// What is older than so many minutes is drawn as old.
const FRESH = 20;
const HIGH = 24;
const pen = document.createElement("canvas").getContext("2d");
let map;
let layer;
let names;
let tone;

export function start(onto, tones) {
  map = onto;
  tone = tones;
  layer = L.layerGroup().addTo(map);
  names = L.layerGroup().addTo(map);
  on("live", draw);
  map.on("zoomend", label);
}

export function draw() {
  layer.clearLayers();
  for (const one of shown()) {
    L.circleMarker(one.at, { radius: 15, color: tone("focus"), weight: 3, opacity: one.isFresh ? 1 : 0.55, dashArray: one.isFresh ? null : "4 4", fill: false, bubblingMouseEvents: false })
      .bindTooltip(plain(`${one.name} · ${t("fix_ago", { ago: one.ago, metres: Math.round(one.accuracy_metres ?? 0) })}`)).addTo(layer);
  }
  label();
}

// Names stand above, below or beside their circles; one that finds no room is told by its circle.
function label() {
  names.clearLayers();
  if (!day.live) return;
  const all = shown().map((one, key) => ({ ...one, key, text: `${one.name} · ${one.ago}` }));
  pen.font = `600 12.8px ${getComputedStyle(document.body).fontFamily}`;
  const wanted = all.map((one) => {
    const { x, y } = map.project(one.at);
    const width = pen.measureText(one.text).width + 16;
    const aside = 18 + width / 2;
    return { key: one.key, x, y, width, height: HIGH, ways: [[0, -30], [0, 30], [aside, 0], [-aside, 0]] };
  });
  for (const [key, [dx, dy]] of place(wanted)) {
    const one = all[key];
    const direction = dx ? (dx > 0 ? "right" : "left") : dy > 0 ? "bottom" : "top";
    L.tooltip({ permanent: true, direction, offset: [Math.sign(dx) * 12, Math.sign(dy) * 12], className: one.isFresh ? "agent" : "agent old" })
      .setLatLng(one.at).setContent(plain(one.text)).addTo(names);
  }
}

// Two who travel together say the same place; it is drawn once, with both names.
function shown() {
  const found = new Map();
  for (const one of day.live.agents.filter((each) => each.at)) {
    const key = `${one.at}|${one.fix_at}`;
    const known = found.get(key);
    const isFresh = (new Date(day.live.now) - new Date(one.fix_at)) / 60_000 < FRESH;
    if (known) known.name += ` + ${one.name}`;
    else found.set(key, { ...one, isFresh, ago: ago(one.fix_at, day.live.now) });
  }
  return [...found.values()].sort((a, b) => Number(b.isFresh) - Number(a.isFresh));
}
