// Starts what the page at hand asks for; every page works without it, only less comfortably.
import { basket, submitted } from "./basket.js";
import { arrive, stampTimes } from "./door.js";
import { drag } from "./map.js";
import { movable } from "./moving.js";
import { follow, once, keepDraft } from "./forms.js";
import { redact } from "./redact.js";
import { callsForHelp, watch } from "./safety.js";

document.querySelectorAll("[data-map]").forEach(drag);
document.querySelectorAll("[data-movable]").forEach(movable);
document.querySelectorAll("[data-arrive]").forEach(arrive);
document.querySelectorAll("[data-basket]").forEach(basket);
document.querySelectorAll("[data-submit]").forEach(submitted);
document.querySelectorAll("[data-redact]").forEach(redact);
document.querySelectorAll("[data-sos]").forEach(callsForHelp);
document.querySelectorAll("[data-alarms]").forEach(watch);
document.querySelectorAll("[data-progress]").forEach(follow);
document.querySelectorAll("[data-draft]").forEach(keepDraft);
document.querySelectorAll("[data-upload]").forEach(stampTimes);
document.querySelectorAll("form[method=post]:not([data-arrive], [data-sos])").forEach(once);
document.querySelector("[data-focus]")?.focus();
// On a phone rooms and tabs lie in rows wider than the screen: the one at hand is brought into sight.
document.querySelectorAll(".rooms [aria-current], .tabs.many [aria-current]").forEach((one) => one.scrollIntoView({ block: "nearest", inline: "center" }));
