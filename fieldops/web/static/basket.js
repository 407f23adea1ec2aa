// The basket: items moved up and down, and only those fields shown that a decision needs.

export function basket(form) {
  const list = form.querySelector("ol");
  const lines = () => [...list.querySelectorAll("[data-line]")];
  const number = () => lines().forEach((line, at) => { line.querySelector("[data-place]").value = at + 1; });
  const changed = () => {
    form.querySelector("[data-unsaved]").hidden = false;
    // A pack is drawn of what is kept, so what is not kept yet must not look as if it were in it.
    document.querySelectorAll("[data-draw] button").forEach((one) => { one.disabled = true; });
  };

  const decide = (line) => {
    const choice = line.querySelector("[data-decision]");
    const out = choice.value !== choice.dataset.decision;
    line.classList.toggle("out", out);
    line.querySelectorAll("[data-when]").forEach((one) => { one.hidden = (one.dataset.when === "out") !== out; });
  };

  const move = (line, by) => {
    const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(line); else other.after(line);
    number();
    changed();
  };

  lines().forEach((line) => {
    decide(line);
    for (const [name, by] of [["[data-up]", -1], ["[data-down]", 1]]) {
      const button = line.querySelector(name);
      button.hidden = false;
      button.addEventListener("click", () => { move(line, by); button.focus(); });
    }
  });
  form.addEventListener("change", (event) => {
    const line = event.target.closest("[data-line]");
    if (line && event.target.matches("[data-decision]")) decide(line);
    if (line && event.target.matches("[data-place]")) {
      lines().sort((a, b) => a.querySelector("[data-place]").value - b.querySelector("[data-place]").value)
        .forEach((one) => list.append(one));
      number();
    }
  });
  form.addEventListener("input", changed);
}

export function submitted(choice) {
  choice.form.querySelector("[data-submit-button]").hidden = true;
  choice.addEventListener("change", () => choice.form.submit());
}
