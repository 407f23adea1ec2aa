// Drawing around stops selects them.

import { say, t } from "./data.js";
import { frozen, inside } from "./map.js";
import { report } from "./moving.js";

export function start() {
  const button = document.querySelector("[data-lasso]");
  const box = document.querySelector("[data-leaf]");
  let ring = null;
  let paper = null;

  const turn = (isOn) => {
    button.setAttribute("aria-pressed", String(isOn));
    frozen(isOn);
    paper?.remove();
    paper = null;
    if (!isOn) return;
    paper = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    paper.classList.add("lasso");
    paper.append(document.createElementNS("http://www.w3.org/2000/svg", "polygon"));
    box.after(paper);
    paper.addEventListener("pointerdown", begin);
    report(t("lasso_hint"));
  };

  const at = (event) => {
    const edge = box.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };

  function begin(event) {
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    ring = [at(event)];
    paper.addEventListener("pointermove", draw);
    paper.addEventListener("pointerup", end, { once: true });
  }

  function draw(event) {
    ring.push(at(event));
    paper.firstChild.setAttribute("points", ring.map((one) => one.join(",")).join(" "));
  }

  function end() {
    const found = ring.length > 3 ? inside(ring) : [];
    turn(false);
    report(t("selected", { count: found.length }));
    say("select", found);
  }

  button.addEventListener("click", () => turn(button.getAttribute("aria-pressed") !== "true"));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && paper) turn(false); });
}
