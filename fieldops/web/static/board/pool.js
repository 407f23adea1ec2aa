// Who waits for a visit, searched by number and filtered: all of them as marks for the map, and page
// by page as a list with what keeps each out.

import { day, dayAndClock, el, get, lang, movable, on, placed, say, t, told, word } from "./data.js";
import { follow, zone } from "./moving.js";

const pane = document.querySelector("#pane-pool");
const list = pane.querySelector("[data-pool]");
const count = pane.querySelector("[data-pool-count]");
const note = pane.querySelector("[data-pool-note]");
const more = pane.querySelector("[data-pool-more]");
const search = pane.querySelector("[data-search]");
const priority = pane.querySelector("[data-priority]");
const inView = pane.querySelector("[data-in-view]");
const PAGE = 60;
// About a metre: so near to its mark an address is looked for.
const BESIDE = 0.00001;
const PAUSE = 250;
let listed = new Map();
let next = null;
let asked = 0;
let marked = 0;
let isPart = false;
let timer = 0;
let view = () => null;

export function start(viewOf) {
  view = viewOf;
  const soon = (act) => { clearTimeout(timer); timer = setTimeout(act, PAUSE); };
  search.addEventListener("input", () => soon(anew));
  priority.addEventListener("change", anew);
  inView.addEventListener("change", () => read());
  more.addEventListener("click", () => read(next));
  on("view", () => { if (inView.checked || isPart) soon(() => { if (isPart) mark(view()); if (inView.checked) read(); }); });
  on("changed", () => Promise.all([mark(isPart && view()), read()]));
  on("aimed", (target) => pane.classList.toggle("aimed", Boolean(target?.out)));
  on("released", () => pane.classList.remove("aimed"));
  on("select", (ids) => list.querySelectorAll("[data-waiting]").forEach((one) => one.classList.toggle("selected", ids.includes(one.dataset.waiting))));
  list.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-waiting]");
    if (card && !event.target.closest("a, button")) follow(day.waiting.get(card.dataset.waiting), event);
  });
  list.addEventListener("click", (event) => {
    const card = event.target.closest("[data-waiting]");
    if (card && !event.target.closest("a, button")) say("select", [card.dataset.waiting]);
  });
  if (told.state === "proposed") zone((under) => (under.closest("#pane-pool") ? { out: true } : null));
  return anew();
}

function anew() {
  isPart = false;
  return Promise.all([mark(), read()]);
}

function asking(box) {
  const query = new URLSearchParams({ plan_id: told.plan, datum: told.basemap.datum, number: search.value.trim() });
  if (priority.value) query.set("priority", priority.value);
  if (box) query.set("bbox", box.join(","));
  return query;
}

// The marks: all at once, or where they are too many those that the map shows.
async function mark(box) {
  const own = ++marked;
  // All of them at first, as they were asked for ahead.
  const isPlain = !box && !search.value.trim() && !priority.value;
  const found = await get(isPlain ? told.ahead.marks : `/api/v1/board/marks.geojson?${asking(box)}`);
  if (own !== marked) return;
  if (!found.ok) { note.textContent = t("failed"); return; }
  const before = day.waiting;
  day.waiting = new Map();
  for (const { geometry, properties: all } of found.body.features) {
    for (const [at, address] of all.address_id.entries()) {
      const place = geometry?.coordinates[at];
      const one = { id: all.stop_id[at], address_id: address, number: all.number[at], priority: all.priority[at], at: place ? [place[1], place[0]] : null, route: null, reasons: null };
      day.waiting.set(address, Object.assign(before.get(address) ?? {}, one));
    }
  }
  listed.forEach(put);
  isPart ||= found.body.more;
  tell();
}

async function read(after = null) {
  const own = ++asked;
  const query = asking(inView.checked && view());
  query.set("limit", PAGE);
  if (after) query.set("after", after);
  note.textContent = t("loading");
  const found = await get(`/api/v1/board/pool.geojson?${query}`);
  if (own !== asked) return;
  if (!found.ok) { note.textContent = t("failed"); return; }
  if (!after) { listed = new Map(); list.replaceChildren(); }
  for (const one of found.body.features) {
    const waits = whole(one);
    listed.set(waits.address_id, waits);
    list.append(card(put(waits)));
  }
  next = found.body.next;
  more.hidden = !next;
  note.textContent = list.children.length ? "" : t("nobody_waits");
  tell();
}

const whole = (one) => ({ id: one.properties.stop_id, ...one.properties, at: placed(one), route: null });

function put(waits) {
  const one = Object.assign(day.waiting.get(waits.address_id) ?? {}, waits);
  day.waiting.set(one.address_id, one);
  return one;
}

function tell() {
  count.textContent = `${day.waiting.size.toLocaleString(lang)}${isPart ? "+" : ""}`;
  say("waiting");
}

// All that is told of somebody who so far is a mark alone.
export async function complete(mark) {
  if (!mark.at) return null;
  const [lat, lon] = mark.at;
  const query = asking([lon - BESIDE, lat - BESIDE, lon + BESIDE, lat + BESIDE]);
  query.set("number", mark.number);
  const found = await get(`/api/v1/board/pool.geojson?${query}`);
  const one = found.ok && found.body.features.find((each) => each.id === mark.address_id);
  return one ? put(whole(one)) : null;
}

function card(waits) {
  const canMove = movable(waits);
  return el("li", { data: { waiting: waits.address_id }, class: canMove ? "movable" : "", tabindex: "0", onkeydown: (event) => { if (event.key === "Enter" && event.target === event.currentTarget) say("select", [waits.address_id]); } },
    el("div", { class: "row" }, el("span", { class: "number-line" }, waits.number), el("span", { class: `level level-${waits.priority}`, title: t("worth_priority", { figure: waits.priority }) }, `P${waits.priority}`)),
    el("span", { class: "soft" }, waits.address),
    ...waits.reasons.map(reason),
    waits.at ? "" : el("span", { class: "why" }, t("unlocated")));
}

// Why it waits, and what would let it fit.
export function reason(one) {
  const rules = one.rules?.length ? ` (${one.rules.join(", ")})` : "";
  const cure = one.next_legal ? t("lawful_from", { time: dayAndClock(one.next_legal) }) : t("would_fit", { what: word("fit", one.code) });
  return el("span", { class: "why" }, `${word("reason", one.code)}${rules}`, el("small", {}, cure));
}
