// What is promised: a sum by a day, or instalments; shown to the debtor as a table, and signed by him.

import { h, say } from "./dom.js";
import { NO_TERMS, isAmount, needsOffice, offerFault, schedule, wholeOf } from "./instalments.js";
import { Signature } from "./signature.js";
import { kept } from "./store.js";
import { money, t, today, word } from "./words.js";

const EVERY = ["month", "fortnight", "week"];

export function promise(asked, given, visit) {
  const field = new Offer(given ?? {}, visit);
  return { node: field.node, value: () => field.value() };
}

class Offer {
  constructor(given, visit) {
    Object.assign(this, { given, visit, terms: NO_TERMS });
    const owed = visit.told.to_know;
    const input = (value, more) => h("input", { autocomplete: "off", value: value ?? "", onchange: () => this.renew(), ...more });
    this.amount = input(given.amount, { inputmode: "decimal" });
    this.first = input(given.due_on, { type: "date", min: today() });
    this.count = input(given.count ?? 1, { inputmode: "numeric" });
    this.down = input(given.down, { inputmode: "decimal" });
    this.every = h("select", { onchange: () => this.renew() }, EVERY.map((one) => h("option", { value: one, selected: one === given.every }, word("phone_every", one))));
    this.lines = given.lines ?? [];
    this.editor = h("details", {}, h("summary", {}, t("phone.adjust")));
    this.more = h("div", { class: "stack" }, h("div", { class: "pair" },
      h("label", {}, t("phone.down"), this.down), h("label", {}, t("phone.every"), this.every)), this.editor);
    this.paper = h("section", { class: "card paper" });
    this.signature = new Signature(t("phone.sign_here"));
    this.node = h("div", { class: "stack" },
      h("label", {}, t("phone.amount_of", { currency: owed.currency }), this.amount, h("small", {}, t("phone.owed", { amount: money(owed.outstanding ?? owed.amount, owed.currency) }))),
      h("div", { class: "pair" }, h("label", {}, t("phone.due_on"), this.first), h("label", {}, t("phone.instalments"), this.count)),
      this.more, this.paper,
      h("div", { class: "signing" }, h("p", {}, t("phone.sign_here")), this.signature.canvas, h("button", { onclick: () => this.signature.clear() }, t("phone.sign_again"))));
    this.show();
    kept("house").then((house) => { this.terms = house?.instalments ?? NO_TERMS; this.show(); });
  }

  get number() {
    const count = Number(this.count.value);
    return Number.isInteger(count) && count >= 1 && count <= 120 ? count : null;
  }

  // The figures above make the lines anew; a line that is changed by hand stays until then.
  renew() {
    const [amount, count, first] = [this.amount.value.trim(), this.number, this.first.value];
    const down = this.down.value.trim();
    const ready = isAmount(amount) && count && first && (!down || (isAmount(down) && Number(down) < Number(amount)));
    this.lines = ready ? schedule({ amount, count, first, every: this.every.value, down: count > 1 ? down : "" }) : [];
    this.signature.clear();
    this.show();
  }

  show() {
    const several = (this.number ?? 1) > 1;
    this.more.hidden = !several;
    this.editor.replaceChildren(this.editor.firstChild, ...(several ? this.lines.map((line, index) => this.row(line, index)) : []));
    this.paper.hidden = !this.lines.length;
    this.paper.replaceChildren(...(this.lines.length ? this.sheet() : []));
  }

  fault() {
    return offerFault(this.lines, this.terms, today(), this.visit.told.to_know.outstanding);
  }

  row(line, index) {
    const changed = (name) => (event) => { line[name] = event.target.value.trim(); this.signature.clear(); this.show(); this.editor.open = true; };
    return h("div", { class: "instalment" }, h("span", { class: "soft" }, String(index + 1)),
      h("input", { type: "date", value: line.due_on, "aria-label": t("phone.due_on"), onchange: changed("due_on") }),
      h("input", { inputmode: "decimal", value: line.amount, "aria-label": t("phone.amount"), onchange: changed("amount") }));
  }

  sheet() {
    const { currency } = this.visit.told.to_know;
    const wrong = this.fault();
    if (wrong) return [h("p", { class: "bad-text" }, word("phone_promise", wrong))];
    const rows = this.lines.map((one, index) => h("tr", {}, h("td", {}, String(index + 1)), h("td", {}, one.due_on), h("td", { class: "right" }, money(one.amount, currency))));
    return [
      h("h2", {}, t("phone.offer_title")), h("p", {}, this.words()),
      this.lines.length > 1 && h("table", {}, h("tbody", {}, rows)),
      this.lines.length > 1 && h("p", { class: "soft" }, t(needsOffice(this.lines, this.terms, today()) ? "phone.offer_to_office" : "phone.offer_agreed")),
    ].filter(Boolean);
  }

  words() {
    const { currency } = this.visit.told.to_know;
    const values = { amount: money(wholeOf(this.lines), currency), day: this.lines[0].due_on, last: this.lines.at(-1).due_on, count: this.lines.length };
    return t(this.lines.length > 1 ? "phone.offer_instalments" : "phone.offer_once", values);
  }

  async value() {
    if (!this.lines.length) this.renew();
    const wrong = this.lines.length ? this.fault() : !isAmount(this.amount.value.trim()) ? "amount" : !this.first.value ? "due_on" : "count";
    if (wrong) { say(word("phone_promise", wrong), "warn"); return undefined; }
    const offered = {
      amount: wholeOf(this.lines), due_on: this.lines[0].due_on, count: this.lines.length, down: this.down.value.trim(), every: this.every.value,
      lines: this.lines.map((one) => ({ ...one })), words: this.words(), signed: !this.signature.isEmpty,
    };
    return { ...offered, sheet: this.signature.isEmpty ? this.given.sheet ?? null : await this.picture(offered) };
  }

  // What was agreed and the drawn name, on one sheet; kept as a picture.
  picture({ lines, words }) {
    const { case_number: number, creditor, currency } = this.visit.told.to_know;
    const table = lines.length > 1 ? lines.map((one, index) => [String(index + 1), one.due_on, money(one.amount, currency)]) : [];
    return this.signature.sheet([t("phone.offer_title"), `${creditor} · ${number}`, words, ...table, t("phone.offer_on", { day: today() })]);
  }
}
