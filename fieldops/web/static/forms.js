// Forms: sent once, kept as a draft on the device until sent; and bars for jobs that run.

export function once(form) {
  form.addEventListener("submit", () => {
    // After the browser has read the form, or the pressed button's own value would be lost.
    setTimeout(() => form.querySelectorAll("button").forEach((one) => { one.disabled = true; }));
  });
  addEventListener("pageshow", () => {
    form.querySelectorAll("button").forEach((one) => { one.disabled = false; });
  });
}

export function keepDraft(form) {
  const name = `draft:${form.dataset.draft}`;
  const kept = sessionStorage.getItem(name);
  if (kept && !document.querySelector("[data-focus]")) fill(form, JSON.parse(kept));
  form.addEventListener("input", () => {
    const told = [...new FormData(form)].filter(([key]) => !["csrf_token", "version"].includes(key));
    sessionStorage.setItem(name, JSON.stringify(told));
  });
}

function fill(form, told) {
  const seen = new Map();
  for (const [key, value] of told) {
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(key)}"]`)];
    const ticked = fields.find((one) => one.type in { radio: 1, checkbox: 1 } && one.value === value);
    if (ticked) { ticked.checked = true; continue; }
    const at = seen.get(key) ?? 0;
    if (fields[at]) fields[at].value = value;
    seen.set(key, at + 1);
  }
}

export async function follow(box) {
  const bar = box.querySelector("progress");
  for (;;) {
    await new Promise((done) => setTimeout(done, 1500));
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (found.total) { bar.max = found.total; bar.value = found.done; }
      if (found.series?.length > 1) draw(box.querySelector("[data-series]"), found.series);
      if (["done", "failed"].includes(found.state)) { location.reload(); return; }
    } catch { /* The network is away: ask again. */ }
  }
}

// How the best cost fell since the start: seconds to the right, cost upwards.
function draw(figure, series) {
  if (!figure) return;
  const last = series.at(-1)[0] || 1;
  const costs = series.map((one) => one[1]);
  const low = Math.min(...costs);
  const tall = Math.max(...costs) - low || 1;
  const points = series.map(([at, cost]) => `${(600 * at) / last},${4 + (112 * (low + tall - cost)) / tall}`);
  figure.querySelector("polyline").setAttribute("points", points.join(" "));
  figure.querySelector("[data-cost-now]").textContent = costs.at(-1).toLocaleString();
  figure.hidden = false;
}
