// One move at a time, wherever it began: on the map, in a list or on the timeline. What it would
// cost and what it would break is asked for and shown before anything is dropped.

import { begun, cost, day, get, load, movable, on, order, post, root, say, t, told, urgent, why } from "./data.js";

const bubble = document.querySelector("[data-bubble]");
const status = document.querySelector("[data-status]");
const zones = [];
// So long a finger rests on a stop before it takes it; one that moves earlier scrolls.
const REST = 320;
const SLACK = 8;
const TICK = 60;
let held = null;
let undo = null;

// A zone says where in it a point is: {shift, position, route} or {out: true}, or nothing.
export const zone = (target) => zones.push(target);
export const isHeld = () => held !== null;
export const heldStop = () => held?.stop ?? null;

export function report(text, again) {
  status.replaceChildren(text);
  if (again) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small";
    button.textContent = t("undo");
    button.addEventListener("click", again);
    status.append(" ", button);
  }
}

export function begin(stop, how) {
  if (held || !movable(stop)) return false;
  if (stop.route && day.live?.agents.some((one) => one.heading === stop.address_id)) {
    report(t("on_the_way", { number: stop.number }));
    return false;
  }
  held = { stop, target: null, key: "", asked: new Map(), how };
  document.body.classList.add("moving");
  report(t(how === "keys" ? "held" : "drop"));
  say("held", stop);
  if (told.state !== "proposed" && urgent(stop)) best(held);
  return true;
}

// The three places that cost least for who is put onto a running day.
async function best(own) {
  const found = await get(`/api/v1/plans/${told.plan}/urgent?address_id=${own.stop.address_id}`);
  if (held !== own) return;
  if (found.ok) say("best", found.body.choices);
  else tell(t("refused", { why: why(found.body) }), "refused");
}

const keyOf = (target) => (target.out ? "out" : `${target.shift}:${target.position ?? "best"}`);

// The place is the one from which it was taken.
function isHome({ stop }, target) {
  if (target.out) return !stop.route;
  return stop.route && target.shift === stop.route.shift_ids[0] && target.position === order(stop.route).indexOf(stop);
}

export function send(stop, target, dryRun) {
  const body = { shift_id: target.out ? null : target.shift, position: target.position ?? null, dry_run: dryRun };
  if (told.state === "proposed") {
    return post(`/api/v1/plans/${told.plan}/stops/${stop.id}/move`, body, day.plan.version);
  }
  return stop.visit ? post(`/api/v1/visits/${stop.visit.id}/assign`, body, stop.visit.version) : insert(stop, target, dryRun);
}

// Puts who waits onto the running day; places are counted among what is still open there.
async function insert(stop, target, dryRun) {
  const route = day.routes.find((one) => one.shift_ids.includes(target.shift));
  const position = target.position === null || target.position === undefined ? null : Math.max(0, target.position - begun(route));
  const body = { address_id: stop.address_id, shift_id: target.shift, position, reason: t("urgent_reason"), dry_run: dryRun };
  const found = await post(`/api/v1/plans/${told.plan}/urgent`, body, day.plan.version);
  if (!found.ok) return found;
  const others = Object.values(found.body.told).flatMap((one) => [...one.retimed, ...one.reordered]).map((one) => one.stop);
  return { ...found, body: { ...found.body.figures, shifted: [...new Set(others)] } };
}

export function aim(target, x, y) {
  if (!held) return;
  show(x, y);
  if (!target) {
    if (held.target) { held.target = null; held.key = ""; say("aimed", null); tell("", ""); }
    return;
  }
  const key = keyOf(target);
  if (key === held.key) return;
  Object.assign(held, { target, key });
  say("aimed", target);
  if (isHome(held, target)) { tell(t("free"), ""); return; }
  tell(t("asking"), "");
  clearTimeout(held.timer);
  const own = held;
  held.timer = setTimeout(async () => {
    const found = await ask(own, target, key);
    if (held === own && own.key === key) tell(found.ok ? cost(found.body) : t("refused", { why: why(found.body) }), found.ok ? "fits" : "refused");
  }, own.how === "keys" ? 0 : 70);
}

function ask(own, target, key) {
  if (!own.asked.has(key)) own.asked.set(key, send(own.stop, target, true));
  return own.asked.get(key);
}

function show(x, y) {
  if (x === undefined) return;
  bubble.hidden = false;
  const box = bubble.getBoundingClientRect();
  bubble.style.left = `${Math.min(x + 16, innerWidth - box.width - 8)}px`;
  bubble.style.top = `${y + 24 + box.height > innerHeight ? y - box.height - 16 : y + 24}px`;
}

function tell(text, state) {
  bubble.dataset.state = state;
  bubble.replaceChildren(text);
  if (text && state === "fits") {
    const small = document.createElement("small");
    small.textContent = t("drop");
    bubble.append(small);
  }
  bubble.hidden = !text;
}

function release() {
  clearTimeout(held.timer);
  held = null;
  bubble.hidden = true;
  document.body.classList.remove("moving");
  say("released");
}

export function cancel() {
  if (!held) return;
  release();
  report("");
}

export async function drop() {
  if (!held) return;
  const own = held;
  const { stop, target, key } = own;
  if (!target || isHome(own, target)) { cancel(); return; }
  const before = await ask(own, target, key);
  if (held !== own) return;
  release();
  if (!before.ok) { report(t("refused", { why: why(before.body) })); return; }
  await make(stop, target);
}

// Makes the move, tells what it cost, and offers to put the stop back where it was.
export async function make(stop, target) {
  const home = stop.route ? { shift: stop.route.shift_ids[0], position: order(stop.route).indexOf(stop) } : { out: true };
  const found = await send(stop, target, false);
  await load();
  if (!found.ok) { report(found.status === 412 ? t("stale") : t("refused", { why: why(found.body) })); return found; }
  say("changed");
  const mayReturn = told.state === "proposed" || !home.out;
  undo = mayReturn ? { id: stop.id, address: stop.address_id, home } : null;
  report(t("moved", { number: stop.number, cost: cost(found.body) }), undo && back);
  return found;
}

async function back() {
  const one = undo;
  undo = null;
  const stop = day.stops.get(one.id) ?? day.waiting.get(one.address);
  if (!stop) return;
  const found = await send(stop, one.home, false);
  await load();
  say("changed");
  report(found.ok ? t("undone") : t("refused", { why: why(found.body) }));
}

function targetAt(x, y) {
  const under = document.elementFromPoint(x, y);
  for (const zone of zones) {
    const target = under && zone(under, x, y);
    if (target) return target;
  }
  return null;
}

// Follows the pointer from a press on a stop; a press that does not move is a click. A finger takes
// a stop by resting on it, by its handle (`grip`) at once.
export function follow(stop, event, grip = false) {
  if (!movable(stop) || event.button > 0 || held) return;
  const rests = event.pointerType === "touch" && !grip;
  const from = [event.clientX, event.clientY];
  let at = from;
  let has = false;
  let tick = 0;
  const seek = () => aim(targetAt(...at), ...at);
  const take = () => {
    has = begin(stop, "pointer");
    if (!has) { end(); return; }
    if (rests) navigator.vibrate?.(15);
    // Near an edge a list moves on although the pointer stands still.
    tick = setInterval(seek, TICK);
    seek();
  };
  const timer = rests ? setTimeout(take, REST) : 0;
  const move = (next) => {
    if (next.pointerId !== event.pointerId) return;
    at = [next.clientX, next.clientY];
    const far = Math.hypot(at[0] - from[0], at[1] - from[1]);
    if (!has && rests) { if (far > SLACK) end(); return; }
    if (!has && far < 6) return;
    if (!has) { take(); return; }
    next.preventDefault();
    seek();
  };
  const up = (next) => {
    if (next.pointerId !== event.pointerId) return;
    const had = has;
    end();
    if (!had) return;
    // The click that ends a drag is no click on what lies under it.
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
    drop();
  };
  const lost = (next) => { if (next.pointerId === event.pointerId) { const had = has; end(); if (had) cancel(); } };
  // A second finger zooms.
  const second = (next) => { if (!has && next.pointerId !== event.pointerId) end(); };
  const watched = { pointermove: move, pointerup: up, pointercancel: lost, pointerdown: second };
  const end = () => {
    clearTimeout(timer);
    clearInterval(tick);
    has = false;
    for (const [name, act] of Object.entries(watched)) removeEventListener(name, act, { capture: true });
  };
  for (const [name, act] of Object.entries(watched)) addEventListener(name, act, { capture: true, passive: false });
}

// While a finger holds a stop nothing scrolls under it, and no menu opens.
root.addEventListener("touchmove", (event) => { if (held) event.preventDefault(); }, { passive: false });
addEventListener("contextmenu", (event) => { if (held) event.preventDefault(); });

const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };

// With the keys: along its route, and to the crews beside it.
const AXES = { list: { along: ["ArrowUp", "ArrowDown"], across: ["ArrowLeft", "ArrowRight"] }, line: { along: ["ArrowLeft", "ArrowRight"], across: ["ArrowUp", "ArrowDown"] } };

export function press(event, stop, axis, box) {
  const { along, across } = AXES[axis];
  if (!held) {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (begin(stop, "keys")) aim({ shift: stop.route.shift_ids[0], position: order(stop.route).indexOf(stop), route: stop.route }, box.right, box.top);
    return;
  }
  const known = [...along, ...across, "Enter", " ", "Escape"];
  if (!known.includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Escape") { cancel(); return; }
  if (event.key === "Enter" || event.key === " ") { drop(); return; }
  const now = held.target ?? { route: stop.route, position: 0 };
  let { route, position } = now;
  const step = along.indexOf(event.key);
  if (step >= 0) position += step ? 1 : -1;
  else {
    const turn = across.indexOf(event.key) ? 1 : -1;
    route = day.routes[day.routes.indexOf(route) + turn] ?? route;
  }
  const most = order(route).filter((one) => one !== held.stop).length;
  position = Math.max(0, Math.min(most, position));
  aim({ shift: route.shift_ids[0], position, route }, box.right, box.top);
}

addEventListener("keydown", (event) => { if (event.key === "Escape" && held) cancel(); });
on("loaded", () => { if (held) release(); });
