// The words of the page, from the same catalogues as every other page, and how figures are written.

import { clockNow } from "./clock.js";

export const LANGUAGES = ["zh-CN", "en"];
const KEY = "fieldops-language";
let words = {};
let chosen = "zh-CN";

export async function learn(name = known()) {
  const answer = await fetch(`/phone/words/${name}.json`);
  if (!answer.ok) throw new Error(`words: ${answer.status}`);
  words = await answer.json();
  chosen = name;
  localStorage.setItem(KEY, name);
  document.documentElement.lang = name;
  document.title = t("phone.app_name");
}

export function language() {
  return chosen;
}

function known() {
  const kept = localStorage.getItem(KEY);
  if (LANGUAGES.includes(kept)) return kept;
  return navigator.language.startsWith("zh") ? "zh-CN" : "en";
}

export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank);
}

// The word for a member of a vocabulary, or the member itself where it is not known.
export function word(table, value) {
  return words[`${table}.${value}`] ?? String(value);
}

// The members of a vocabulary, in the order of the catalogue.
export function members(table) {
  return Object.keys(words).filter((key) => key.startsWith(`${table}.`)).map((key) => key.slice(table.length + 1));
}

// A text that the server sends in both languages, or in one.
export function bilingual(text) {
  if (text && typeof text === "object") return text[chosen === "en" ? "en" : "zh"] ?? Object.values(text)[0];
  return text ?? "";
}

function format(options) {
  return new Intl.DateTimeFormat(chosen, { timeZone: zone(), ...options });
}

let zoneName = "Asia/Shanghai";
export function useZone(name) {
  zoneName = name || zoneName;
}

function zone() {
  return zoneName;
}

export function hour(moment) {
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}

// Day and time as nobody can misread them: 2026-11-24 10:00:00, in the house's zone.
export function when(moment) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone(), dateStyle: "short", timeStyle: "medium" }).format(new Date(moment));
}

// A moment that is near: the hour alone says it today.
export function soon(moment) {
  const [day, time] = when(moment).split(" ");
  return day === today() ? time.slice(0, 5) : `${day} ${time.slice(0, 5)}`;
}

export function dayName(day) {
  return new Intl.DateTimeFormat(chosen, { timeZone: "UTC", month: "short", day: "numeric", weekday: "short" }).format(new Date(`${day}T00:00:00Z`));
}

// Today where the organisation counts its days, by the server's clock; `ahead` days on.
export function today(ahead = 0) {
  const moment = new Date(clockNow() + ahead * 86_400_000);
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone() }).format(moment);
}

export function money(amount, currency) {
  return new Intl.NumberFormat(chosen, { style: "currency", currency: currency || "CNY" }).format(Number(amount));
}

export function size(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
