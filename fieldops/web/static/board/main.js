// Starts the board: panes, then their data.

import { load, on, root, say, t } from "./data.js";
import * as detail from "./detail.js";
import * as lasso from "./lasso.js";
import * as live from "./live.js";
import * as map from "./map.js";
import { report } from "./moving.js";
import * as pool from "./pool.js";
import * as routes from "./routes.js";
import * as timeline from "./timeline.js";

const tabs = document.querySelectorAll("[data-tab]");

function show(name) {
  root.dataset.shown = name;
  tabs.forEach((one) => one.setAttribute("aria-selected", String(one.dataset.tab === name)));
  say("shown", name);
}

tabs.forEach((one) => one.addEventListener("click", () => show(one.dataset.tab)));
on("pane", show);
for (const part of [map, routes, timeline, detail, lasso]) part.start();

const found = await load();
if (found.ok) {
  await Promise.all([pool.start(map.view), live.start()]);
  map.fit();
  root.dataset.ready = "yes";
} else report(t("failed"));
