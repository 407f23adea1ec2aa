// The receipt of a payment, to be shown or handed over at the door, also without a network.

import { facts, h, say } from "./dom.js";
import { visitOf } from "./store.js";
import { money, t, when, word } from "./words.js";

export async function receiptScreen({ id }) {
  const visit = await visitOf(id);
  const paid = visit?.entries.findLast((one) => one.kind === "outcome")?.payment ?? visit?.told.payment;
  if (!paid) return { redirect: `#/visit/${id}` };
  const { to_know: know, crew } = visit.told;
  const lines = [
    [t("phone.receipt_number"), paid.receipt_number],
    [t("phone.amount_paid"), money(paid.amount, paid.currency ?? know.currency)],
    [t("phone.paid_how"), word("method", paid.method)],
    [t("phone.paid_at"), when(paid.paid_at)],
    [t("phone.creditor"), know.creditor],
    [t("phone.case"), know.case_number],
    [t("phone.received_by"), crew.map((one) => `${one.name} (${one.code})`).join(", ")],
  ];
  const text = [t("phone.payment_receipt"), ...lines.map(([name, value]) => `${name}: ${value}`)].join("\n");
  const share = async () => {
    try {
      if (navigator.share) await navigator.share({ text });
      else { await navigator.clipboard.writeText(text); say(t("phone.copied")); }
    } catch (error) {
      if (error.name !== "AbortError") say(t("phone.not_shared"), "warn");
    }
  };
  return {
    title: t("phone.receipt"), back: `#/visit/${id}`,
    body: [h("section", { class: "card paper" }, h("h2", {}, t("phone.payment_receipt")), facts(...lines)), h("p", { class: "soft" }, t("phone.receipt_hint"))],
    dock: [h("button", { onclick: share }, t("phone.share")), h("a", { class: "button main", href: `#/visit/${id}` }, t("phone.done_here"))],
  };
}
