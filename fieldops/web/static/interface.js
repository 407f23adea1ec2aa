// Tries a call of the interface as its form says, and shows the answer as text.

const LONGEST = 100_000;
const FORMS = ["multipart/form-data", "application/x-www-form-urlencoded"];
const token = document.querySelector("[data-token] input");
// Of this window alone: it goes with it.
token.value = sessionStorage.getItem("fieldops-token") ?? "";
token.addEventListener("change", () => sessionStorage.setItem("fieldops-token", token.value.trim()));

document.querySelectorAll("[data-call]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await tell(form, await fetch(address(form), asked(form)));
    } catch {
      say(form, form.dataset.failed, "");
    } finally {
      button.disabled = false;
    }
  });
});

// A call that a link leads to stands open.
function open() {
  document.getElementById(location.hash.slice(1))?.querySelectorAll(":scope > details").forEach((one) => { one.open = true; });
}
addEventListener("hashchange", open);
open();

function fields(form, place) {
  const found = [...form.elements].filter((one) => one.name.startsWith(`${place}:`) && one.value.trim());
  return found.map((one) => [one.name.slice(place.length + 1), one.value.trim()]);
}

function address(form) {
  let path = form.dataset.path;
  for (const [name, value] of fields(form, "path")) path = path.replace(`{${name}}`, encodeURIComponent(value));
  const query = new URLSearchParams(fields(form, "query")).toString();
  return query ? `${path}?${query}` : path;
}

function asked(form) {
  const headers = Object.fromEntries(fields(form, "header"));
  const method = form.dataset.call;
  const bearer = token.value.trim();
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  else if (method !== "GET") headers["X-CSRFToken"] = document.querySelector("[name=csrf-token]").content;
  headers["Accept-Language"] = document.documentElement.lang;
  const body = form.elements.body?.value;
  if (body === undefined || !form.dataset.type) return { method, headers };
  if (!FORMS.includes(form.dataset.type)) {
    headers["Content-Type"] = form.dataset.type;
    return { method, headers, body };
  }
  // A form: its fields are written as an object, too.
  const made = form.dataset.type === "multipart/form-data" ? new FormData() : new URLSearchParams();
  for (const [name, value] of Object.entries(JSON.parse(body || "{}"))) made.append(name, String(value ?? ""));
  return { method, headers, body: made };
}

async function tell(form, answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  const told = ["ETag", "Link", "Location", "Retry-After", "Idempotent-Replay", "Upload-Offset", "Upload-Length", "Fieldops-Item", "Fieldops-Receipt"].filter((name) => answer.headers.has(name)).map((name) => `${name}: ${answer.headers.get(name)}`);
  const head = [`${answer.status} ${answer.statusText}`, type, ...told].filter(Boolean).join(" · ");
  if (/json|text|xml|pem/.test(type)) {
    const text = await answer.text();
    say(form, head, pretty(text, type).slice(0, LONGEST));
  } else {
    const size = (await answer.arrayBuffer()).byteLength;
    say(form, `${head} · ${form.dataset.bytes.replace("{count}", size)}`, "");
  }
}

function pretty(text, type) {
  try {
    return type.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
  } catch {
    return text;
  }
}

function say(form, head, text) {
  form.querySelector("[data-told]").textContent = head;
  const shown = form.querySelector("[data-answer]");
  shown.hidden = !text;
  shown.querySelector("code").textContent = text;
}
