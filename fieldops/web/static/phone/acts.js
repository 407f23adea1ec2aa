// What is done at a visit, each as one entry of the outbox, sent at once where there is a network.

import { deviceNow } from "./clock.js";
import { say } from "./dom.js";
import { db, kept, keep, write } from "./store.js";
import { exchange } from "./sync.js";
import { t } from "./words.js";

function act(visit, kind, body, more = {}) {
  return write({ kind, visitId: visit.id, basedOn: visit.told.visit.version, body, ...more });
}

export async function arrive(visit, report, facts) {
  await act(visit, "arrive", { ...report, is_mock: null, device_at: deviceNow(), facts }, {
    draft: { visit_id: visit.id, step: "", answers: {}, facts },
  });
  await sent();
  askToStay();
}

export async function recordOutcome(visit, body, { payment = null, files = [] } = {}) {
  await act(visit, "outcome", body, { draft: null, files, more: { payment, outcome: body.outcome } });
  await sent();
}

export async function leave(visit) {
  await act(visit, "leave", {});
  await sent();
}

export async function cancel(visit, reason) {
  await act(visit, "cancel-for-safety", { reason });
  await sent();
}

// What was said bears on the case, not on this one visit; `holds` is what it stops until the
// service has decided.
export async function takeDown(visit, kind, body, { holds, what }) {
  await write({ kind, visitId: visit.id, body, more: { case_id: visit.told.visit.case_id, holds, what } });
  await sent();
}

export async function callForHelp(visitId, fix) {
  const body = { key: crypto.randomUUID(), device_at: deviceNow(), visit_id: visitId };
  if (fix) Object.assign(body, fix);
  await write({ kind: "alarm", body });
  exchange();
}

export async function sayWord(words) {
  await write({ kind: "safe-word", body: { words } });
  await sent();
}

export async function reportIncident(visit, kind, words) {
  const body = { key: crypto.randomUUID(), kind, words, happened_at: deviceNow(), visit_id: visit?.id ?? null };
  await write({ kind: "incident", visitId: visit?.id ?? null, body });
  await sent();
}

// The agent's word on an entry of his that does not fit; both accounts are kept, whatever he says.
export async function sayOf(visit, entry, says) {
  await write({ kind: "word", visitId: visit.id, body: { sequence: entry.sequence, says, words: "" } });
  await db.outbox.update(entry.sequence, { said: says, seen: true });
}

// The first receipt at once; the second comes from the service and stands beside the entry.
export async function sent() {
  say(t("phone.saved_here"));
  await Promise.race([exchange(), new Promise((done) => setTimeout(done, 1500))]);
}

// A phone that runs out of room must not throw this away by itself.
export async function askToStay() {
  if (!navigator.storage?.persist || (await kept("persisted"))) return;
  await keep({ persisted: await navigator.storage.persist() });
}
