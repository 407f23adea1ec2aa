// Where the phone is: a watch that runs only while a screen asks for it, and the last fix of it.

const PATIENCE = 15_000;

// Calls back with each fix, or with the word for why there is none; returns what ends the watch.
export function follow(found) {
  if (!navigator.geolocation) {
    found(null, "none");
    return () => {};
  }
  const id = navigator.geolocation.watchPosition(
    (position) => found(fixOf(position), null),
    (error) => found(null, error.code === 1 ? "denied" : "none"),
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 10_000 },
  );
  return () => navigator.geolocation.clearWatch(id);
}

// One fix within so many milliseconds, or null: whoever calls for help cannot wait longer.
export function within(milliseconds) {
  return new Promise((done) => {
    if (!navigator.geolocation) { done(null); return; }
    setTimeout(() => done(null), milliseconds);
    navigator.geolocation.getCurrentPosition((position) => done(fixOf(position)), () => done(null), {
      enableHighAccuracy: true, maximumAge: 60_000, timeout: milliseconds,
    });
  });
}

function fixOf(position) {
  const { latitude, longitude, accuracy } = position.coords;
  return { lat: latitude, lon: longitude, accuracy, at: position.timestamp };
}

export function ageOf(fix) {
  return Math.max(0, Math.round((Date.now() - fix.at) / 1000));
}

export function report(fix) {
  return {
    position: { lat: fix.lat, lon: fix.lon, datum: fix.datum ?? "WGS84" },
    accuracy_metres: Math.round(fix.accuracy * 10) / 10,
    fix_age_seconds: ageOf(fix),
  };
}
