// What a running day still allows with a stop, and where on the line of the day now lies.

// One who waits can be put onto a running day, where his place is known.
export const urgent = (told, stop) => told.urgent && !stop.route && Boolean(stop.at);

// A stop can be moved while its plan is a proposal, or its visit has not begun.
export function movable(told, stop) {
  if (!told.movable || !stop) return false;
  if (told.state === "proposed") return Boolean(stop.id);
  return stop.visit ? stop.visit.state === "planned" : urgent(told, stop);
}

// Nothing plans again what has begun: only what can still be moved is kept from it by a pin.
export const pinnable = (told, stop) => Boolean(stop.route) && movable(told, stop);

export const minutes = (iso) => (iso ? Number(iso.slice(11, 13)) * 60 + Number(iso.slice(14, 16)) : 0);

// The minute of the day that now is, or null where the line shows another day or other hours.
export function nowOn(day, [from, until], now) {
  if (now?.slice(0, 10) !== day) return null;
  const at = minutes(now);
  return at < from || at > until ? null : at;
}
