// Arriving: what was shown, and where the phone is, with how sure and how old that is.

import { arrive } from "./acts.js";
import { clockNow } from "./clock.js";
import { card, go, h, notice, say } from "./dom.js";
import { ageOf, follow, report } from "./place.js";
import { visitOf, watch } from "./store.js";
import { bilingual, hour, t, word } from "./words.js";

const SHOWN = ["badge_shown", "authorisation_shown", "recorder_on"];
const DATUMS = ["WGS84", "GCJ02", "BD09", "CGCS2000"];

export async function arriveScreen({ id }) {
  const visit = await visitOf(id);
  if (!visit || visit.state !== "planned" || visit.holds.length) return { redirect: `#/visit/${id}` };
  const screen = new Arriving(visit);
  return {
    title: t("phone.arrive_title"), back: `#/visit/${id}`, body: screen.body(), dock: [screen.button],
    shown: () => screen.start(), leave: () => screen.end(),
  };
}

class Arriving {
  constructor(visit) {
    this.visit = visit;
    this.fix = null;
    this.place = h("div", { class: "place-state", role: "status" }, h("p", {}, t("phone.locating")));
    this.checks = SHOWN.map((name) => h("input", { type: "checkbox", value: name }));
    this.hand = this.byHand();
    this.button = h("button", { class: "main", onclick: () => this.press() }, t("phone.arrive"));
  }

  body() {
    const { windows } = this.visit.told;
    const now = clockNow();
    const lawful = !windows.length || windows.some(([from, until]) => Date.parse(from) <= now && now <= Date.parse(until));
    return [
      h("p", { class: "where big" }, this.visit.told.address.text),
      lawful ? null : notice("warn", t("phone.outside_hours", { hours: windows.map(([from, until]) => `${hour(from)}–${hour(until)}`).join(", ") })),
      card(t("phone.where_you_are"), this.place, this.hand),
      card(t("phone.shown"), this.needs(), this.checks.map((box, index) => h("label", { class: "choice" }, box, h("span", {}, word("fact", SHOWN[index]))))),
    ];
  }

  // What the rulebook wants to see, beside the boxes that say so.
  needs() {
    const needs = this.visit.hint?.needs ?? [];
    return needs.length > 0 && h("ul", { class: "bullets soft" }, needs.map((one) => h("li", {}, bilingual(one))));
  }

  start() {
    this.ended = follow((fix, wrong) => {
      if (fix) this.fix = fix;
      this.tell(wrong);
    });
    this.unwatched = watch(() => this.mayArrive());
  }

  end() {
    this.ended?.();
    this.unwatched?.();
  }

  // A hold may come while somebody stands here: it stops him before he has arrived.
  async mayArrive() {
    const now = await visitOf(this.visit.id);
    if (now && now.state === "planned" && !now.holds.length) return true;
    go(`#/visit/${this.visit.id}`);
    return false;
  }

  tell(wrong) {
    if (!this.fix) {
      this.place.replaceChildren(h("p", { class: "bad-text" }, word("phone_fix", wrong)), h("p", { class: "soft" }, t("phone.fix_by_hand")));
      this.hand.open = true;
      return;
    }
    const good = this.fix.accuracy <= 200;
    this.place.replaceChildren(
      h("p", { class: good ? "good big" : "bad-text big" }, t("phone.accuracy", { metres: Math.round(this.fix.accuracy) })),
      h("p", { class: "soft" }, t("phone.age", { seconds: ageOf(this.fix) })),
      ...(good ? [] : [h("p", {}, t("phone.vague"))]));
  }

  byHand() {
    const field = (name, label) => h("label", {}, label, h("input", { name, inputmode: "decimal", autocomplete: "off" }));
    this.fields = h("div", { class: "stack" },
      h("div", { class: "pair" }, field("lat", t("phone.lat")), field("lon", t("phone.lon"))),
      h("label", {}, t("phone.datum"), h("select", { name: "datum" }, DATUMS.map((one) => h("option", {}, one)))));
    return h("details", {}, h("summary", {}, t("phone.by_hand")), this.fields);
  }

  written() {
    const value = (name) => this.fields.querySelector(`[name=${name}]`).value.trim();
    const [lat, lon] = [Number(value("lat")), Number(value("lon"))];
    if (!value("lat") || !value("lon") || !Number.isFinite(lat) || !Number.isFinite(lon)) return null;
    // Read off a map by hand: as sure as a house, as old as now.
    return { lat, lon, datum: value("datum"), accuracy: 100, at: Date.now() };
  }

  async press() {
    const fix = this.written() ?? this.fix;
    if (!fix) { say(t("phone.fix_needed"), "warn"); this.hand.open = true; return; }
    // What the rules ask for is missed now, not hours later when the arrival is refused.
    if (this.visit.hint?.needs.length && !this.warned && this.checks.some((box) => !box.checked)) {
      this.warned = true;
      say(t("phone.not_all_shown"), "warn");
      return;
    }
    this.button.disabled = true;
    this.unwatched();
    if (!(await this.mayArrive())) return;
    const facts = Object.fromEntries(SHOWN.map((name, index) => [name, this.checks[index].checked]));
    await arrive(this.visit, report(fix), facts);
    go(`#/visit/${this.visit.id}`);
  }
}
