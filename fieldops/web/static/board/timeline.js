// The day of each crew as a line: visits as blocks at their times, breaks, and where now is.

import { clock, crewName, day, el, local, movable, on, order, say, t, told } from "./data.js";
import { follow, heldStop, press, zone } from "./moving.js";
import { minutes, nowOn } from "./running.js";

const box = document.querySelector("[data-timeline]");
// So many pixels before what is sought stay in sight.
const LEAD = 24;
let range = [0, 1];
let chosen = [];
let sought = "";

const share = (at) => `${(100 * (at - range[0])) / (range[1] - range[0])}%`;

export function start() {
  on("loaded", draw);
  on("live", now);
  on("select", mark);
  on("aimed", aimed);
  on("best", best);
  on("released", () => { aimed(null); best([]); });
  box.addEventListener("pointerdown", (event) => {
    const block = event.target.closest("[data-block]");
    if (block) follow(day.stops.get(block.dataset.block), event);
  });
  box.addEventListener("click", (event) => {
    const block = event.target.closest("[data-block]");
    if (block) say("select", [block.dataset.block]);
  });
  box.addEventListener("keydown", (event) => {
    const block = event.target.closest("[data-block]");
    const stop = block && day.stops.get(block.dataset.block);
    if (stop && movable(stop)) press(event, stop, "line", block.getBoundingClientRect());
  });
  zone(target);
}

function draw() {
  const times = day.routes.flatMap((one) => [one.opens_at, one.closes_at, one.departs_at, one.returns_at]).map(minutes);
  range = times.length ? [Math.floor(Math.min(...times) / 60) * 60, Math.ceil(Math.max(...times) / 60) * 60] : [480, 1140];
  const hours = [];
  for (let at = range[0]; at <= range[1]; at += 60) {
    const tick = el("span", { class: "tick" }, `${String(at / 60).padStart(2, "0")}`);
    tick.style.left = share(at);
    hours.push(tick);
  }
  const rows = day.routes.map((route) => el("div", { class: `line-row crew-${route.colour}`, data: { row: route.id } }, el("span", { class: "line-name" }, crewName(route)), el("div", { class: "track" })));
  box.replaceChildren(el("div", { class: "line-head" }, el("span", {}), el("div", { class: "track" }, ...hours)), ...rows);
  const starts = day.routes.flatMap((one) => one.stops).map((one) => one.starts_at).filter(Boolean).map(minutes);
  if (!sought && starts.length) seek("first", Math.min(...starts));
  sight.disconnect();
  rows.forEach((row) => sight.observe(row));
}

// A narrow screen shows a part of the day: at first where it begins or, once it runs, where it is.
function seek(what, at) {
  if (sought === what) return;
  sought = what;
  const { offsetWidth } = box.querySelector(".track");
  box.scrollLeft = (offsetWidth * (at - range[0])) / (range[1] - range[0]) - LEAD;
}

// The visits of a crew are drawn when its line comes into view: a day may have hundreds of crews.
const sight = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target: row } of seen) {
    if (!isIntersecting) continue;
    sight.unobserve(row);
    fill(row.querySelector(".track"), day.routes.find((one) => one.id === row.dataset.row));
  }
  mark(chosen);
  now();
}, { root: box, rootMargin: "600px" });

function fill(track, route) {
  if (!route) return;
  const shift = el("span", { class: "shift" });
  span(shift, minutes(route.opens_at), minutes(route.closes_at));
  track.append(shift);
  for (const rest of route.breaks) {
    const gap = el("span", { class: "rest-block", title: t("break") });
    span(gap, minutes(rest.start), minutes(rest.start) + rest.minutes);
    track.append(gap);
  }
  for (const stop of route.stops) {
    if (!stop.starts_at || stop.visit?.state === "cancelled") continue;
    const state = stop.visit?.state ?? "";
    const name = `${stop.number} ${clock(stop.starts_at)}–${clock(stop.finishes_at)}`;
    const block = el("button", { type: "button", class: `block ${state}${movable(stop) ? " movable" : ""}${stop.pinned ? " pinned" : ""}`, data: { block: stop.id }, title: name, "aria-label": `${stop.sequence} · ${name}` }, el("span", {}, `${stop.sequence}`));
    span(block, minutes(stop.starts_at), minutes(stop.finishes_at));
    track.append(block);
  }
}

function span(one, from, until) {
  one.style.left = share(from);
  one.style.width = `${(100 * (until - from)) / (range[1] - range[0])}%`;
}

function now() {
  box.querySelectorAll(".now").forEach((one) => one.remove());
  const at = nowOn(told.day, range, day.live?.now);
  if (at === null) return;
  seek("now", at);
  box.querySelectorAll(".track").forEach((track, row) => {
    const mark = el("span", { class: "now", title: t("now") }, "");
    mark.style.left = share(at);
    track.append(mark);
  });
}

function mark(ids) {
  chosen = ids;
  const wanted = new Set(ids);
  box.querySelectorAll("[data-block]").forEach((one) => one.classList.toggle("selected", wanted.has(one.dataset.block)));
}

function aimed(target) {
  box.querySelectorAll(".aimed").forEach((one) => one.classList.remove("aimed"));
  box.querySelectorAll(".slot:not(.best)").forEach((one) => one.remove());
  if (!target?.route) return;
  const row = box.querySelector(`[data-row="${target.route.id}"]`);
  row?.classList.add("aimed");
  if (!row || target.position === null || target.position === undefined) return;
  const others = order(target.route).filter((one) => one !== heldStop());
  const [before, after] = [others[target.position - 1], others[target.position]];
  const at = after ? minutes(after.starts_at) - 4 : before ? minutes(before.finishes_at) + 4 : minutes(target.route.opens_at);
  const slot = el("span", { class: "slot" });
  slot.style.left = share(at);
  row.querySelector(".track").append(slot);
}

// Where an urgent visit costs least, numbered by price.
function best(choices) {
  box.querySelectorAll(".best").forEach((one) => one.remove());
  for (const [at, one] of choices.entries()) {
    const route = day.routes.find((each) => each.shift_ids.includes(one.shift_id));
    const track = route && box.querySelector(`[data-row="${route.id}"] .track`);
    if (!track) continue;
    const slot = el("span", { class: "slot best" }, `${at + 1}`);
    slot.style.left = share(minutes(local(one.starts_at)));
    track.append(slot);
  }
}

function target(under, x) {
  const row = under.closest("[data-row]");
  if (!row) return null;
  const route = day.routes.find((one) => one.id === row.dataset.row);
  const track = row.querySelector(".track").getBoundingClientRect();
  const at = range[0] + ((x - track.left) / track.width) * (range[1] - range[0]);
  const others = order(route).filter((one) => one !== heldStop());
  const position = others.filter((one) => (minutes(one.starts_at) + minutes(one.finishes_at)) / 2 < at).length;
  return { shift: route.shift_ids[0], position, route };
}
