// The two receipts of everything: kept on this phone, and received by the service under a number.

import { h, notice } from "./dom.js";
import { bilingual, hour, size, t, word } from "./words.js";
import { download } from "./rescue.js";

export function entryStatus(entry) {
  if (entry.state === "applied") return h("span", { class: "good" }, t("phone.received", { number: entry.sequence }));
  if (entry.state === "held") return h("span", { class: "waits" }, t("phone.waits_turn"));
  if (entry.state === "waiting") return h("span", { class: "waits" }, t("phone.saved_here"));
  return h("span", { class: "bad-text" }, word("phone_entry", entry.state));
}

export function fileStatus(file) {
  if (file.state === "received") return h("span", { class: "good" }, t("phone.received", { number: file.number }));
  if (file.state === "refused") return h("span", { class: "bad-text" }, word("phone_entry", "refused"));
  return h("span", { class: "waits" }, t(file.state === "sending" ? "phone.sending" : "phone.saved_here"));
}

export function fileLine(file, button = null) {
  const receipt = file.receipt && h("button", {
    class: "small", onclick: () => download(new Blob([JSON.stringify(file.receipt)], { type: "application/json" }), `receipt-${file.receipt.receipt.item}.json`),
  }, t("phone.receipt"));
  return h("li", {}, h("div", {},
    h("strong", {}, word("item_kind", file.kind)), ` · ${size(file.size)} · ${hour(file.taken_at)}`,
    file.capture === "gallery" ? ` · ${t("phone.from_gallery")}` : null,
    file.copy_of ? ` · ${t("phone.stamped_copy")}` : null, h("br"),
    fileStatus(file), h("br"), h("code", { title: "SHA-256" }, `${file.sha256.slice(0, 16)}…`),
    file.problem && h("p", { class: "bad-text" }, wordsOf(file.problem))), receipt, button);
}

// The words of a problem document, with what to do about each field. A ruling names its rules,
// whose sentences are on the phone.
export function wordsOf(problem) {
  if (problem.violations) {
    const rules = problem.violations.map((one) => word("rule", one.rule));
    const lawful = problem.next_legal ? t("phone.lawful_from", { when: hour(problem.next_legal) }) : t("phone.never_lawful");
    return [bilingual(problem.title), ...rules, lawful].join(" · ");
  }
  const faults = (problem.errors ?? []).map((one) => [bilingual(one.message), bilingual(one.cure)].filter(Boolean).join(" – "));
  return [bilingual(problem.title), bilingual(problem.detail), ...faults].filter(Boolean).join(" · ");
}

// Nothing that went wrong is swallowed: it stands on the page of its visit until it was seen.
export function troubles(entries) {
  return entries.filter((one) => ["conflict", "refused"].includes(one.state)).map((entry) =>
    notice("bad", `${word("entry_kind", entry.kind)}: ${word("phone_entry", entry.state)}`,
      entry.problem && h("p", {}, wordsOf(entry.problem)),
      entry.state === "conflict" ? h("p", {}, t("phone.conflict_more")) : null));
}
