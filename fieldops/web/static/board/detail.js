// What is selected: one stop with all that is known and every act by keyboard, or many at once.

import { clock, cost, crewName, dayAndClock, day, el, load, movable, on, order, pinnable, post, say, t, told, urgent, why, word } from "./data.js";
import { uncover } from "./map.js";
import { make, report, send } from "./moving.js";
import { complete, reason } from "./pool.js";

const box = document.querySelector("[data-detail]");
// Each is moved by itself and judged by itself; of more than these the way is a new plan.
const MOST = 100;
let shown = [];

const known = (id) => day.stops.get(id) ?? day.waiting.get(id);

export function start() {
  on("select", (ids) => {
    shown = ids;
    draw();
    const at = ids.length === 1 && known(ids[0])?.at;
    if (at) uncover(at, box);
  });
  on("loaded", () => { shown = shown.filter(known); draw(); });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && shown.length && !document.body.classList.contains("moving")) say("select", []); });
}

function draw() {
  const chosen = shown.map(known).filter(Boolean);
  box.hidden = !chosen.length;
  if (chosen.length) box.replaceChildren(...(chosen.length === 1 ? one(chosen[0]) : many(chosen)));
  if (chosen.length === 1 && !chosen[0].route && !chosen[0].reasons) fill(chosen[0]);
}

// A mark says little of who waits; the rest is asked for when somebody looks.
async function fill(mark) {
  const found = await complete(mark);
  if (shown.length !== 1 || known(shown[0]) !== found) return;
  draw();
}

const button = (text, act, more = "") => el("button", { type: "button", class: `small ${more}`, onclick: act }, text);
const close = () => el("button", { type: "button", class: "close", "aria-label": t("clear"), onclick: () => say("select", []) }, "×");

function one(stop) {
  const times = stop.starts_at ? `${clock(stop.starts_at)}–${clock(stop.finishes_at)} · ${crewName(stop.route)}` : "";
  const spans = joined(stop.windows ?? []).map(([from, until]) => `${dayAndClock(from)}–${clock(until)}`).join(", ");
  return [
    el("div", { class: "row" },
      el("b", {}, stop.number, " ", stop.visit ? el("span", { class: `badge ${stop.visit.state}` }, word("visit_state", stop.visit.state)) : "", stop.pinned ? el("span", { class: "badge thin" }, t("pinned")) : ""),
      close()),
    el("p", { class: "soft" }, stop.address),
    times ? el("p", {}, times) : "",
    el("p", { class: "soft" }, [...worth(stop), ...(spans ? [t("windows", { spans })] : [])].join(" · ")),
    ...(stop.reasons ?? []).map(reason),
    movable(stop) ? moveForm(stop) : "",
    el("div", { class: "acts" }, ...acts(stop)),
  ];
}

// Windows are cut where an answer is likelier; the reader wants the hours as the law gives them.
function joined(windows) {
  const found = [];
  for (const [from, until] of [...windows].sort()) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = until > last[1] ? until : last[1];
    else found.push([from, until]);
  }
  return found;
}

function worth(stop) {
  const parts = (stop.worth ?? []).map((part) => t(part.why === "waiting" ? "worth_waiting" : part.why === "clock" ? "worth_clock" : "worth_priority", { figure: part.figure }));
  const chance = stop.chance && t("chance", { chance: Math.round(100 * stop.chance.chance), best: Math.round(100 * stop.chance.best) });
  return chance ? [...parts, chance] : parts;
}

function acts(stop) {
  const link = el("a", { class: "button small", href: told.casePage.replace(/0{8}-0{4}-0{4}-0{4}-0{12}/, stop.case_id) }, t("open_case"));
  if (!told.movable) return [link];
  const pins = pinnable(stop) ? [button(t(stop.pinned ? "unpin" : "pin"), () => pin([stop], !stop.pinned))] : [];
  const out = stop.route && told.state === "proposed" ? [button(t("take_out"), () => make(stop, { out: true }))] : [];
  const inserted = urgent(stop) ? [button(t("urgent"), () => ask(stop))] : [];
  return [...pins, ...out, ...inserted, link];
}

// The form for urgent visits, with the number filled in.
function ask(stop) {
  const form = document.querySelector("[data-urgent]");
  form.closest("details").open = true;
  form.elements.number.value = stop.number;
  say("pane", "plan");
  form.elements.reason.focus();
}

function crews(first) {
  return el("select", { "aria-label": t("move_to") }, ...day.routes.map((route, at) => el("option", { value: at, selected: route === first }, crewName(route))));
}

// What dragging does, without a pointer: choose the crew and the place, see the cost, move.
function moveForm(stop) {
  const crew = crews(stop.route);
  const place = el("select", { "aria-label": t("place") });
  const told_ = el("p", { class: "soft", role: "status" });
  const go = button(t("move"), async () => { await make(stop, target()); }, "main");
  const fill = () => {
    const others = order(day.routes[crew.value]).filter((other) => other !== stop);
    place.replaceChildren(el("option", { value: "" }, t("best_place")), el("option", { value: 0 }, t("before_all")), ...others.map((other, at) => el("option", { value: at + 1 }, t("after_stop", { number: other.number }))));
    told_.replaceChildren();
  };
  const target = () => ({ shift: day.routes[crew.value].shift_ids[0], position: place.value === "" ? null : Number(place.value), route: day.routes[crew.value] });
  const price = async () => {
    told_.textContent = t("asking");
    const found = await send(stop, target(), true);
    told_.textContent = found.ok ? cost(found.body) : t("refused", { why: why(found.body) });
    told_.classList.toggle("bad-text", !found.ok);
  };
  crew.addEventListener("change", () => { fill(); price(); });
  place.addEventListener("change", price);
  if (!day.routes.length) return "";
  fill();
  return el("div", { class: "move-form" }, el("label", {}, t("move_to"), crew), el("label", {}, t("place"), place), button(t("ask_cost"), price), go, told_);
}

function many(chosen) {
  const can = chosen.filter(movable).filter((stop) => stop.route || told.state === "proposed");
  const routed = chosen.filter(pinnable);
  const crew = crews();
  const planned = chosen.filter((stop) => stop.route).length;
  return [
    el("div", { class: "row" }, el("b", {}, t("selected", { count: chosen.length })), close()),
    el("p", { class: "soft" }, t("selected_kinds", { planned, waiting: chosen.length - planned })),
    can.length > MOST ? el("p", {}, t("too_many", { count: MOST })) : can.length && day.routes.length ? el("div", { class: "acts" }, el("label", {}, t("move_to"), crew), button(t("assign"), () => all(can, day.routes[crew.value]), "main")) : "",
    told.movable ? el("div", { class: "acts" },
      routed.length ? button(t("pin"), () => pin(routed, true)) : "",
      routed.some((stop) => stop.pinned) ? button(t("unpin"), () => pin(routed, false)) : "",
      routed.length && can.length <= MOST && told.state === "proposed" ? button(t("take_out"), () => all(routed, null)) : "") : "",
  ];
}

// One after the other, and told of each that could not be done.
async function all(stops, route) {
  const failed = [];
  for (const [at, { id, address_id: address }] of stops.entries()) {
    report(t("done_of", { done: at, count: stops.length }));
    const stop = day.stops.get(id) ?? day.waiting.get(address);
    if (!stop || (route && stop.route?.id === route.id)) continue;
    const target = route ? { shift: route.shift_ids[0], position: null } : { out: true };
    const found = await send(stop, target, false);
    if (found.ok) day.plan.version = found.body.plan.version;
    else failed.push(t("not_done", { number: stop.number, why: why(found.body) }));
  }
  await load();
  say("changed");
  say("select", []);
  report([t("done_of", { done: stops.length - failed.length, count: stops.length }), ...failed].join(" "));
}

async function pin(stops, pinned) {
  const found = await post(`/api/v1/plans/${told.plan}/pins`, { stop_ids: stops.map((stop) => stop.id), pinned }, day.plan.version);
  await load();
  report(found.ok ? t("done_of", { done: stops.length, count: stops.length }) : why(found.body));
}
