// Who waits for a visit: searched by number, filtered, page by page, each with what keeps it out.

import { day, dayAndClock, el, get, movable, on, placed, say, t, told, word } from "./data.js";
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
let next = null;
let asked = 0;
let timer = 0;
let view = () => null;

export function start(viewOf) {
  view = viewOf;
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => read(), 250); };
  search.addEventListener("input", soon);
  priority.addEventListener("change", () => read());
  inView.addEventListener("change", () => read());
  more.addEventListener("click", () => read(next));
  on("view", () => { if (inView.checked) soon(); });
  on("changed", () => read());
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
  return read();
}

async function read(after = null) {
  const own = ++asked;
  const query = new URLSearchParams({ plan_id: told.plan, datum: told.basemap.datum, limit: PAGE, number: search.value.trim() });
  if (priority.value) query.set("priority", priority.value);
  if (inView.checked && view()) query.set("bbox", view().join(","));
  if (after) query.set("after", after);
  note.textContent = t("loading");
  const found = await get(`/api/v1/board/pool.geojson?${query}`);
  if (own !== asked) return;
  if (!found.ok) { note.textContent = t("failed"); return; }
  if (!after) { day.waiting = new Map(); list.replaceChildren(); }
  for (const one of found.body.features) {
    const waits = { id: one.properties.stop_id, ...one.properties, at: placed(one), route: null };
    day.waiting.set(waits.address_id, waits);
    list.append(card(waits));
  }
  next = found.body.next;
  more.hidden = !next;
  count.textContent = `${day.waiting.size}${next ? "+" : ""}`;
  note.textContent = day.waiting.size ? "" : t("nobody_waits");
  say("waiting");
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
