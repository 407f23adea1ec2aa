// Starts the page: which screen an address means, what frames it, and when it is drawn again.

import { aboutScreen } from "./about.js";
import { arriveScreen } from "./arrive.js";
import { dayScreen } from "./day.js";
import { doorScreen } from "./door.js";
import { h, icon, notice } from "./dom.js";
import { enrolScreen } from "./enrol.js";
import { keptScreen } from "./kept.js";
import { receiptScreen } from "./payment.js";
import { helpButton, helpScreen, unsafeScreen } from "./safety.js";
import { saidScreen } from "./said.js";
import { device } from "./session.js";
import { counts, isFull, watch } from "./store.js";
import { begin, state } from "./sync.js";
import { finishInterrupted } from "./taking.js";
import { guard, takeUpdate, tellUpdated, updateBand } from "./update.js";
import { visitScreen } from "./visit.js";
import { learn, t } from "./words.js";

// Loaded when it is wanted: the day itself can be seen without.
const cameraScreen = async (found) => (await import("./camera.js")).cameraScreen(found);
const lateScreen = async (found) => (await import("./late.js")).lateScreen(found);

const SCREENS = [
  [/^#?\/?$/, dayScreen, []],
  [/^#\/day$/, dayScreen, []],
  [/^#\/day\/([\d-]+)\/(\w+)$/, dayScreen, ["day", "as"]],
  [/^#\/visit\/([\w-]+)$/, visitScreen, ["id"]],
  [/^#\/visit\/([\w-]+)\/arrive$/, arriveScreen, ["id"]],
  [/^#\/visit\/([\w-]+)\/door(?:\/(\w+))?$/, doorScreen, ["id", "step"]],
  [/^#\/visit\/([\w-]+)\/camera(?:\/(\w+))?$/, cameraScreen, ["id", "mode"]],
  [/^#\/visit\/([\w-]+)\/said$/, saidScreen, ["id"]],
  [/^#\/visit\/([\w-]+)\/unsafe$/, unsafeScreen, ["id"]],
  [/^#\/visit\/([\w-]+)\/receipt$/, receiptScreen, ["id"]],
  [/^#\/kept$/, keptScreen, []],
  [/^#\/late$/, lateScreen, []],
  [/^#\/help$/, helpScreen, []],
  [/^#\/about$/, aboutScreen, []],
  [/^#\/enrol$/, enrolScreen, []],
  [/^#code=([\w-]+)$/, enrolScreen, ["code"]],
];

let current = null;
let failure = null;
let drawing = Promise.resolve();

function draw() {
  drawing = drawing.then(drawn, drawn);
  return drawing;
}

async function drawn() {
  const screen = await wanted();
  if (screen.redirect) { location.replace(screen.redirect); return; }
  await current?.leave?.();
  const sameScreen = current?.address === location.hash;
  current = { ...screen, address: location.hash };
  await fill(screen);
  if (!sameScreen) window.scrollTo(0, 0);
  screen.shown?.();
}

// What frames every screen is made once: a button that is being held must not be replaced.
const frame = {
  back: h("a", { class: "back-link" }, icon("back")),
  title: h("h1"),
  count: h("span", { class: "count" }),
  kept: h("a", { class: "kept-link", href: "#/kept" }, icon("box")),
  help: helpButton(() => /^#\/visit\/([\w-]+)/.exec(location.hash)?.[1] ?? null),
  bands: h("aside", { class: "bands" }),
  main: h("main", { id: "main", tabindex: "-1" }),
  dock: h("footer", { class: "dock" }),
};

function build() {
  frame.kept.append(frame.count);
  document.body.replaceChildren(
    h("header", { class: "bar" }, frame.back, frame.title, frame.kept, frame.help),
    h("div", { class: "said-strip", role: "status", "data-said": "" }), frame.bands, frame.main, frame.dock,
  );
}

async function fill(screen) {
  const own = await device();
  frame.title.textContent = screen.title;
  frame.back.hidden = !screen.back;
  frame.back.href = screen.back ?? "#/day";
  frame.back.setAttribute("aria-label", t("phone.back"));
  frame.help.textContent = t("phone.sos");
  frame.help.setAttribute("aria-label", t("phone.sos_label"));
  frame.kept.hidden = frame.help.hidden = !own;
  await tellState(own);
  frame.main.replaceChildren(...present(screen.body));
  frame.dock.replaceChildren(...present(screen.dock));
  frame.dock.hidden = !frame.dock.childElementCount;
}

function present(nodes) {
  return nodes.flat(3).filter((one) => one instanceof Node);
}

async function wanted() {
  const own = await device();
  for (const [pattern, screen, names] of SCREENS) {
    const found = pattern.exec(location.hash);
    if (!found) continue;
    if (!own && screen !== enrolScreen) return { redirect: "#/enrol" };
    const parameters = Object.fromEntries(names.map((name, index) => [name, found[index + 1]]));
    return (await screen(parameters)) ?? lost();
  }
  return lost();
}

function lost() {
  return { title: t("phone.app_short"), back: "#/day", body: [notice("warn", t("phone.not_here"), h("p", {}, t("phone.not_here_more")))], dock: [h("a", { class: "button main", href: "#/day" }, t("phone.back_to_day"))] };
}

// What is so, and no more: offline, waiting, or wrong. Nothing is shown while all is well.
async function tellState(own) {
  const { waiting, trouble } = await counts();
  const lines = failure ? [h("p", { class: "band bad", role: "alert" }, t(failure))] : [];
  if (own && trouble) lines.push(h("a", { class: "band bad", href: "#/kept" }, t("phone.trouble", { count: trouble })));
  if (own && state.online === false) lines.push(h("a", { class: "band", href: "#/kept" }, waiting ? t("phone.offline_waits", { count: waiting }) : t("phone.offline")));
  else if (own && state.error) lines.push(h("a", { class: "band bad", href: "#/kept" }, t("phone.service_says")));
  frame.bands.replaceChildren(...present([...lines, updateBand()]));
  frame.count.textContent = waiting || "";
  frame.kept.setAttribute("aria-label", `${t("phone.kept")} ${waiting || ""}`);
}

async function refresh(what) {
  if (what === "wiped") { location.replace("#/enrol"); return; }
  if (what === "full") failure = "phone.full";
  else if (["outbox", "files"].includes(what)) failure = null;
  if (current?.live) await draw();
  else await tellState(await device());
}

// What could not be kept is said and stays said until something is kept again; nothing is swallowed.
async function failed({ reason }) {
  failure = isFull(reason) ? "phone.full" : "phone.failed";
  for (const one of document.querySelectorAll("button:disabled:not(.shutter)")) one.disabled = false;
  await tellState(await device());
}

function isIdle() {
  return Boolean(current?.root) && !state.busy;
}

await learn();
build();
await finishInterrupted();
watch(refresh);
window.addEventListener("unhandledrejection", failed);
window.addEventListener("hashchange", () => { draw().then(() => { if (isIdle() && updateBand()) takeUpdate(); }); });
await draw();
await tellUpdated();
await begin();
// Without a worker everything works but the start without a network.
guard(isIdle, () => refresh("update")).catch(() => {});
