// The frame: wings that fold up again, and tables that the keyboard can move.

/** Fold an open wing when somebody clicks elsewhere, leaves it or presses Escape. */
export function foldsUp(wing) {
  const summary = wing.querySelector("summary");
  document.addEventListener("pointerdown", (pressed) => {
    if (!wing.contains(pressed.target)) wing.open = false;
  });
  wing.addEventListener("focusout", (left) => {
    if (left.relatedTarget && !wing.contains(left.relatedTarget)) wing.open = false;
  });
  wing.addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Escape" || !wing.open) return;
    wing.open = false;
    summary.focus();
  });
}

/** Let the keyboard scroll what is wider than its place. */
export function scrolls(part) {
  const judge = () => {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  };
  new ResizeObserver(judge).observe(part);
  judge();
}
