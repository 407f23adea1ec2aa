// What the board knows: its words, the plan's day, and how it asks the service.

import * as running from "./running.js";

export const root = document.querySelector("[data-board]");
export const told = JSON.parse(root.dataset.board);
const words = JSON.parse(root.dataset.words);
const token = document.querySelector("meta[name=csrf-token]").content;
export const lang = document.documentElement.lang;

// "loaded" after the day was read, "live" after the running day was, "select" with stop ids.
export const events = new EventTarget();
export const say = (name, detail) => events.dispatchEvent(new CustomEvent(name, { detail }));
export const on = (name, act) => events.addEventListener(name, (event) => act(event.detail));

export const day = { plan: null, routes: [], stops: new Map(), waiting: new Map(), live: null };

export function t(key, values = {}) {
  return words.panes[key].replace(/{(\w+)}/g, (_, name) => values[name] ?? "");
}

export const word = (table, key) => words[table][key] ?? key;
export const clock = (iso) => (iso ? iso.slice(11, 16) : "–");
// A time of the service as the clocks of the plan show it, in whatever zone the reader sits.
export function local(iso) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(day.routes[0].opens_at);
  return new Date(new Date(iso).getTime() + (sign === "-" ? -1 : 1) * (hours * 60 + Number(minutes)) * 60_000).toISOString();
}
export const dayAndClock = (iso) => (iso.slice(0, 10) === told.day ? clock(iso) : `${iso.slice(5, 10)} ${clock(iso)}`);
export const kilometres = (metres) => `${(metres / 1000).toFixed(1)} ${t("km")}`;
const signed = (value) => (value > 0 ? `+${value}` : `${value}`);

export function cost(found) {
  const counted = { kilometres: signed(Math.round(found.delta_metres / 100) / 10), minutes: signed(Math.round(found.delta_seconds / 60)) };
  return t("cost", { ...counted, count: found.shifted.length });
}

// How long ago, in the largest unit that is still honest.
export function ago(at, now) {
  const count = Math.max(0, Math.round((new Date(now) - new Date(at)) / 60000));
  if (count < 60) return t("minutes", { count });
  if (count < 1440) return t("hours", { hours: Math.floor(count / 60), minutes: count % 60 });
  return t("days", { count: Math.floor(count / 1440) });
}

export function el(name, values = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") made.className = value;
    else if (key === "data") Object.assign(made.dataset, value);
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

// What was asked for ahead answers once: later the same is asked for anew.
function aheadOf(url) {
  const found = window.ahead?.get(url);
  window.ahead?.delete(url);
  return found;
}

async function answer(url, options) {
  const headers = { Accept: "application/json", "Accept-Language": lang, ...options.headers };
  let got;
  try {
    got = (await aheadOf(url)) ?? (await fetch(url, { ...options, headers }));
  } catch {
    return { ok: false, status: 0, body: { title: t("away") } };
  }
  const body = await got.json().catch(() => ({ title: t("failed") }));
  return { ok: got.ok, status: got.status, body, link: got.headers.get("Link") };
}

export const get = (url) => answer(url, {});

export function post(url, body, version) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token, "If-Match": `"${version}"` };
  return answer(url, { method: "POST", headers, body: JSON.stringify(body) });
}

// Why something is not possible, in the reader's words where the service sent a code.
export function why(body) {
  const codes = (body.reasons ?? []).map((one) => word("reason", one.code));
  const rules = (body.violations ?? []).map((one) => one.title ?? one.rule);
  const later = body.next_legal ? [t("lawful_from", { time: dayAndClock(body.next_legal) })] : [];
  const found = [...new Set([...codes, ...rules]), ...later];
  const wrong = (body.errors ?? []).map((one) => `${one.message} ${one.cure}`.trim());
  return [...found, ...wrong].join(" · ") || body.detail || body.title;
}

export function placed(found) {
  const position = found.geometry?.coordinates;
  return position && found.geometry.type === "Point" ? [position[1], position[0]] : null;
}

export async function load() {
  const found = await get(told.ahead.day);
  if (!found.ok) return found;
  day.plan = found.body.plan;
  day.stops = new Map();
  const routes = new Map();
  for (const one of found.body.features) {
    if (one.properties.kind === "route") {
      const line = one.geometry.coordinates.map(([lon, lat]) => [lat, lon]);
      routes.set(one.id, { id: one.id, ...one.properties, line, stops: [] });
    } else {
      const stop = { id: one.id, ...one.properties, at: placed(one), route: routes.get(one.properties.route_id) };
      stop.route.stops.push(stop);
      day.stops.set(stop.id, stop);
    }
  }
  day.routes = [...routes.values()];
  document.querySelectorAll("[data-version], form input[name=version]").forEach((input) => { input.value = day.plan.version; });
  for (const shown of document.querySelectorAll("[data-figure]")) shown.textContent = day.plan.figures[shown.dataset.figure] ?? "–";
  say("loaded");
  return found;
}

// The stops of a route whose visits were not called off: among them places are counted.
export const order = (route) => route.stops.filter((one) => one.visit?.state !== "cancelled");

export const crewName = (route) => route.agents.map((one) => one.name).join(" + ");

// How many of a route's visits have begun: what is new comes after them.
export const begun = (route) => order(route).filter((one) => one.visit && one.visit.state !== "planned").length;

// What the plan of this board allows with a stop.
export const urgent = (stop) => running.urgent(told, stop);
export const movable = (stop) => running.movable(told, stop);
export const pinnable = (stop) => running.pinnable(told, stop);
