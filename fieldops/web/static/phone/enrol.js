// How a phone becomes an agent's: by the code that the office made, typed or brought by a link.

import { askToStay } from "./acts.js";
import { card, go, h, notice } from "./dom.js";
import { Problem, device, enrol } from "./session.js";
import { exchange, state } from "./sync.js";
import { LANGUAGES, language, learn, t } from "./words.js";

export async function enrolScreen({ code = "" }) {
  if (await device()) return { redirect: "#/day" };
  const input = h("input", { class: "code", value: code, autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false", maxlength: 12, "aria-label": t("phone.code") });
  const name = h("input", { maxlength: 60, autocomplete: "off", value: deviceName() });
  const told = h("div", { role: "alert" });
  const button = h("button", { class: "main", onclick: () => press() }, t("phone.enrol"));
  const press = async () => {
    if (!input.value.trim()) { input.focus(); return; }
    button.disabled = true;
    try {
      await enrol(input.value, name.value.trim() || deviceName());
      state.revoked = false;
      askToStay();
      await exchange();
      history.replaceState(null, "", "#/day");
      go("#/day");
    } catch (error) {
      button.disabled = false;
      told.replaceChildren(notice("bad", error instanceof Problem ? error.words : t("phone.no_network")));
    }
  };
  return {
    title: t("phone.app_name"), root: true,
    body: [
      state.revoked && notice("bad", t("phone.revoked"), h("p", {}, t("phone.revoked_more"))),
      card(t("phone.enrol_title"), h("p", { class: "soft" }, t("phone.enrol_lead")), told,
        h("div", { class: "stack" }, h("label", {}, t("phone.code"), input), h("label", {}, t("phone.phone_name"), name))),
      h("div", { class: "choices" }, languageButtons()),
      h("p", {}, h("a", { class: "back", href: "/day" }, t("phone.other_page"))),
    ],
    dock: [button],
  };
}

export function languageButtons() {
  return LANGUAGES.map((name) => h("button", {
    lang: name, "aria-pressed": String(name === language()),
    onclick: async () => { await learn(name); go(location.hash || "#/day"); },
  }, name === "en" ? "English" : "中文"));
}

function deviceName() {
  const found = /\(([^)]*)\)/.exec(navigator.userAgent)?.[1] ?? "";
  return (/iPhone|iPad/.exec(found)?.[0] ?? found.split(";").map((one) => one.trim()).at(-1) ?? "").slice(0, 40) || t("phone.a_phone");
}
