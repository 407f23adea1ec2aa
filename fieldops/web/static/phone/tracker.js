// A native app that sends positions while on duty: connected and ended here, and the track of a day.

import { card, facts, h, notice, say } from "./dom.js";
import { Problem, call, device } from "./session.js";
import { changed, db, keep, kept } from "./store.js";
import { hour, t } from "./words.js";

let shown = null;
let took = null;

export async function trackerCards() {
  const since = await kept("tracker");
  return [
    card(t("phone.tracker"), h("p", {}, t("phone.tracker_words")), h("p", { class: "soft" }, t("phone.tracker_kept")),
      shown && notice("warn", t("phone.tracker_set"), facts([t("phone.tracker_address"), h("code", {}, shown.address)], [t("phone.tracker_identifier"), h("code", {}, shown.identifier)]), h("p", {}, t("phone.tracker_once"))),
      since && h("p", { class: "good" }, t("phone.tracker_since", { when: hour(since) })),
      h("div", { class: "choices" }, h("button", { onclick: connect }, t(since ? "phone.tracker_again" : "phone.tracker_connect")), since && h("button", { onclick: disconnect }, t("phone.tracker_end")))),
    card(t("phone.track_file"), h("p", { class: "soft" }, t("phone.track_file_more")),
      took && h("p", { role: "status" }, t("phone.track_took", took)),
      h("label", { class: "button wide" }, t("phone.choose_file"), h("input", { type: "file", class: "hidden", accept: ".gpx,application/gpx+xml", onchange: (event) => upload(event.target) }))),
  ];
}

async function asked(act) {
  try {
    await act((await device()).id);
    changed("tracker");
  } catch (error) {
    say(error instanceof Problem ? error.words : t("phone.offline"), "warn");
  }
}

function connect() {
  return asked(async (id) => {
    shown = await call("POST", `/api/v1/devices/${id}/tracker`);
    await keep({ tracker: new Date().toISOString() });
  });
}

function disconnect() {
  return asked(async (id) => {
    await call("DELETE", `/api/v1/devices/${id}/tracker`);
    await db.keep.delete("tracker");
    shown = null;
  });
}

function upload(input) {
  const [file] = input.files;
  if (!file) return null;
  return asked(async (id) => { took = await call("POST", `/api/v1/devices/${id}/tracks`, { raw: file }); });
}
