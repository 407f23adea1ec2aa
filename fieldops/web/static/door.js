// At the door: asks the device where it is and leaves the fields open where it does not know.

export function arrive(form) {
  const status = form.querySelector("[data-status]");
  const manual = form.querySelector("[data-manual]");
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    form.elements.device_at.value = new Date().toISOString();
    if (form.elements.lat.value && form.elements.lon.value) { sent = true; return; }
    event.preventDefault();
    status.textContent = form.dataset.waiting;
    locate().then((fix) => {
      form.elements.lat.value = fix.coords.latitude;
      form.elements.lon.value = fix.coords.longitude;
      form.elements.datum.value = "WGS84";
      form.elements.accuracy_metres.value = fix.coords.accuracy;
      form.elements.fix_age_seconds.value = Math.max(0, (Date.now() - fix.timestamp) / 1000);
      sent = true;
      form.submit();
    }).catch(() => {
      status.textContent = form.dataset.failed;
      manual.open = true;
      form.elements.lat.focus();
    });
  });
}

export function stampTimes(form) {
  form.addEventListener("submit", () => {
    if (form.elements.device_at) form.elements.device_at.value = new Date().toISOString();
    if (form.elements.key && !form.elements.key.value) form.elements.key.value = randomKey();
    const status = form.querySelector("[data-status]");
    if (status) status.textContent = form.dataset.sending;
  });
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

function locate() {
  return new Promise((found, failed) => {
    if (!navigator.geolocation) { failed(); return; }
    navigator.geolocation.getCurrentPosition(found, failed, {
      enableHighAccuracy: true, timeout: 15000, maximumAge: 10000,
    });
  });
}
