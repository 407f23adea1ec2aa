// Calling for help, being overdue, calling a visit off, and telling what went wrong.

import { callForHelp, cancel, reportIncident, sayWord } from "./acts.js";
import { clockNow } from "./clock.js";
import { card, go, h, notice, say } from "./dom.js";
import { report, within } from "./place.js";
import { AT_THE_DOOR, db, visitOf } from "./store.js";
import { state } from "./sync.js";
import { hour, members, t, word } from "./words.js";

const HOLD_MS = 1200;
const FIX_MS = 3000;
const TICK_MS = 20_000;

// Held for a moment, so that a pocket does not call.
export function helpButton(visitId) {
  const button = h("button", { class: "sos" });
  let clock = null;
  let fired = false;
  const begin = () => {
    fired = false;
    button.classList.add("holding");
    clock = setTimeout(() => { fired = true; stop(); call(visitId()); }, HOLD_MS);
  };
  const stop = () => { clearTimeout(clock); button.classList.remove("holding"); };
  button.addEventListener("pointerdown", begin);
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(name, stop);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  // A keyboard cannot brush against anything: its click, which has no pointer, calls at once.
  button.addEventListener("click", (event) => {
    if (event.detail === 0) call(visitId());
    else if (!fired) say(t("phone.sos_hold"), "warn");
  });
  return button;
}

async function call(visitId) {
  navigator.vibrate?.([200, 100, 200]);
  const fix = await within(FIX_MS);
  await callForHelp(visitId, fix && report(fix));
  go("#/help");
}

// The call is out, or it waits: which of the two is said, for nobody may believe in help that
// nobody heard of.
export async function helpScreen() {
  const calls = await db.outbox.filter((one) => one.kind === "alarm").toArray();
  const last = calls.at(-1);
  if (!last) return { redirect: "#/day" };
  const heard = last.state === "applied";
  return {
    title: t("phone.sos"), back: "#/day", live: true,
    body: [
      notice(heard ? "warn" : "bad", t(heard ? "phone.sos_heard" : "phone.sos_waits"), h("p", {}, t(heard ? "phone.sos_heard_more" : "phone.sos_waits_more"))),
      h("a", { class: "button wide", href: "tel:120" }, t("phone.call_ambulance")),
    ],
    dock: [
      h("button", { onclick: async () => { await sayWord(""); say(t("phone.safe_said")); go("#/day"); } }, t("phone.i_am_safe")),
      h("a", { class: "button main danger", href: "tel:110" }, t("phone.call_police")),
    ],
  };
}

// Until when the office expects the crew to have left; it is told by its own clock when that is over.
export function timer(visit) {
  const { planned_start: start, planned_finish: finish } = visit.told.visit;
  const length = Date.parse(finish) - Date.parse(start);
  const until = Math.max(Date.parse(finish), Date.parse(visit.arrivedAt ?? start) + length);
  const line = h("p", { class: "countdown", role: "timer" });
  const tick = () => {
    const minutes = Math.round((until - clockNow()) / 60_000);
    line.textContent = minutes >= 0 ? t("phone.until", { when: hour(until), minutes }) : t("phone.overdue", { when: hour(until), minutes: -minutes });
    line.classList.toggle("over", minutes < 0);
    if (line.isConnected) setTimeout(tick, TICK_MS);
  };
  setTimeout(tick);
  return line;
}

export async function unsafeScreen({ id }) {
  const visit = await visitOf(id);
  if (!visit || !["planned", ...AT_THE_DOOR].includes(visit.state)) return { redirect: `#/visit/${id}` };
  const reason = h("textarea", { rows: 3, maxlength: 500 });
  const kind = h("select", {}, members("incident_kind").map((one) => h("option", { value: one }, word("incident_kind", one))));
  const told = h("textarea", { rows: 3, maxlength: 2000 });
  const off = async () => {
    // Whoever must go has no hand free to write.
    await cancel(visit, reason.value.trim() || t("phone.no_reason"));
    go(`#/day/${visit.day}/list`);
  };
  const incident = async () => {
    if (!told.value.trim()) { say(t("phone.words_needed"), "warn"); return; }
    await reportIncident(visit, kind.value, told.value.trim());
    go(`#/visit/${id}`);
  };
  return {
    title: t("phone.unsafe"), back: `#/visit/${id}`,
    body: [
      notice("warn", t("phone.unsafe_lead"), h("p", {}, t("phone.unsafe_more"))),
      card(null, h("label", {}, t("phone.reason"), reason)),
      h("details", { class: "card" }, h("summary", {}, t("phone.incident")), h("div", { class: "stack" },
        h("label", {}, t("phone.incident_kind"), kind), h("label", {}, t("phone.incident_words"), told),
        h("button", { class: "danger", onclick: incident }, t("phone.incident_send")))),
      state.online === false && h("p", { class: "soft" }, t("phone.offline_kept")),
    ],
    dock: [h("button", { class: "main danger", onclick: off }, t("phone.call_off"))],
  };
}
