// Rectangles drawn over a photo, by mouse, finger or keyboard, and sent as parts of ten thousand.

const WHOLE = 10000;
const STEP = 100;

export function redact(desk) {
  const sheet = desk.querySelector("[data-sheet]");
  const list = desk.querySelector("[data-regions]");
  const status = desk.querySelector("[data-status]");
  const words = desk.dataset;
  const regions = [];
  const say = (text, bad = false) => { status.textContent = text; status.classList.toggle("bad-text", bad); };

  // Never outside the photo, and never so small that a finger cannot take it again.
  const fit = (one) => {
    one.width = Math.min(Math.max(one.width, STEP), WHOLE);
    one.height = Math.min(Math.max(one.height, STEP), WHOLE);
    one.x = Math.min(Math.max(one.x, 0), WHOLE - one.width);
    one.y = Math.min(Math.max(one.y, 0), WHOLE - one.height);
    for (const [side, value] of [["left", one.x], ["top", one.y], ["width", one.width], ["height", one.height]]) {
      one.box.style[side] = `${value / (WHOLE / 100)}%`;
    }
  };

  const renumber = () => {
    regions.forEach((one, at) => {
      one.box.textContent = at + 1;
      one.box.setAttribute("aria-label", words.region.replace("{number}", at + 1));
    });
    desk.querySelector("[data-empty]").hidden = regions.length > 0;
  };

  const remove = (one) => {
    regions.splice(regions.indexOf(one), 1);
    one.box.remove();
    one.row.remove();
    renumber();
  };

  const add = (x, y, width, height) => {
    const box = document.createElement("div");
    box.className = "region";
    box.tabIndex = 0;
    box.setAttribute("role", "button");
    const row = desk.querySelector("[data-row]").content.cloneNode(true).firstElementChild;
    const one = { x, y, width, height, box, row };
    row.querySelector("[data-remove]").addEventListener("click", () => remove(one));
    row.addEventListener("focusin", () => box.classList.add("held"));
    row.addEventListener("focusout", () => box.classList.remove("held"));
    box.addEventListener("keydown", (event) => keys(event, one));
    sheet.append(box);
    list.append(row);
    regions.push(one);
    fit(one);
    renumber();
    say("");
    return one;
  };

  function keys(event, one) {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (by) {
      event.preventDefault();
      const [across, down] = event.shiftKey ? ["width", "height"] : ["x", "y"];
      one[across] += by[0];
      one[down] += by[1];
      fit(one);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      remove(one);
    }
  }

  const at = (event) => {
    const frame = sheet.getBoundingClientRect();
    const part = (value, start, length) => Math.round(Math.min(Math.max((value - start) / length, 0), 1) * WHOLE);
    return [part(event.clientX, frame.left, frame.width), part(event.clientY, frame.top, frame.height)];
  };

  let drawing = null;
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button || drawing || event.target.closest(".region")) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    drawing = { start: at(event), one: null };
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const [x, y] = at(event);
    const [left, top] = drawing.start;
    if (!drawing.one && Math.abs(x - left) + Math.abs(y - top) < STEP) return;
    drawing.one ??= add(left, top, STEP, STEP);
    Object.assign(drawing.one, { x: Math.min(x, left), y: Math.min(y, top), width: Math.abs(x - left), height: Math.abs(y - top) });
    fit(drawing.one);
  });
  const drop = () => {
    drawing?.one?.row.querySelector("[data-why]").focus({ preventScroll: true });
    drawing = null;
  };
  sheet.addEventListener("pointerup", drop);
  sheet.addEventListener("pointercancel", drop);
  desk.querySelector("[data-add]").addEventListener("click", () => add(3500, 3500, 3000, 3000).box.focus());

  desk.querySelector("[data-make]").addEventListener("click", async (event) => {
    if (!regions.length) { say(words.none, true); return; }
    const told = regions.map(({ x, y, width, height, row }) => ({
      x, y, width, height, what: row.querySelector("[data-what]").value, reason: row.querySelector("[data-why]").value.trim(),
    }));
    const reason = desk.querySelector("[data-ground]").value.trim();
    const silent = regions.find((one) => !one.row.querySelector("[data-why]").value.trim());
    if (silent || !reason) {
      say(words.reasons, true);
      (silent?.row.querySelector("[data-why]") ?? desk.querySelector("[data-ground]")).focus();
      return;
    }
    event.target.disabled = true;
    say(words.making);
    const headers = { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const body = JSON.stringify({ regions: told, reason });
    try {
      const answer = await fetch(words.redact, { method: "POST", headers, body });
      if (answer.ok) { location.hash = "copies"; location.reload(); return; }
      const problem = await answer.json();
      say([problem.title, ...(problem.errors ?? []).map((one) => `${one.field}: ${one.message}`)].join(" "), true);
    } catch { say(words.away, true); }
    event.target.disabled = false;
  });
}
