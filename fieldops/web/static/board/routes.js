// The routes as lists, one a crew: stops in driving order, each with a handle to move it by.

import { begun, clock, cost, crewName, day, el, kilometres, local, movable, on, order, say, t, word } from "./data.js";
import { follow, heldStop, press, zone } from "./moving.js";

const list = document.querySelector("[data-routes]");
const EDGE = 40;
// So many crews stand open; of more a dispatcher opens those that he looks at.
const MOST = 40;
const turned = new Set();

export function start() {
  on("loaded", draw);
  on("live", () => day.routes.forEach(standing));
  on("select", mark);
  on("aimed", aimed);
  on("best", best);
  on("released", () => { aimed(null); best([]); });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-stop]");
    if (row && !event.target.closest("a, button")) say("select", [row.dataset.stop]);
  });
  list.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("[data-stop]");
    if (row && !event.target.closest("a")) follow(day.stops.get(row.dataset.stop), event, Boolean(event.target.closest("[data-handle]")));
  });
  list.addEventListener("keydown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (handle) press(event, day.stops.get(handle.closest("[data-stop]").dataset.stop), "list", handle.getBoundingClientRect());
  });
  zone(target);
}

function draw() {
  const kept = list.parentElement.scrollTop;
  list.replaceChildren(...day.routes.map(crew));
  if (!day.routes.length) list.append(el("li", { class: "soft" }, t("no_crews")));
  list.parentElement.scrollTop = kept;
  day.routes.forEach(standing);
}

function crew(route) {
  const isOpen = (day.routes.length <= MOST) !== turned.has(route.id);
  const count = order(route).length;
  const head = el("summary", {},
    el("span", { class: "dot", "aria-hidden": "true" }),
    el("span", { class: "crew-name" }, crewName(route)),
    route.agents.length > 1 ? el("span", { class: "badge", title: t("crew_of_two") }, "2×") : "",
    route.territory ? el("span", { class: "badge thin", title: t("territory", { number: route.territory }) }, `#${route.territory}`) : "");
  const sums = `${clock(route.departs_at)}–${clock(route.returns_at)} · ${t("stops", { count })} · ${kilometres(route.metres)}`;
  const box = el("details", { open: isOpen }, head,
    el("p", { class: "soft sums-line" }, sums),
    el("p", { class: "standing", data: { standing: route.id }, hidden: true }),
    el("ol", { class: "stops", data: { route: route.id } }));
  const fill = () => { const stops = box.querySelector("ol"); if (!stops.children.length) stops.append(...route.stops.map(row)); };
  if (isOpen) fill();
  box.addEventListener("toggle", () => {
    if (box.open) fill();
    if (box.open === (day.routes.length <= MOST)) turned.delete(route.id); else turned.add(route.id);
  });
  box.fill = fill;
  return el("li", { class: `crew crew-${route.colour}`, data: { crew: route.id } }, box);
}

function row(stop) {
  const state = stop.visit?.state ?? "";
  const handle = movable(stop)
    ? el("button", { type: "button", class: "handle", data: { handle: "" }, "aria-label": t("move_stop", { number: stop.number }) }, "⠿")
    : el("span", { class: "handle", "aria-hidden": "true" }, "");
  return el("li", { data: { stop: stop.id }, class: `stop ${state}` },
    handle,
    el("span", { class: "time" }, clock(stop.starts_at)),
    el("span", { class: "what" },
      el("span", { class: "number-line" }, stop.number,
        state && state !== "planned" ? el("span", { class: `badge ${state}` }, word("visit_state", state)) : "",
        stop.pinned ? el("span", { class: "badge thin" }, t("pinned")) : ""),
      el("span", { class: "soft" }, stop.address)));
}

// How the crew stands now: where, since when heard of, and how late.
function standing(route) {
  const line = list.querySelector(`[data-standing="${route.id}"]`);
  if (!line || !day.live) return;
  const own = day.live.agents.filter((one) => route.shift_ids.includes(one.shift_id));
  line.replaceChildren(...own.map((one) => el("span", { class: one.is_absent ? "absent" : "" },
    own.length > 1 ? `${one.name}: ` : "", day.live.where(one), " · ", day.live.seen(one),
    one.late_minutes ? el("span", { class: "badge late" }, t("late", { minutes: one.late_minutes })) : "")));
  line.hidden = !own.length;
}

function mark(ids) {
  const chosen = new Set(ids);
  list.querySelectorAll("[data-stop]").forEach((one) => one.classList.toggle("selected", chosen.has(one.dataset.stop)));
  const stop = ids.length === 1 && day.stops.get(ids[0]);
  if (!stop) return;
  const box = list.querySelector(`[data-crew="${stop.route.id}"] details`);
  box.fill();
  box.open = true;
  const one = list.querySelector(`[data-stop="${stop.id}"]`);
  one.classList.add("selected");
  one.scrollIntoView({ block: "nearest" });
}

function aimed(target) {
  list.querySelectorAll(".before, .after, .aimed").forEach((one) => one.classList.remove("before", "after", "aimed"));
  if (!target?.route) return;
  const box = list.querySelector(`[data-crew="${target.route.id}"]`);
  box?.classList.add("aimed");
  if (target.position === null || target.position === undefined) return;
  const others = order(target.route).filter((one) => one !== heldStop());
  const next = others[target.position];
  const shown = next ?? others.at(-1);
  if (shown) list.querySelector(`[data-stop="${shown.id}"]`)?.classList.add(next ? "before" : "after");
}

// Where an urgent visit costs least, with the price, in the places themselves.
function best(choices) {
  list.querySelectorAll(".best").forEach((one) => one.remove());
  for (const [at, one] of choices.entries()) {
    const route = day.routes.find((each) => each.shift_ids.includes(one.shift_id));
    const stops = route && list.querySelector(`[data-route="${route.id}"]`);
    if (!stops) continue;
    stops.closest("details").fill();
    const next = order(route)[begun(route) + one.position];
    const mark = el("li", { class: "best" }, `${at + 1} · ${clock(local(one.starts_at))} · ${cost({ ...one, shifted: { length: one.visits_later } })}`);
    stops.insertBefore(mark, next ? stops.querySelector(`[data-stop="${next.id}"]`) : null);
  }
}

function target(under, x, y) {
  // Near an edge the list moves on, so that every place can be reached.
  const pane = list.parentElement;
  const edges = pane.getBoundingClientRect();
  if (pane.contains(under)) pane.scrollBy(0, y < edges.top + EDGE ? -14 : y > edges.bottom - EDGE ? 14 : 0);
  const box = under.closest("[data-crew]");
  if (!box) return null;
  const route = day.routes.find((one) => one.id === box.dataset.crew);
  if (!box.querySelector("details").open) return { shift: route.shift_ids[0], position: null, route };
  const others = order(route).filter((one) => one !== heldStop());
  let position = others.length;
  for (const [at, one] of others.entries()) {
    const edge = list.querySelector(`[data-stop="${one.id}"]`).getBoundingClientRect();
    if (edge.height && y < edge.top + edge.height / 2) { position = at; break; }
  }
  return { shift: route.shift_ids[0], position, route };
}

