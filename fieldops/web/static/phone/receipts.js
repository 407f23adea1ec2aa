// The two receipts of everything: kept on this phone, and received by the service under a number.

import { sayOf, sent } from "./acts.js";
import { download, h, notice } from "./dom.js";
import { bilingual, hour, size, soon, t, word } from "./words.js";

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
    const lawful = problem.next_legal ? t("phone.lawful_from", { when: soon(problem.next_legal) }) : t("phone.never_lawful");
    return [bilingual(problem.title), ...rules, lawful].join(" · ");
  }
  const faults = (problem.errors ?? []).map((one) => [bilingual(one.message), bilingual(one.cure)].filter(Boolean).join(" – "));
  return [bilingual(problem.title), bilingual(problem.detail), ...faults].filter(Boolean).join(" · ");
}

// What does not fit what the office has, or names a visit that is another's by now.
export function isDisputed(entry) {
  return entry.state === "conflict" || (entry.state === "refused" && String(entry.problem?.type).endsWith(":not-found"));
}

// Nothing that went wrong is swallowed: it stands on the page of its visit until it was seen.
export function troubles(visit) {
  const disputed = visit.entries.filter(isDisputed);
  const refused = visit.entries.filter((one) => one.state === "refused" && !isDisputed(one));
  return [disputed.length > 0 && dispute(visit, disputed), ...refused.map((entry) =>
    notice("bad", `${word("entry_kind", entry.kind)}: ${word("phone_entry", entry.state)}`, entry.problem && h("p", {}, wordsOf(entry.problem))))];
}

// Two accounts of one visit, side by side; whose word it is, the agent says with one tap.
function dispute(visit, entries) {
  const { visit: told } = visit.told;
  const reasons = [...new Set(entries.map((one) => one.problem && wordsOf(one.problem)).filter(Boolean))];
  const office = [word("visit_state", told.state), told.outcome && word("outcome", told.outcome), bilingual(visit.told.called_off)].filter(Boolean).join(" · ");
  const said = entries.find((one) => one.said)?.said;
  return notice("bad", t("phone.dispute"),
    h("p", {}, t("phone.dispute_mine", { what: entries.map((one) => `${word("entry_kind", one.kind)} ${hour(one.at)}`).join(", ") })),
    h("p", {}, t("phone.dispute_office", { what: visit.gone ? t("phone.dispute_gone") : office })),
    reasons.map((one) => h("p", { class: "soft" }, one)),
    h("p", {}, said ? word("phone_said", said) : t("phone.conflict_more")),
    !said && h("div", { class: "answers-list" }, ["mine", "office"].map((says) =>
      h("button", { class: "answer", onclick: () => saidOf(visit, entries, says) }, word("phone_says", says)))));
}

async function saidOf(visit, entries, says) {
  for (const entry of entries) await sayOf(visit, entry, says);
  await sent();
}
