// What this page is, what it keeps, and what a page cannot do, said plainly.

import { card, h } from "./dom.js";
import { languageButtons } from "./enrol.js";
import { device } from "./session.js";
import { kept } from "./store.js";
import { appVersion } from "./update.js";
import { t, word } from "./words.js";

async function version() {
  const found = await appVersion();
  return found && t("phone.version", { version: found.slice(0, 8) });
}

const CANNOT = ["background", "mock", "sync", "lock"];

export async function aboutScreen() {
  const [own, me, { trackerCards }] = await Promise.all([device(), kept("me"), import("./tracker.js")]);
  return {
    title: t("phone.about_page"), back: "#/kept", live: true,
    body: [
      card(null, h("p", { class: "big" }, me?.name ?? ""), h("p", { class: "soft" }, [me?.organisation, own?.name, await version()].filter(Boolean).join(" · ")),
        h("div", { class: "choices" }, languageButtons())),
      card(t("phone.keeps"), h("p", {}, t("phone.keeps_what")), h("p", {}, t("phone.keeps_until"))),
      card(t("phone.cannot"), h("ul", { class: "bullets" }, CANNOT.map((one) => h("li", {}, word("phone_cannot", one))))),
      ...(await trackerCards()),
    ],
    dock: [h("a", { class: "button main", href: "#/day" }, t("phone.back_to_day"))],
  };
}
