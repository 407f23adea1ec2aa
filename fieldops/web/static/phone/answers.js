// How each kind of question is answered, and how an answer reads afterwards.

import { h, say } from "./dom.js";
import { isAmount, isMore } from "./instalments.js";
import { promise } from "./promise.js";
import { money, t, word } from "./words.js";

// The field of a question: its node, and `value()` where a button ends it (undefined: not yet good).
export function answerField(asked, answers, visit, answered) {
  return FIELDS[asked.kind](asked, answers[asked.name], visit, answered);
}

const FIELDS = { one: oneOf, many: manyOf, fact: yesOrNo, plate, text: note, payment, promise };

function oneOf(asked, chosen, visit, answered) {
  const label = (value) => word(asked.table, value);
  return { node: h("div", { class: "answers-list", role: "group", "aria-labelledby": "asked" }, asked.options.map((value) =>
    h("button", { class: "answer", "aria-pressed": String(value === chosen), onclick: () => answered(value) }, label(value)))) };
}

function yesOrNo(asked, chosen, visit, answered) {
  return oneOf({ ...asked, table: "phone_answer", options: ["yes", "no"] }, chosen, visit, answered);
}

function manyOf(asked, chosen) {
  const boxes = asked.options.map((value) => h("input", { type: "checkbox", value, checked: (chosen ?? []).includes(value) }));
  return {
    node: h("div", { class: "answers-list" }, boxes.map((box) => h("label", { class: "choice" }, box, h("span", {}, word(asked.table, box.value))))),
    value: () => boxes.filter((box) => box.checked).map((box) => box.value),
  };
}

function plate(asked, text) {
  const input = h("input", { maxlength: 100, autocapitalize: "characters", autocomplete: "off", value: text ?? "", "aria-labelledby": "asked" });
  return { node: input, value: () => input.value.trim() || refused(t("phone.plate_needed")) };
}

function note(asked, text) {
  const area = h("textarea", { rows: 6, maxlength: 1500, value: text ?? "", "aria-labelledby": "asked" });
  return { node: area, value: () => area.value.trim() || null };
}

function refused(words) {
  say(words, "warn");
  return undefined;
}

function amountField(value, visit) {
  const input = h("input", { inputmode: "decimal", autocomplete: "off", value: value ?? "" });
  const owed = visit.told.to_know;
  return { input, node: h("label", {}, t("phone.amount_of", { currency: owed.currency }), input, h("small", {}, t("phone.owed", { amount: money(owed.outstanding ?? owed.amount, owed.currency) }))) };
}

function payment(asked, given, visit) {
  const amount = amountField(given?.amount, visit);
  let sure = given?.amount;
  const boxes = asked.options.map((value) => h("input", { type: "radio", name: "method", value, checked: value === given?.method }));
  return {
    node: h("div", { class: "stack" }, amount.node, h("fieldset", {}, h("legend", {}, t("phone.paid_how")),
      h("div", { class: "choices" }, boxes.map((box) => h("label", { class: "choice" }, box, h("span", {}, word("method", box.value))))))),
    value: () => {
      const method = boxes.find((box) => box.checked)?.value;
      const paid = amount.input.value.trim();
      if (!isAmount(paid)) return refused(t("phone.amount_wrong"));
      // Money that was taken is kept whatever it comes to; a slip of the finger is asked about once.
      if (isMore(paid, visit.told.to_know.outstanding) && sure !== paid) {
        sure = paid;
        return refused(t("phone.more_than_owed"));
      }
      return method ? { amount: paid, method } : refused(t("phone.method_needed"));
    },
  };
}

// An answer in words, or null where it was left open.
export function summaryOf(asked, answers) {
  const value = answers[asked.name];
  if (value === null || value === undefined || value.length === 0) return null;
  if (asked.kind === "fact") return word("phone_answer", value);
  if (asked.kind === "many") return value.map((one) => word(asked.table, one)).join(", ");
  if (asked.kind === "promise") return `${value.words}${value.sheet ? ` · ${t("phone.signed")}` : ""}`;
  if (asked.kind === "payment") return `${value.amount} · ${word("method", value.method)}`;
  return asked.table ? word(asked.table, value) : value;
}
