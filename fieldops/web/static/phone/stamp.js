// A copy of a picture with what belongs to it burnt in; the original is never touched.

import { ageOf } from "./place.js";
import { t, when } from "./words.js";

const QUALITY = 0.88;

// The lines that a copy bears: which visit, when, where, and the word that the server gave before.
export function linesOf({ visit, at, fix, nonce }) {
  const place = fix
    ? t("phone.stamp_place", { lat: fix.lat.toFixed(6), lon: fix.lon.toFixed(6), metres: Math.round(fix.accuracy), seconds: ageOf(fix) })
    : t("phone.stamp_no_place");
  return [
    t("phone.stamp_visit", { case: visit.told.to_know.case_number, visit: visit.id.slice(-8) }),
    when(at),
    place,
    t("phone.stamp_nonce", { nonce: shortOf(nonce) }),
  ];
}

// The end of the server's word, enough to find it by: the whole goes along with the file.
function shortOf(nonce) {
  return nonce ? nonce.split(".").pop().slice(0, 16) : "–";
}

// `source` is anything that a canvas draws: a bitmap, a video that plays, another canvas.
export function stamped(source, width, height, lines) {
  const canvas = drawn(source, width, height);
  const pen = canvas.getContext("2d");
  const letter = Math.max(14, Math.round(width / 42));
  const band = letter * 1.45 * lines.length + letter;
  pen.fillStyle = "rgb(0 0 0 / 62%)";
  pen.fillRect(0, height - band, width, band);
  pen.fillStyle = "#fff";
  pen.font = `600 ${letter}px system-ui, sans-serif`;
  pen.textBaseline = "top";
  lines.forEach((line, index) => {
    pen.fillText(line, letter, height - band + letter * 0.6 + index * letter * 1.45, width - 2 * letter);
  });
  return asJpeg(canvas);
}

export function still(source, width, height) {
  return asJpeg(drawn(source, width, height), 0.94);
}

function drawn(source, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
}

function asJpeg(canvas, quality = QUALITY) {
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("The picture could not be made."))), "image/jpeg", quality);
  });
}
