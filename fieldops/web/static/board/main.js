// Starts the board: panes, then their data.

import { day, load, on, root, say, t } from "./data.js";
import * as detail from "./detail.js";
import * as lasso from "./lasso.js";
import * as live from "./live.js";
import * as map from "./map.js";
import { report, zone } from "./moving.js";
import * as pool from "./pool.js";
import * as routes from "./routes.js";
import * as timeline from "./timeline.js";

const tabs = document.querySelectorAll("[data-tab]");

function show(name) {
  root.dataset.shown = name;
  tabs.forEach((one) => one.setAttribute("aria-selected", String(one.dataset.tab === name)));
  say("shown", name);
}

// On a narrow screen a stop is carried to another pane by resting on its tab.
const DWELL = 300;
let over = null;
let since = 0;
zone((under) => {
  const tab = under.closest("[data-tab]");
  if (tab !== over) [over, since] = [tab, performance.now()];
  else if (tab && performance.now() - since > DWELL) show(tab.dataset.tab);
  return null;
});
tabs.forEach((one) => one.addEventListener("click", () => show(one.dataset.tab)));
on("pane", show);
for (const part of [map, routes, timeline, detail, lasso]) part.start();

// Who waits is read beside the day: neither waits for the other.
const waiting = pool.start(map.view);
const found = await load();
if (found.ok) {
  map.fit(true);
  await Promise.all([waiting, live.start()]);
  if (!day.routes.length) map.fit();
  root.dataset.ready = "yes";
  map.areas();
} else report(t("failed"));
