// The running day: read every half minute, told honestly.

import { ago, clock, day, get, placed, say, t, told } from "./data.js";

const EVERY = 30_000;

export async function start() {
  if (!told.living) return;
  await read();
  setInterval(() => { if (!document.hidden) read(); }, EVERY);
}

async function read() {
  const found = await get(`/api/v1/plans/${told.plan}/live.geojson?datum=${told.basemap.datum}`);
  // Of a day that has not come there is nothing to tell yet.
  if (!found.ok || found.body.now.slice(0, 10) < told.day) return;
  const agents = found.body.features.map((one) => ({ id: one.id, ...one.properties, at: placed(one) }));
  day.live = { now: found.body.now, agents, where, seen };
  say("live");
}

function where(one) {
  if (one.is_absent) return one.absent_reason ? `${t("absent")}: ${one.absent_reason}` : t("absent");
  if (one.standing_at) return t("standing", { number: one.standing_at.number });
  const next = one.stops[0];
  if (!next) return t(!one.done ? "idle" : one.returns_at ? "finished" : "all_done", { time: clock(one.returns_at) });
  const stop = day.stops.get(next.stop_id);
  return t("heading", { number: stop?.number ?? "–", time: clock(next.arrives_at) });
}

function seen(one) {
  if (!one.seen_at) return t("never_seen");
  const more = [one.battery_percent !== null && t("battery", { percent: one.battery_percent }), one.pending > 0 && t("pending", { count: one.pending })];
  const isNow = new Date(day.live.now) - new Date(one.seen_at) < 60_000;
  return [isNow ? t("seen_now") : t("seen_ago", { ago: ago(one.seen_at, day.live.now) }), ...more.filter(Boolean)].join(" · ");
}
