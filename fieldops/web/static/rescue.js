// The rescue file of a phone, handed in by the office: what became of everything in it is told here.

const card = document.querySelector("[data-rescue]");
const words = JSON.parse(card.dataset.words);
const told = card.querySelector("[data-told]");

card.querySelector("input").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  say(words.sending);
  try {
    const answer = await fetch(card.dataset.rescue, {
      method: "POST", body: file,
      headers: { "Content-Type": "application/zip", "Accept-Language": document.documentElement.lang, "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
    });
    const body = await answer.json();
    if (answer.ok) tell(body);
    else say([body.title, body.detail].filter(Boolean).join(" · "), "bad");
  } catch {
    say(words.failed, "bad");
  }
  target.value = "";
});

function tell({ agent_code: agent, answers, files }) {
  const counts = new Map();
  for (const one of [...answers, ...files]) counts.set(one.status, (counts.get(one.status) ?? 0) + 1);
  say(`${words.done} ${agent}: ${[...counts].map(([status, count]) => `${words.status[status] ?? status} ${count}`).join(" · ")}`, "good");
  const wrong = [...answers, ...files].filter((one) => one.problem);
  told.append(...wrong.map(({ problem }) => line("p", "bad-text", [problem.title, problem.detail].filter(Boolean).join(" · "))));
}

function say(text, kind = "soft") {
  told.replaceChildren(line("p", kind, text));
}

function line(tag, kind, text) {
  const made = document.createElement(tag);
  Object.assign(made, { className: kind, textContent: text });
  return made;
}
