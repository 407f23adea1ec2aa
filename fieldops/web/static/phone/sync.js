// The exchange with the service: what was done goes out in order, what has changed comes in.

import { clockNow, deviceNow, setOffset } from "./clock.js";
import { Problem, call, device, endSession } from "./session.js";
import { UNDECIDED, changed, counts, db, forgetBefore, isFull, keep, kept, wipe } from "./store.js";
import { tellPresence } from "./presence.js";
import { appVersion } from "./update.js";
import { sendFiles } from "./uploads.js";
import { useZone } from "./words.js";

const BATCH = 50;
const AT_A_VISIT = ["arrive", "outcome", "leave", "cancel-for-safety"];
const PAUSE = 30_000;
const BEAT = 240;
const LOOK_AGAIN = 300_000;
const AGAIN = [2_000, 5_000, 15_000, 30_000];

export const state = { online: null, busy: false, at: null, revoked: false, error: null };
const looked = new Map();
let failures = 0;
let timer = null;
let wanted = false;
let beaten = 0;

export async function begin() {
  setOffset(await kept("offset", 0));
  useZone(await kept("zone"));
  window.addEventListener("online", () => exchange());
  window.addEventListener("offline", () => { state.online = false; changed("state"); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) exchange(); });
  exchange();
}

// One exchange at a time in all the tabs of this phone; asked for meanwhile, another one follows.
export async function exchange() {
  if (!(await device())) return;
  if (state.busy) { wanted = true; return; }
  clearTimeout(timer);
  state.busy = true;
  try {
    await navigator.locks.request("exchange", { ifAvailable: true }, (lock) => (lock ? spoken() : null));
  } finally {
    state.busy = false;
    changed("state");
  }
  if (wanted) { wanted = false; exchange(); return; }
  timer = setTimeout(exchange, failures ? AGAIN[Math.min(failures, AGAIN.length) - 1] : PAUSE);
}

async function spoken() {
  try {
    await push();
    await pull();
    Object.assign(state, { online: true, at: clockNow(), error: null });
    failures = 0;
    changed("state");
    // It hinders nothing else: a place that cannot be told now is told at the next exchange.
    tellPresence().catch(() => {});
    await sendFiles();
  } catch (error) {
    failures += 1;
    await failed(error);
  }
}

async function failed(error) {
  if (isFull(error)) {
    changed("full");
  } else if (!(error instanceof Problem)) {
    Object.assign(state, { online: false, error: null });
  } else if (error.slug === "device-revoked") {
    // The office ended this phone: nothing personal stays on it.
    endSession();
    await wipe();
    state.revoked = true;
  } else {
    Object.assign(state, { online: true, error: error.words });
  }
  changed("state");
}

// In order, in batches; what the service holds is asked for again until it is decided.
async function push() {
  for (let sent = false; ; sent = true) {
    const entries = (await db.outbox.where("state").anyOf(UNDECIDED).sortBy("sequence")).slice(0, BATCH);
    if (!entries.length) {
      if (!sent) await beat();
      return;
    }
    const answer = await call("POST", "/api/v1/sync", { body: await batch(entries) });
    await learnAnswers(answer.answers);
    changed("outbox");
    const left = await db.outbox.where("state").equals("waiting").count();
    if (!left || entries.every((one) => one.state === "held")) return;
  }
}

// Nothing to send: now and then the phone says that it is there, so that the office knows.
async function beat() {
  const every = (await kept("house"))?.heartbeat_seconds ?? BEAT;
  if (Date.now() - beaten < every * 1000) return;
  await call("POST", "/api/v1/sync", { body: await batch([]) });
}

async function batch(entries) {
  const [own, persisted, { waiting }, version, battery] = await Promise.all([device(), kept("persisted", false), counts(), appVersion(), charge()]);
  beaten = Date.now();
  return {
    device_id: own.id, sent_at: deviceNow(), pending: waiting, storage_persisted: persisted, app_version: version, battery_percent: battery,
    oldest: await oldestOf(entries), cursor: await kept("cursor"), entries: entries.map(wire),
  };
}

// The lowest number that this phone still keeps, or the next that it would give.
export async function oldestOf(entries) {
  return entries[0]?.sequence ?? (await kept("sequence", 0)) + 1;
}

// An entry as it travels, and as it is carried away: the same content, wherever it comes in.
export function wire({ sequence, key, kind, visit_id: visit, based_on: based, at, body }) {
  return { sequence, key, kind, visit_id: AT_A_VISIT.includes(kind) ? visit : null, based_on: based, at, body };
}

async function charge() {
  const battery = await navigator.getBattery?.().catch(() => null);
  return battery ? Math.round(battery.level * 100) : null;
}

async function learnAnswers(answers) {
  await db.transaction("rw", db.outbox, async () => {
    for (const { sequence, status, result, version, problem } of answers) {
      const state = status === "known" ? result : status;
      const change = { state, version: version ?? null, problem: problem ?? null, answered_at: deviceNow() };
      // What has arrived needs no second copy here; what is disputed is kept to be shown.
      await db.outbox.update(sequence, state === "applied" ? { ...change, body: {} } : change);
    }
  });
}

async function pull() {
  const own = await device();
  const sent = Date.now();
  const answer = await changesOf(own.id, { since: await kept("cursor") });
  const offset = Date.parse(answer.server_time) - (sent + Date.now()) / 2;
  setOffset(offset);
  await db.transaction("rw", db.keep, db.visits, db.holds, db.outbox, async () => {
    await keep({ cursor: answer.cursor, offset });
    if (answer.nonce) await keep({ nonce: answer.nonce });
    await learnVisits(answer, own.agent_id);
    if (answer.holds) await learnHolds(answer.holds, answer.full);
    if (answer.house) await keep({ house: answer.house });
    if (answer.changes) await keep({ [`changes-${answer.day}`]: answer.changes });
  });
  await forgetBefore(answer.day);
  changed("day");
}

// Another day, to be looked at; it is asked for as a whole, and not again for some minutes.
export async function lookAhead(day) {
  if (Date.now() - (looked.get(day) ?? 0) < LOOK_AGAIN) return;
  looked.set(day, Date.now());
  const own = await device();
  const answer = await changesOf(own.id, { day });
  await db.transaction("rw", db.keep, db.visits, db.holds, db.outbox, () => learnVisits(answer, own.agent_id));
  changed("day");
}

// Which day it is the service says: the phone's clock may be wrong.
function changesOf(deviceId, { since = null, day = null }) {
  const query = new URLSearchParams({ device_id: deviceId });
  if (since) query.set("since", since);
  if (day) query.set("day", day);
  return call("GET", `/api/v1/sync?${query}`);
}

async function learnVisits({ visits, removed, order, hints, full, day }, agentId) {
  const gone = new Set(removed);
  if (full) {
    const there = new Set(visits.map((one) => one.visit.id));
    for (const id of await db.visits.where("day").equals(day).primaryKeys()) if (!there.has(id)) gone.add(id);
  }
  // Given to somebody else, and nothing of mine is under way: it is no longer my affair.
  for (const id of gone) {
    if (!(await db.outbox.where("visit_id").equals(id).count())) await db.visits.delete(id);
    else await db.visits.update(id, { gone: true });
  }
  for (const told of visits) {
    const mine = told.arrivals.some((one) => one.agent_id === agentId);
    const known = await db.visits.get(told.visit.id);
    await db.visits.put({ id: told.visit.id, day: told.visit.day, hint: known?.hint ?? null, told, mine });
  }
  for (const hint of hints) await db.visits.update(hint.visit_id, { hint });
  if (order) await keep({ [`order-${day}`]: order });
}

async function learnHolds(holds, full) {
  if (full) await db.holds.clear();
  for (const hold of holds) {
    if (hold.lifted_at) await db.holds.delete(hold.id);
    else await db.holds.put(hold);
  }
}
