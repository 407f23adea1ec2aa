// While a crew stands at a door each phone says where it is, so that one who goes away is noticed.
// Only then, only where the agent has let this page know his place, and at most once a minute.

import { report, within } from "./place.js";
import { call } from "./session.js";
import { AT_THE_DOOR, db } from "./store.js";

const EVERY = 60_000;
const FIX_MS = 8_000;
let last = 0;

export async function tellPresence() {
  if (Date.now() - last < EVERY) return;
  const here = (await db.visits.toArray()).find(
    ({ mine, told }) => mine && AT_THE_DOOR.includes(told.visit.state) && told.crew.length > 1);
  if (!here || !(await mayLocate())) return;
  last = Date.now();
  const fix = await within(FIX_MS);
  if (fix) await call("POST", `/api/v1/visits/${here.id}/presence`, { body: report(fix) });
}

async function mayLocate() {
  if (!navigator.permissions) return false;
  return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
}
