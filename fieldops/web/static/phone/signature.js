// A name drawn with the finger under the words that are agreed to, as one picture.

import { h } from "./dom.js";

const WIDTH = 720;
const PAD = 260;
const LETTER = 24;
const FONT = `${LETTER}px system-ui, sans-serif`;

export class Signature {
  constructor(label) {
    this.canvas = h("canvas", { class: "pad", width: WIDTH, height: PAD, role: "img", "aria-label": label });
    this.pen = this.canvas.getContext("2d");
    this.isEmpty = true;
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.draw(event));
    this.clear();
  }

  clear() {
    this.pen.fillStyle = "#fff";
    this.pen.fillRect(0, 0, WIDTH, PAD);
    this.isEmpty = true;
  }

  begin(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.pen.beginPath();
    this.pen.moveTo(...this.at(event));
  }

  draw(event) {
    if (!event.buttons) return;
    Object.assign(this.pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#101613" });
    this.pen.lineTo(...this.at(event));
    this.pen.stroke();
    this.isEmpty = false;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * PAD) / box.height];
  }

  // The words above the drawn name, as a PNG that shows what was signed.
  sheet(lines) {
    const sheet = h("canvas", { width: WIDTH, height: 0 });
    const pen = sheet.getContext("2d");
    pen.font = FONT;
    const broken = lines.flatMap((line) => (Array.isArray(line) ? [line] : brokenAt(pen, line)));
    // A canvas forgets its pen when it is given another size.
    sheet.height = PAD + LETTER * 1.6 * (broken.length + 1);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, sheet.width, sheet.height);
    Object.assign(pen, { fillStyle: "#101613", font: FONT, textBaseline: "top" });
    broken.forEach((line, index) => written(pen, line, LETTER * (0.6 + 1.6 * index)));
    pen.drawImage(this.canvas, 0, sheet.height - PAD);
    return new Promise((done) => { sheet.toBlob(done, "image/png"); });
  }
}

// A line, or a row of a table: number, day, and the sum at the right.
function written(pen, line, y) {
  if (!Array.isArray(line)) { pen.fillText(line, LETTER, y); return; }
  const [number, day, sum] = line;
  pen.fillText(number, LETTER, y);
  pen.fillText(day, LETTER * 4, y);
  pen.fillText(sum, WIDTH - LETTER - pen.measureText(sum).width, y);
}

// Broken between words, and between any two signs of a script without spaces.
function brokenAt(pen, line) {
  const found = [""];
  for (const part of line.match(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/gu) ?? []) {
    if (found.at(-1) && pen.measureText(found.at(-1) + part).width > WIDTH - 2 * LETTER) found.push("");
    found[found.length - 1] += part;
  }
  return found;
}
