// Pan and zoom of the drawn map, by its view box alone; a mark that is tapped says what it is.

export function drag(figure) {
  const svg = figure.querySelector("svg");
  const whole = svg.viewBox.baseVal;
  const home = { x: 0, y: 0, w: whole.width, h: whole.height };
  let view = { ...home };
  let held = null;
  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  const zoom = (factor) => {
    const w = Math.min(home.w * 2, Math.max(home.w / 16, view.w / factor));
    const h = (w * home.h) / home.w;
    view = { x: view.x + (view.w - w) / 2, y: view.y + (view.h - h) / 2, w, h };
    show();
  };
  figure.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
    if (button.dataset.zoom === "reset") { view = { ...home }; show(); } else zoom(button.dataset.zoom === "in" ? 1.5 : 1 / 1.5);
  }));
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => { held = { x: event.clientX, y: event.clientY, from: { ...view } }; });
  addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const scale = view.w / svg.clientWidth;
    view.x = held.from.x - (event.clientX - held.x) * scale;
    view.y = held.from.y - (event.clientY - held.y) * scale;
    show();
  });
  const caption = figure.querySelector("[data-caption]");
  svg.querySelectorAll(".mark").forEach((mark) => {
    const tell = () => { caption.textContent = mark.getAttribute("aria-label"); };
    mark.addEventListener("click", tell);
    mark.addEventListener("focus", tell);
  });
}
