// Stops moved by hand between the lists of crews: by dragging, or with the keyboard.
// What it costs is asked before anything is dropped, and told in the status line.

export function movable(board) {
  const status = document.querySelector("[data-move-status]");
  const token = document.querySelector("meta[name=csrf-token]").content;
  const words = status.dataset;
  let held = null;
  let home = null;
  let asked = 0;
  let timer = 0;

  const stops = (list) => [...list.querySelectorAll(":scope > [data-stop]")];
  const say = (text) => { status.textContent = text; };

  async function send(dryRun) {
    const list = held.parentElement;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, "If-Match": `"${held.dataset.version}"` };
    const body = { shift_id: list.dataset.shift, position: stops(list).indexOf(held), dry_run: dryRun };
    const answer = await fetch(held.dataset.stop, { method: "POST", headers, body: JSON.stringify(body) });
    return [answer.ok, await answer.json()];
  }

  function cost(found) {
    const signed = (value) => (value > 0 ? `+${value}` : `${value}`);
    return words.cost
      .replace("{metres}", signed(Math.round(found.delta_metres / 100) / 10))
      .replace("{minutes}", signed(Math.round(found.delta_seconds / 60)))
      .replace("{count}", found.shifted.length);
  }

  // Only the answer to the last question counts; a list is not asked at every pixel.
  function ask() {
    clearTimeout(timer);
    say(words.asking);
    const own = ++asked;
    timer = setTimeout(async () => {
      const [fits, found] = await send(true).catch(() => [false, { title: words.away }]);
      if (own !== asked || !held) return;
      held.classList.toggle("refused", !fits);
      say(fits ? cost(found) : found.detail || found.title);
    }, 120);
  }

  function take(stop) {
    held = stop;
    home = { list: stop.parentElement, next: stop.nextElementSibling };
    stop.classList.add("held");
    stop.querySelector("[data-handle]").setAttribute("aria-pressed", "true");
    say(words.held);
  }

  function release() {
    clearTimeout(timer);
    asked += 1;
    held.classList.remove("held", "refused");
    held.querySelector("[data-handle]").setAttribute("aria-pressed", "false");
    held = null;
  }

  function back() {
    home.list.insertBefore(held, home.next);
    release();
    say("");
  }

  const moved = () => held.parentElement !== home.list || held.nextElementSibling !== home.next;

  async function drop() {
    if (!moved()) { back(); return; }
    clearTimeout(timer);
    asked += 1;
    const [done, found] = await send(false).catch(() => [false, { title: words.away }]);
    if (done) { location.reload(); return; }
    back();
    say(found.detail || found.title);
  }

  function place(list, before) {
    if (held.parentElement === list && held.nextElementSibling === before) return;
    list.insertBefore(held, before);
    ask();
  }

  board.addEventListener("dragstart", (event) => {
    const stop = event.target.closest("[data-stop]");
    if (!stop?.draggable) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", stop.dataset.stop);
    take(stop);
  });
  board.addEventListener("dragover", (event) => {
    const list = event.target.closest(".crew")?.querySelector("[data-shift]");
    if (!held || !list) return;
    event.preventDefault();
    const after = stops(list).find((one) => {
      const box = one.getBoundingClientRect();
      return one !== held && event.clientY < box.top + box.height / 2;
    });
    place(list, after ?? null);
  });
  board.addEventListener("drop", (event) => { if (held) { event.preventDefault(); drop(); } });
  board.addEventListener("dragend", () => { if (held && !held.matches(".sent")) setTimeout(() => { if (held) back(); }, 400); });

  board.addEventListener("click", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle) return;
    if (held) drop(); else take(handle.closest("[data-stop]"));
  });
  board.addEventListener("keydown", (event) => {
    if (!held) return;
    const list = held.parentElement;
    const lists = [...board.querySelectorAll("[data-shift]")];
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") back();
    else if (event.key === "ArrowUp" && held.previousElementSibling) place(list, held.previousElementSibling);
    else if (event.key === "ArrowDown" && held.nextElementSibling) place(list, held.nextElementSibling.nextElementSibling);
    else if (turn && lists[lists.indexOf(list) + turn]) {
      const other = lists[lists.indexOf(list) + turn];
      place(other, stops(other)[Math.min(stops(list).indexOf(held), stops(other).length)] ?? null);
    } else return;
    event.preventDefault();
    held?.querySelector("[data-handle]").focus();
  });
}
