// At the door: one question a screen; every answer is kept at once, so that a killed tab goes on there.

import { recordOutcome } from "./acts.js";
import { answerField, summaryOf } from "./answers.js";
import { card, go, h } from "./dom.js";
import { after, before, openQuestion, outcomeBody, questions } from "./questions.js";
import { clockNow, deviceNow } from "./clock.js";
import { sha256 } from "./digest.js";
import { record } from "./taking.js";
import { AT_THE_DOOR, draftOf, kept, saveDraft, visitOf } from "./store.js";
import { t, word } from "./words.js";

export async function doorScreen({ id, step }) {
  const visit = await visitOf(id);
  if (!visit || !AT_THE_DOOR.includes(visit.state)) return { redirect: `#/visit/${id}` };
  const draft = await draftOf(id);
  // Not stated at the door is not the same as not running: the question about it is then asked.
  const recorded = draft.facts?.recorder_on !== false;
  const name = step || openQuestion(draft.answers, recorded);
  if (name === "review") return review(visit, draft, recorded);
  const asked = questions(draft.answers, recorded).find((one) => one.name === name);
  if (!asked) return { redirect: `#/visit/${id}/door` };
  return question(visit, draft, asked, recorded);
}

function question(visit, draft, asked, recorded) {
  const { answers } = draft;
  const here = `#/visit/${visit.id}/door`;
  const all = questions(answers, recorded);
  const answered = async (value) => {
    answers[asked.name] = value;
    draft.step = after(asked.name, answers, recorded);
    await saveDraft(draft);
    go(`${here}/${draft.step}`);
  };
  const field = answerField(asked, answers, visit, answered);
  const last = before(asked.name, answers, recorded);
  const place = all.findIndex((one) => one.name === asked.name) + 1;
  return {
    // How many there are is known once it was said what happened.
    title: answers.outcome ? t("phone.question", { place, count: all.length }) : t("phone.first_question"), back: last ? `${here}/${last}` : `#/visit/${visit.id}`,
    body: [h("h2", { class: "question", id: "asked" }, word("phone_ask", asked.name)), field.node],
    dock: [
      asked.optional && h("button", { onclick: () => answered(null) }, t("phone.skip")),
      field.value && h("button", { class: "main", onclick: async () => { const value = await field.value(); if (value !== undefined) await answered(value); } }, t("phone.next_question")),
    ],
  };
}

function review(visit, draft, recorded) {
  const { answers } = draft;
  const here = `#/visit/${visit.id}/door`;
  const button = h("button", { class: "main", onclick: () => finish() }, t("phone.record"));
  const finish = async () => {
    button.disabled = true;
    await recordOutcome(visit, outcomeBody(answers, recorded), await beside(visit, answers));
    go(answers.outcome === "payment" ? `#/visit/${visit.id}/receipt` : `#/visit/${visit.id}`);
  };
  const lines = questions(answers, recorded).map(({ name, ...rest }) => {
    const text = summaryOf({ name, ...rest }, answers);
    return h("li", {}, h("a", { href: `${here}/${name}` }, h("span", { class: "soft" }, word("phone_ask", name)), h("strong", {}, text ?? t("phone.not_stated"))));
  });
  return {
    title: t("phone.review"), back: `${here}/${before("review", answers, recorded)}`,
    body: [card(null, h("ul", { class: "plain review-lines" }, lines)), h("p", { class: "soft" }, t("phone.review_hint"))],
    dock: [button],
  };
}

// What goes with the outcome: the signed offer as a file, and what the receipt of a payment says.
async function beside(visit, answers) {
  const files = [];
  const { promise, payment } = answers;
  if (answers.outcome === "promise" && promise?.sheet) {
    const at = deviceNow();
    files.push(record({
      visit, blob: promise.sheet, kind: "photo", capture: "unknown", fix: null, at,
      hash: await sha256(promise.sheet), nonce: await kept("nonce"), name: `signed-offer-${visit.id.slice(-8)}.png`,
    }));
  }
  const paid = answers.outcome === "payment" && payment;
  return { files, payment: paid ? { ...payment, currency: visit.told.to_know.currency, receipt_number: visit.told.to_know.receipt_number, paid_at: new Date(clockNow()).toISOString() } : null };
}
