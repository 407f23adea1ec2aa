// The server's clock as this phone knows it: its own, and how far that was off when they last spoke.

let offset = 0;

export function setOffset(milliseconds) {
  offset = milliseconds;
}

export function clockNow() {
  return Date.now() + offset;
}

// What the phone's own clock says; the server is told this, and judges it by what was off.
export function deviceNow() {
  return new Date().toISOString();
}
