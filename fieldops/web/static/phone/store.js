// Everything that this phone keeps, in one IndexedDB: what was told, what was done, what must go out.

import Dexie from "../vendor/dexie.js";
import { clockNow, deviceNow } from "./clock.js";

export const db = new Dexie("fieldops-phone");
db.version(1).stores({
  keep: "name",
  visits: "id, day",
  holds: "id",
  drafts: "visit_id",
  outbox: "sequence, state, visit_id",
  files: "id, state, visit_id",
  parts: "[file_id+number], file_id",
});

// Decided for good, or not yet: what is undecided keeps its content and may be carried away.
export const UNDECIDED = ["waiting", "held"];
const watchers = new Set();

export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function changed(what = "store") {
  for (const watcher of watchers) watcher(what);
}

export async function kept(name, otherwise = null) {
  return (await db.keep.get(name))?.value ?? otherwise;
}

export async function keep(values) {
  await db.keep.bulkPut(Object.entries(values).map(([name, value]) => ({ name, value })));
}

export function newId() {
  return crypto.randomUUID();
}

// The record, its files and its place in the queue are written together, or none of them is.
export async function write({ kind, visitId = null, basedOn = null, body = {}, files = [], draft, more = {} }) {
  const entry = { ...more, key: newId(), kind, visit_id: visitId, based_on: basedOn, at: deviceNow(), body, state: "waiting" };
  await db.transaction("rw", db.keep, db.outbox, db.files, db.drafts, async () => {
    entry.sequence = ((await db.keep.get("sequence"))?.value ?? 0) + 1;
    await db.keep.put({ name: "sequence", value: entry.sequence });
    await db.outbox.add(entry);
    if (files.length) await db.files.bulkAdd(files);
    if (draft) await db.drafts.put(draft);
    else if (draft === null) await db.drafts.delete(visitId);
  });
  changed("outbox");
  return entry;
}

export async function addFiles(files) {
  await db.files.bulkAdd(files);
  changed("files");
}

export async function draftOf(visitId) {
  return (await db.drafts.get(visitId)) ?? { visit_id: visitId, step: "", answers: {} };
}

export async function saveDraft(draft) {
  await db.drafts.put(draft);
}

// Somebody stands there, and nothing is recorded yet; waiting is one alone where two are due.
export const AT_THE_DOOR = ["waiting", "arrived"];
const NEXT = { arrive: "arrived", outcome: "recorded", leave: "left", "cancel-for-safety": "cancelled" };

// A visit as it stands on this phone: as the server last told it, and what was done since.
export function standing(visit, entries) {
  const own = entries.filter((one) => one.visit_id === visit.id && NEXT[one.kind] && isNews(one, visit));
  const state = own.reduce((_, one) => (one.kind === "arrive" ? arrivedState(visit) : NEXT[one.kind]), stateOf(visit));
  const arrived = own.find((one) => one.kind === "arrive");
  const outcome = own.findLast((one) => one.kind === "outcome");
  return {
    state,
    arrivedAt: arrived?.at ?? visit.told.visit.arrived_at,
    outcome: outcome?.outcome ?? visit.told.visit.outcome,
    waiting: own.filter((one) => UNDECIDED.includes(one.state)).length,
  };
}

// An entry counts until the service has told what came of it: its answer comes before the visit.
function isNews(entry, visit) {
  if (UNDECIDED.includes(entry.state)) return true;
  if (entry.state !== "applied") return false;
  return entry.kind === "arrive" ? !visit.mine : entry.version > visit.told.visit.version;
}

function stateOf(visit) {
  const { state } = visit.told.visit;
  // The partner's arrival is not mine.
  return AT_THE_DOOR.includes(state) && !visit.mine ? "planned" : state;
}

// Until the service says otherwise: one of a crew waits for a partner of whom nothing was heard.
function arrivedState({ told }) {
  return told.crew.length > 1 && !told.arrivals.length ? "waiting" : "arrived";
}

export async function dayOf(day) {
  const [visits, entries, holds, files, order] = await Promise.all([
    db.visits.where("day").equals(day).toArray(), db.outbox.toArray(), db.holds.toArray(), db.files.toArray(), kept(`order-${day}`, []),
  ]);
  const place = ({ id, told }) => (order.includes(id) ? order.indexOf(id) : 1000 + told.visit.sequence);
  visits.sort((a, b) => place(a) - place(b));
  return visits.map((visit, index) => ({ ...described(visit, entries, holds, files), number: index + 1 }));
}

export async function visitOf(id) {
  const visit = await db.visits.get(id);
  if (!visit) return null;
  return (await dayOf(visit.day)).find((one) => one.id === id);
}

function described(visit, entries, holds, files) {
  return {
    ...visit,
    ...standing(visit, entries),
    entries: entries.filter((one) => one.visit_id === visit.id),
    files: files.filter((one) => one.visit_id === visit.id),
    holds: holdsOn(visit, entries, holds),
  };
}

// What the server told of, and what was taken down at a door and has not reached it yet.
function holdsOn(visit, entries, holds) {
  const told = holds.filter((one) => one.visits.includes(visit.id) && bears(one)).map((one) => one.kind);
  const said = entries.filter((one) => UNDECIDED.includes(one.state) && one.case_id === visit.told.visit.case_id);
  return [...new Set([...told, ...said.map((one) => one.holds)])].filter(Boolean);
}

// A legal hold keeps documents from being destroyed; it stops no contact.
function bears({ kind, starts_at: start, ends_at: end }) {
  const now = clockNow();
  return kind !== "legal" && Date.parse(start) <= now && (!end || Date.parse(end) > now);
}

export async function counts() {
  const [waiting, files, trouble, lost] = await Promise.all([
    db.outbox.where("state").anyOf(UNDECIDED).count(),
    db.files.where("state").anyOf("waiting", "sending").count(),
    db.outbox.where("state").anyOf("conflict", "refused").filter((one) => !one.seen).count(),
    db.files.where("state").equals("refused").filter((one) => !one.seen).count(),
  ]);
  return { waiting: waiting + files, trouble: trouble + lost };
}

// The phone has no room: Dexie wraps what the browser says.
export function isFull(error) {
  return [error?.name, error?.inner?.name].includes("QuotaExceededError");
}

// Nothing personal stays: what is left is a page without a person.
export async function wipe() {
  await Promise.all(db.tables.map((table) => table.clear()));
  changed("wiped");
}

// A day that is over, and of which everything was decided, is forgotten.
export async function forgetBefore(day) {
  const over = await db.visits.where("day").below(day).toArray();
  for (const visit of over) {
    const open = await db.outbox.where("visit_id").equals(visit.id).filter((one) => UNDECIDED.includes(one.state) || (one.problem && !one.seen)).count();
    const unsent = await db.files.where("visit_id").equals(visit.id).filter((one) => one.state !== "received" && !one.seen).count();
    if (open || unsent) continue;
    await db.transaction("rw", db.keep, db.visits, db.outbox, db.files, db.drafts, async () => {
      await db.keep.bulkDelete([`order-${visit.day}`, `changes-${visit.day}`]);
      await db.outbox.where("visit_id").equals(visit.id).delete();
      await db.files.where("visit_id").equals(visit.id).delete();
      await db.drafts.delete(visit.id);
      await db.visits.delete(visit.id);
    });
  }
  // What belongs to no visit, as a call for help.
  await db.outbox.where("state").equals("applied").filter((one) => !one.visit_id && one.at < day).delete();
}
