// One visit: where it is, what to know, what was done so far, and the one thing to do next.

import { card, facts, go, h, icon, notice } from "./dom.js";
import { leave } from "./acts.js";
import { troubles } from "./receipts.js";
import { AT_THE_DOOR, visitOf } from "./store.js";
import { fileLine } from "./receipts.js";
import { bilingual, hour, money, soon, t, when, word } from "./words.js";
import { timer } from "./safety.js";

const NAVIGATORS = ["amap", "baidu", "apple", "google", "geo"];

export async function visitScreen({ id }) {
  const visit = await visitOf(id);
  if (!visit) return null;
  const { visit: told } = visit.told;
  return {
    title: `${visit.number} · ${hour(told.planned_start)}`,
    back: `#/day/${visit.day}/list`, live: true,
    body: [
      visit.gone && notice("warn", t("phone.not_here_more")), troubles(visit), held(visit), forbidden(visit), alone(visit), AT_THE_DOOR.includes(visit.state) && timer(visit), whereTo(visit), toKnow(visit), needed(visit),
      speakers(visit), earlier(visit), done(visit), evidence(visit), more(visit),
    ],
    dock: dock(visit),
  };
}

// One alone where two are due speaks to nobody; what he records all the same is told as what it is.
function alone(visit) {
  if (visit.state !== "waiting") return null;
  const parted = visit.told.visit.remarks.some((one) => one.code === "crew-parted");
  return notice("warn", t(parted ? "phone.parted" : "phone.alone"), h("p", {}, t("phone.alone_more")));
}

function held(visit) {
  if (!visit.holds.length) return null;
  const kinds = visit.holds.map((kind) => word("hold_kind", kind)).join(", ");
  const planned = visit.state === "planned";
  return notice("bad", t(planned ? "phone.held_planned" : "phone.held_meanwhile", { kinds }), h("p", {}, t(planned ? "phone.held_do_not" : "phone.held_end")));
}

// What the rulebook says of the planned time; at the door it is asked again.
function forbidden({ hint, state }) {
  if (!hint || hint.allowed || state !== "planned") return null;
  return notice("bad", t("phone.rule_planned"), rules(hint.against), hint.next_legal && h("p", {}, t("phone.lawful_from", { when: soon(hint.next_legal) })));
}

function needed({ hint, state }) {
  if (!hint?.needs.length || !["planned", ...AT_THE_DOOR].includes(state)) return null;
  return h("details", { class: "card" }, h("summary", {}, t("phone.rule_needs")), rules(hint.needs));
}

function rules(found) {
  return h("ul", { class: "bullets" }, found.map((one) => h("li", {}, bilingual(one))));
}

function whereTo(visit) {
  const { address, navigation } = visit.told;
  const coming = visit.state === "planned";
  const links = NAVIGATORS.filter((name) => coming && navigation?.[name]).map((name) =>
    h("a", { class: "button", href: navigation[name], target: "_blank", rel: "noopener noreferrer" }, word("navigator", name)));
  const { planned_start: start, planned_finish: finish } = visit.told.visit;
  return card(null, h("div", { class: "row" }, h("span", { class: "soft" }, `${hour(start)}–${hour(finish)}`), h("span", { class: `badge ${visit.state}` }, word("visit_state", visit.state))), h("p", { class: "where big" }, address.text),
    links.length ? h("div", { class: "navigators", "aria-label": t("phone.navigate") }, links) : coming && h("p", { class: "soft" }, t("phone.no_position")));
}

function toKnow(visit) {
  const { to_know: know, windows, crew } = visit.told;
  return card(t("phone.know"),
    know.warnings?.length ? notice("warn", t("phone.warned"), h("p", {}, know.warnings.map((kind) => word("incident_kind", kind)).join(", "))) : null,
    facts(
      [t("phone.debtor"), [know.debtor, know.phone].filter(Boolean).join(" · ")],
      [t("phone.amount"), `${money(know.amount, know.currency)} · ${t("phone.overdue_days", { days: know.overdue_days })}`],
      [t("phone.creditor"), [know.creditor, know.product].filter(Boolean).join(" · ")],
      [t("phone.case"), know.case_number],
      [t("phone.crew"), crew.map((one) => `${one.name} (${one.code})`).join(", ")],
      [t("phone.lawful"), windows.map(([from, until]) => `${hour(from)}–${hour(until)}`).join(", ")],
    ));
}

function speakers(visit) {
  const people = visit.told.may_speak_to;
  if (!people.length) return card(t("phone.speak"), h("p", { class: "soft" }, t("phone.speak_nobody")));
  return card(t("phone.speak"), h("ul", { class: "plain" }, people.map((who) => h("li", {},
    `${word("party_role", who.role)} ${who.name} – `,
    h("span", { class: who.may_name_debt ? "good" : "bad-text" }, t(who.may_name_debt ? "phone.may_name" : "phone.must_not_name"))))));
}

function earlier(visit) {
  const lines = visit.told.earlier;
  if (!lines.length) return null;
  return h("details", { class: "card" }, h("summary", {}, t("phone.earlier", { count: lines.length })),
    h("ul", { class: "plain" }, lines.map((one) => h("li", {}, `${when(one.at)} · ${word("channel", one.channel)} · ${word("result", one.result)}`))));
}

function done(visit) {
  const payment = visit.entries.find((one) => one.kind === "outcome")?.payment ?? visit.told.payment;
  if (!visit.outcome && visit.state !== "cancelled") return null;
  return card(t("phone.done"),
    visit.outcome && h("p", { class: "big" }, word("outcome", visit.outcome)),
    visit.state === "cancelled" && h("p", {}, bilingual(visit.told.called_off)),
    payment && h("p", {}, h("a", { class: "button", href: `#/visit/${visit.id}/receipt` }, t("phone.payment_receipt"))));
}

function evidence(visit) {
  if (!visit.files.length) return null;
  return card(t("phone.evidence"), h("ul", { class: "items" }, visit.files.filter((one) => !one.copy_of).map((file) => fileLine(file))));
}

function more(visit) {
  const link = (name, sign, key) => h("a", { class: "button", href: `#/visit/${visit.id}/${name}` }, icon(sign), t(key));
  const open = ["planned", ...AT_THE_DOOR].includes(visit.state);
  return h("div", { class: "choices-wide" },
    link("said", "speech", "phone.said"),
    visit.state !== "planned" && link("camera/photo", "camera", "phone.camera"),
    open && link("unsafe", "warning", "phone.unsafe"));
}

function dock(visit) {
  const camera = h("a", { class: "button square", href: `#/visit/${visit.id}/camera/photo`, "aria-label": t("phone.camera") }, icon("camera"));
  if (visit.state === "planned") {
    if (visit.holds.length) return [h("p", { class: "dock-words" }, t("phone.held_dock"))];
    return [h("a", { class: "button main", href: `#/visit/${visit.id}/arrive` }, t("phone.arrive"))];
  }
  if (AT_THE_DOOR.includes(visit.state)) return [camera, h("a", { class: visit.state === "waiting" ? "button" : "button main", href: `#/visit/${visit.id}/door` }, t("phone.what_happened"))];
  if (visit.state === "recorded") {
    return [camera, h("button", { class: "main", onclick: async () => { await leave(visit); go(`#/day/${visit.day}/list`); } }, t("phone.leave"))];
  }
  return [h("a", { class: "button main", href: `#/day/${visit.day}/list` }, t("phone.back_to_day"))];
}
