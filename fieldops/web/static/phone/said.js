// What was said at the door: one tap takes it down, and contact rests from then on.

import { takeDown } from "./acts.js";
import { card, go, h } from "./dom.js";
import { entryStatus } from "./receipts.js";
import { visitOf } from "./store.js";
import { t, word } from "./words.js";

// The commonest first; the same as on the page for browsers without scripts.
const AT_THE_DOOR = [
  "hold:vulnerable:", "hold:capacity:", "request:cease", "complaint", "dispute",
  "hold:hardship:offer", "request:workplace", "hold:bereavement:", "hold:deceased:",
];
// What rests on a paper that the person shows.
const STANDING = ["hold:bankruptcy:", "hold:breathing_space:", "hold:breathing_space:crisis", "hold:no_contact_order:"];
const CHANNELS = ["call", "sms", "visit", "letter", "email"];
const STOPS = ["complaint", "dispute"];

export async function saidScreen({ id }) {
  const visit = await visitOf(id);
  if (!visit) return null;
  const form = new Said(visit);
  const taken = visit.entries.filter((one) => ["hold", "request", "complaint", "dispute"].includes(one.kind));
  return {
    title: t("phone.said"), back: `#/visit/${id}`,
    body: [
      taken.length > 0 && card(t("phone.said_so_far"), h("ul", { class: "plain" }, taken.map((one) => h("li", {}, one.what ? nameOf(one.what) : word("entry_kind", one.kind), " · ", entryStatus(one))))),
      h("p", { class: "soft" }, t("phone.said_lead")), ...form.body(),
    ],
    dock: [],
  };
}

export function nameOf(what) {
  const [kind, name, variant] = what.split(":");
  if (kind === "request") return word("request_kind", name);
  if (kind !== "hold") return word("hold_kind", kind);
  return variant ? `${word("hold_kind", name)} (${word("hold_variant", variant)})` : word("hold_kind", name);
}

class Said {
  constructor(visit) {
    this.visit = visit;
    const people = visit.told.may_speak_to;
    const first = people.findIndex((one) => one.party_id === visit.told.visit.party_id);
    this.who = people.map((one, index) => h("input", { type: "radio", name: "party", value: one.party_id, checked: index === Math.max(first, 0) }));
    this.names = people.map((one) => `${word("party_role", one.role)} ${one.name}`);
    this.words = h("textarea", { rows: 2, maxlength: 500 });
    this.from = h("input", { type: "time", value: "12:00" });
    this.until = h("input", { type: "time", value: "14:00" });
    this.channel = h("select", {}, h("option", { value: "" }, t("phone.every_channel")), CHANNELS.map((one) => h("option", { value: one }, word("channel", one))));
    this.attorney = h("input", { maxlength: 500 });
    this.paper = h("input", { maxlength: 200 });
    this.about = h("select", {}, h("option", { value: "" }, t("phone.about_nobody")), visit.told.crew.map((one) => h("option", { value: one.agent_id }, `${one.name} (${one.code})`)));
  }

  body() {
    const tap = (what) => h("button", { class: what === "hold:vulnerable:" ? "answer urgent" : "answer", onclick: (event) => this.press(event.target, what) }, nameOf(what));
    return [
      this.who.length > 1 && card(t("phone.said_who"), this.who.map((box, index) => h("label", { class: "choice" }, box, h("span", {}, this.names[index])))),
      h("div", { class: "answers-list two" }, AT_THE_DOOR.map(tap)),
      card(null, h("label", {}, t("phone.said_words"), this.words)),
      h("details", { class: "card" }, h("summary", {}, t("phone.said_more")),
        h("div", { class: "stack" },
          h("div", { class: "pair" }, h("label", {}, t("phone.from"), this.from), h("label", {}, t("phone.until_time"), this.until)),
          h("label", {}, t("phone.channel"), this.channel), h("div", { class: "answers-list two" }, ["request:hours", "request:channel"].map(tap)),
          h("label", {}, t("phone.attorney"), this.attorney), h("div", { class: "answers-list" }, tap("request:attorney")),
          h("label", {}, t("phone.paper"), this.paper), h("div", { class: "answers-list two" }, STANDING.map(tap)),
          h("label", {}, t("phone.about"), this.about))),
    ];
  }

  async press(button, what) {
    button.disabled = true;
    const [kind, body] = this.entry(what);
    const [, name] = what.split(":");
    const holds = kind === "hold" ? name : STOPS.includes(kind) ? kind : name === "cease" ? "cease" : null;
    await takeDown(this.visit, kind, body, { holds, what });
    go(`#/visit/${this.visit.id}/said`);
  }

  entry(what) {
    const [kind, name, variant] = what.split(":");
    const words = this.words.value.trim() || t("phone.no_words");
    const { visit } = this.visit.told;
    const party = this.who.find((one) => one.checked)?.value ?? visit.party_id;
    const common = { words, came_by: "door", party_id: party };
    if (kind === "hold") return ["hold", { kind: name, variant, case_id: visit.case_id, reason: words, evidence: this.paper.value.trim() || null }];
    if (kind === "complaint") return ["complaint", { ...common, case_id: visit.case_id, about_agent_id: this.about.value || null }];
    if (kind === "dispute") return ["dispute", { ...common, case_id: visit.case_id }];
    return ["request", {
      ...common, kind: name, channel: this.channelFor(name),
      windows: name === "hours" ? [[this.from.value, this.until.value]] : [],
      attorney: name === "attorney" ? this.attorney.value.trim() : "",
    }];
  }

  channelFor(name) {
    if (name === "hours") return this.channel.value || null;
    return name === "channel" ? this.channel.value || "visit" : null;
  }
}
