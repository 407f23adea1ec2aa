// The day: the next stop first, then the list in driving order, or the same as a sketch.

import { card, h, icon, notice } from "./dom.js";
import { sketch } from "./sketch.js";
import { AT_THE_DOOR, dayOf, kept } from "./store.js";
import { lookAhead, state } from "./sync.js";
import { dayName, hour, t, today, word } from "./words.js";

const BEGUN = [...AT_THE_DOOR, "recorded"];
const OPEN = ["planned", ...BEGUN];

export async function dayScreen({ day = today(), as = "list" }) {
  if (day > today()) lookAhead(day).catch(() => {});
  const [visits, changes] = await Promise.all([dayOf(day), kept(`changes-${day}`, [])]);
  const next = visits.find((one) => BEGUN.includes(one.state)) ?? visits.find((one) => one.state === "planned");
  return {
    title: dayName(day), live: true, root: true,
    body: [tabs(day, as), changed(changes), ...(visits.length ? shown(visits, as) : [empty()])],
    dock: next ? [late(next, day), h("a", { class: "button main", href: `#/visit/${next.id}` }, t(next.state === "planned" ? "phone.next" : "phone.go_on"), h("small", {}, `${next.number} · ${hour(next.told.visit.planned_start)} · ${next.told.to_know.party}`))] : [],
  };
}

function late(next, day) {
  return day === today() && h("a", { class: "button square", href: "#/late", "aria-label": t("phone.late") }, icon("clock"), h("small", {}, t("phone.late_short")));
}

function tabs(day, as) {
  const days = [["phone.today", today()], ["phone.tomorrow", today(1)]];
  return h("div", { class: "row tools-row" },
    h("nav", { class: "tabs", "aria-label": t("phone.days") }, days.map(([key, one]) => h("a", { href: `#/day/${one}/${as}`, "aria-current": one === day ? "date" : null }, t(key)))),
    h("nav", { class: "tabs", "aria-label": t("phone.view") }, [["list", "phone.list"], ["map", "phone.map"]].map(([name, key]) => h("a", { href: `#/day/${day}/${name}`, "aria-current": as === name ? "true" : null, "aria-label": t(key), title: t(key) }, icon(name)))));
}

function changed(changes) {
  if (!changes.length) return null;
  return h("details", { class: "card" }, h("summary", {}, t("phone.office_changed", { count: changes.length })),
    h("ul", { class: "plain" }, changes.map((one) => h("li", {}, `${hour(one.applied_at)} · ${one.reason}`))));
}

function shown(visits, as) {
  const done = visits.filter((one) => !OPEN.includes(one.state)).length;
  const count = h("p", { class: "soft" }, t("phone.count", { count: visits.length, done }));
  return [count, as === "map" ? sketch(visits) : h("ol", { class: "visits" }, visits.map(line))];
}

function line(visit) {
  const { visit: told, address, to_know: know } = visit.told;
  const held = visit.holds.length > 0 && visit.state === "planned";
  return h("li", { class: visit.state }, h("a", { class: "visit-card", href: `#/visit/${visit.id}` },
    h("span", { class: "number", "aria-hidden": "true" }, visit.state === "left" ? icon("tick") : visit.number),
    h("span", { class: "what" },
      h("span", { class: "row" }, h("strong", {}, `${hour(told.planned_start)}–${hour(told.planned_finish)}`), h("span", { class: `badge ${held ? "held" : visit.state}` }, held ? t("phone.held") : word("visit_state", visit.state))),
      h("span", { class: "where" }, address.text),
      h("span", { class: "soft" }, [know.party, word("party_role", know.party_role), visit.told.crew.length > 1 && t("phone.with_partner")].filter(Boolean).join(" · ")),
      wrong(visit) && h("span", { class: "bad-text" }, t("phone.look")),
      visit.waiting + unsent(visit) > 0 && h("span", { class: "waits" }, t("phone.waits", { count: visit.waiting + unsent(visit) })))));
}

function wrong(visit) {
  return visit.entries.some((one) => ["conflict", "refused"].includes(one.state) && !one.seen);
}

function unsent(visit) {
  return visit.files.filter((one) => one.state !== "received").length;
}

function empty() {
  if (state.at === null && state.online !== true) return notice("warn", t("phone.no_day_yet"), h("p", {}, t("phone.no_day_more")));
  return card(null, h("p", { class: "big" }, t("phone.no_visits")), h("p", { class: "soft" }, t("phone.no_visits_more")));
}
