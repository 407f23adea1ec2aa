// Calling for help, and the band that tells the office of it on every page.

const HOLD_MS = 1200;
const FIX_MS = 3000;
const ASK_MS = 10000;

// Held for a moment, so that a pocket does not call; the fix is waited for only briefly.
export function callsForHelp(form) {
  const button = form.querySelector("button");
  const hint = form.querySelector("[data-hint]");
  let timer;
  let held = false;
  const start = () => {
    held = false;
    button.classList.add("holding");
    timer = setTimeout(() => { held = true; send(form, button); }, HOLD_MS);
  };
  const stop = () => { clearTimeout(timer); button.classList.remove("holding"); };
  button.addEventListener("pointerdown", start);
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(name, stop);
  // A keyboard cannot brush against anything: its click, which has no pointer, calls at once.
  button.addEventListener("click", (event) => {
    event.preventDefault();
    if (!held && event.detail === 0) send(form, button);
    else if (!held) hint.textContent = button.dataset.hold;
  });
}

async function send(form, button) {
  try {
    form.querySelector("[data-hint]").textContent = button.dataset.calling;
    await fill(form);
  } finally {
    // Whatever could not be filled in, the call goes out.
    form.submit();
  }
}

async function fill(form) {
  const fields = form.elements;
  fields.key.value ||= String(Math.random()).slice(2);
  fields.device_at.value = new Date().toISOString();
  const fix = await position();
  if (!fix) return;
  fields.lat.value = fix.coords.latitude;
  fields.lon.value = fix.coords.longitude;
  fields.accuracy_metres.value = fix.coords.accuracy;
  fields.fix_age_seconds.value = Math.max(0, (Date.now() - fix.timestamp) / 1000);
}

function position() {
  return new Promise((done) => {
    if (!navigator.geolocation) { done(null); return; }
    setTimeout(() => done(null), FIX_MS);
    const options = { enableHighAccuracy: true, maximumAge: 60000, timeout: FIX_MS };
    navigator.geolocation.getCurrentPosition(done, () => done(null), options);
  });
}

export async function watch(band) {
  for (;;) {
    try {
      const answer = await fetch(band.dataset.alarms, { headers: { Accept: "application/json" } });
      const { count } = await answer.json();
      band.hidden = !count;
      band.querySelector("[data-count]").textContent = count;
    } catch { /* The network is away: ask again. */ }
    await new Promise((done) => setTimeout(done, ASK_MS));
  }
}
