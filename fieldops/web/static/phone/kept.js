// What is on this phone: everything that waits, everything that went wrong, and the ways out.

import { card, h, notice, say } from "./dom.js";
import { entryStatus, fileLine, wordsOf } from "./receipts.js";
import { changed, db, kept } from "./store.js";
import { exchange, state } from "./sync.js";
import { hour, size, t, word } from "./words.js";

export async function keptScreen() {
  const [entries, files, visits] = await Promise.all([db.outbox.toArray(), db.files.toArray(), db.visits.toArray()]);
  const names = new Map(visits.map((one) => [one.id, one.told.to_know.case_number]));
  const open = entries.filter((one) => one.state !== "applied").reverse();
  const unsent = files.filter((one) => one.state !== "received");
  const received = entries.length - open.length + files.length - unsent.length;
  return {
    title: t("phone.kept"), back: "#/day", live: true,
    body: [
      connection(),
      card(t("phone.waiting_here"), open.length + unsent.length === 0 ? h("p", { class: "good" }, t("phone.all_received")) : null,
        open.length > 0 && h("ul", { class: "plain" }, open.map((one) => entryLine(one, names))),
        unsent.length > 0 && h("ul", { class: "items" }, unsent.map((file) => fileLine(file, file.state === "refused" && !file.seen && seenButton(db.files, file.id)))),
        h("p", { class: "soft" }, t("phone.received_count", { count: received }))),
      card(t("phone.rescue"), h("p", { class: "soft" }, t("phone.rescue_hint")), h("button", { onclick: carry }, t("phone.rescue_save"))),
      await room(),
      h("a", { class: "button wide", href: "#/about" }, t("phone.about_page")),
    ],
    dock: [h("button", { class: "main", onclick: async () => { say(t("phone.sending")); await exchange(); } }, t("phone.send_now"))],
  };
}

// Loaded when it is wanted: most phones never need it.
async function carry() {
  const { rescue } = await import("./rescue.js");
  await rescue();
}

function connection() {
  if (state.error) return notice("bad", t("phone.service_says"), h("p", {}, state.error));
  if (state.online === false) return notice("warn", t("phone.offline"), h("p", {}, t("phone.offline_kept")));
  return h("p", { class: "soft" }, state.at ? t("phone.last_exchange", { when: hour(state.at) }) : t("phone.not_spoken_yet"));
}

function entryLine(entry, names) {
  const settled = ["conflict", "refused"].includes(entry.state);
  return h("li", {}, h("strong", {}, word("entry_kind", entry.kind)), ` · ${names.get(entry.visit_id) ?? ""} ${hour(entry.at)}`, h("br"), entryStatus(entry),
    entry.problem && h("p", { class: "bad-text" }, wordsOf(entry.problem)),
    settled && !entry.seen && seenButton(db.outbox, entry.sequence));
}

function seenButton(table, key) {
  return h("button", { class: "small", onclick: () => table.update(key, { seen: true }).then(() => changed("outbox")) }, t("phone.seen"));
}

async function room() {
  const { usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const stays = await kept("persisted", false);
  return card(t("phone.room"), h("p", {}, t("phone.room_used", { size: size(usage) })),
    h("p", { class: stays ? "good" : "soft" }, t(stays ? "phone.room_stays" : "phone.room_may_go")));
}
