// The worker that keeps the page, and a new version of it: told, and taken when nothing is under way.

import { h, say } from "./dom.js";
import { counts, db, keep, kept } from "./store.js";
import { t } from "./words.js";

const LOOK_MS = 30 * 60_000;
const PATIENCE = 1000;
let waiting = null;
let taking = false;
let version = null;

export async function guard(isIdle, show) {
  if (!("serviceWorker" in navigator)) return;
  const had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (had || taking) location.reload();
  });
  const found = await navigator.serviceWorker.register("/phone/worker.js", { scope: "/phone/" });
  const ready = (worker) => {
    if (!worker || !navigator.serviceWorker.controller) return;
    waiting = worker;
    if (isIdle()) takeUpdate();
    else show();
  };
  ready(found.waiting);
  found.addEventListener("updatefound", () => {
    const worker = found.installing;
    worker.addEventListener("statechange", () => { if (worker.state === "installed") ready(worker); });
  });
  setInterval(() => found.update().catch(() => {}), LOOK_MS);
}

// What waits in the outbox waits on: it lies beside the page and not in it.
export async function takeUpdate() {
  taking = true;
  await keep({ updated: (await counts()).waiting });
  waiting?.postMessage("take");
}

// Said once, after the page began anew as the new version.
export async function tellUpdated() {
  const count = await kept("updated");
  if (count === null) return;
  await db.keep.delete("updated");
  say(t("phone.updated", { count }));
}

// Which version of the page answers here; null where no worker keeps one.
export async function appVersion() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return null;
  version ??= await new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    setTimeout(() => done(null), PATIENCE);
    worker.postMessage("version", [port2]);
  });
  return version;
}

export function updateBand() {
  return waiting && h("button", { class: "band", onclick: takeUpdate }, t("phone.update_ready"));
}
