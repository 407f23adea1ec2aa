// Shows the columns of a chosen file, each with what it is taken for; nothing of it is kept.
const input = document.querySelector("[data-looks]");
const place = document.querySelector("[data-columns]");
const status = input?.form.querySelector("[data-status]");
let turn = 0;

async function looked(kind) {
  const mine = ++turn;
  place.replaceChildren();
  check();
  if (!input.files.length) return;
  const form = new FormData();
  form.append("csrf_token", input.form.elements.csrf_token.value);
  form.append("file", input.files[0]);
  if (kind) form.append("kind", kind);
  status.textContent = input.dataset.looking;
  let text = "";
  try {
    const answer = await fetch(input.dataset.looks, { method: "POST", body: form });
    // What is wrong with a file comes as a page of its own; anything else is no answer of ours.
    if (answer.ok || answer.status === 422) text = await answer.text();
  } catch {
    // The network may be gone: the file can be sent all the same, later.
  }
  if (mine !== turn) return;
  status.textContent = text ? "" : input.dataset.failed;
  place.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  check();
}

function check() {
  const frame = place.querySelector("[data-required]");
  const button = input.form.querySelector("button.main");
  button.disabled = false;
  if (!frame) return;
  const selects = [...frame.querySelectorAll("select[name=column]")];
  const chosen = selects.map((one) => one.value).filter(Boolean);
  const name = (field) => selects[0].querySelector(`option[value="${field}"]`).textContent;
  const missing = frame.dataset.required.split(" ").filter((field) => !chosen.includes(field));
  const twice = chosen.filter((one, at) => chosen.indexOf(one) < at && one !== frame.dataset.listed);
  const told = frame.querySelector("[data-missing]");
  const parts = [];
  if (missing.length) parts.push(`${told.dataset.words} ${missing.map(name).join(", ")}`);
  if (twice.length) parts.push(`${told.dataset.twice} ${[...new Set(twice)].map(name).join(", ")}`);
  told.hidden = !parts.length;
  told.textContent = parts.join(" · ");
  button.disabled = parts.length > 0;
  for (const one of selects) {
    one.closest("tr").classList.toggle("left-out", !one.value);
    const badge = one.closest("td").querySelector(".badge");
    if (badge) badge.hidden = one.value !== one.dataset.guess;
  }
}

input?.addEventListener("change", () => looked());
place?.addEventListener("change", (event) => {
  if (event.target.matches("[data-kind]")) looked(event.target.value);
  else check();
});
// A browser that comes back to the page may have kept the file.
if (input?.files.length) looked();
