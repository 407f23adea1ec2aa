// I am late: told at once or not at all, for it is worth nothing later; the day rolls forward.

import { card, go, h, notice, say } from "./dom.js";
import { Problem, call } from "./session.js";
import { newId } from "./store.js";
import { exchange } from "./sync.js";
import { t, word } from "./words.js";

const MINUTES = [10, 20, 30, 45, 60, 90];
const WHY = ["traffic", "visit", "way", "other"];

export async function lateScreen() {
  const key = newId();
  const minutes = h("input", { inputmode: "numeric", autocomplete: "off", value: "20" });
  const quick = MINUTES.map((count) => h("button", { class: "answer", "aria-pressed": String(count === 20), onclick: () => choose(count) }, t("phone.late_by", { count })));
  const choose = (count) => {
    minutes.value = String(count);
    quick.forEach((one, index) => one.setAttribute("aria-pressed", String(MINUTES[index] === count)));
  };
  minutes.addEventListener("input", () => choose(minutes.value));
  const why = WHY.map((value, index) => h("input", { type: "radio", name: "why", value, checked: index === 0 }));
  const told = h("div", {});
  const button = h("button", { class: "main", onclick: () => press() }, t("phone.late_tell"));
  const press = async () => {
    button.disabled = true;
    const reason = word("phone_late", why.find((one) => one.checked).value);
    try {
      const answer = await call("POST", "/api/v1/me/delay", { body: { minutes: Number(minutes.value), reason }, headers: { "Idempotency-Key": key } });
      say(t("phone.late_told", { count: answer.figures.late?.length ?? 0 }));
      await exchange();
      go("#/day");
    } catch (error) {
      button.disabled = false;
      const words = error instanceof Problem ? error.words : t("phone.late_no_network");
      told.replaceChildren(notice("bad", words));
      window.scrollTo(0, 0);
    }
  };
  return {
    title: t("phone.late"), back: "#/day",
    body: [
      told, h("p", {}, t("phone.late_lead")),
      h("div", { class: "answers-list three" }, quick),
      card(null, h("label", {}, t("phone.late_minutes"), minutes)),
      card(t("phone.reason"), why.map((box) => h("label", { class: "choice" }, box, h("span", {}, word("phone_late", box.value))))),
      h("p", { class: "soft" }, t("phone.late_safety")),
    ],
    dock: [button],
  };
}
