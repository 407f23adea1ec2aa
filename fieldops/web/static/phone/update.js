// The worker that keeps the page, and a new version of it: told, and taken when nothing is under way.

import { h } from "./dom.js";
import { t } from "./words.js";

const LOOK_MS = 30 * 60_000;
let waiting = null;
let taking = false;

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

export function takeUpdate() {
  taking = true;
  waiting?.postMessage("take");
}

export function updateBand() {
  return waiting && h("button", { class: "band", onclick: takeUpdate }, t("phone.update_ready"));
}
