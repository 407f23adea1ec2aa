// From what was taken to what is kept: hashed first, stamped in a copy, written in one transaction.

import { deviceNow } from "./clock.js";
import { sha256 } from "./digest.js";
import { linesOf, stamped } from "./stamp.js";
import { exchange } from "./sync.js";
import { addFiles, db, kept, newId } from "./store.js";
import { language } from "./words.js";

const ENDINGS = { "image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4", "video/webm": "webm", "audio/mp4": "m4a", "audio/webm": "webm" };

// Keeps a picture or recording; `source` draws the copy, where there is something to be seen.
export async function take({ visit, blob, kind, capture, fix, source = null, at = deviceNow(), name = null }) {
  const hash = await sha256(blob);
  const nonce = await kept("nonce");
  const file = record({ visit, blob, kind, capture, fix, at, hash, nonce, name });
  const { element, width, height } = source ?? {};
  const copy = source && await stamped(element, width, height, linesOf({ visit, at, fix, nonce: nonce?.value }));
  await addFiles(await withCopy(file, copy));
  exchange();
  return file;
}

// The copy is a file of its own that names its original; how it was taken is not said of it.
async function withCopy(file, blob) {
  if (!blob) return [file];
  const copy = {
    ...file, id: newId(), copy_of: file.id, blob, type: blob.type, size: blob.size, kind: "photo",
    capture: "unknown", sha256: await sha256(blob), name: `stamped-${file.name.replace(/\.\w+$/, "")}.jpg`,
  };
  return [file, copy];
}

export function record({ visit, blob, kind, capture, fix, at, hash, nonce, name }) {
  const type = blob.type.split(";")[0] || "application/octet-stream";
  const id = newId();
  return {
    id, visit_id: visit.id, kind, capture, type, size: blob.size, sha256: hash, taken_at: at, blob,
    fix: fix && { lat: fix.lat, lon: fix.lon, accuracy: fix.accuracy },
    nonce: nonce ?? null, language: language(), state: "waiting", url: null, copy_of: null,
    name: name ?? `${kind}-${at.replace(/[-:]/g, "").slice(0, 15)}-${id.slice(0, 4)}.${ENDINGS[type] ?? "bin"}`,
  };
}

// What was stored before is marked as such, and bears no stamp: it was not taken here and now.
export async function takeStored(visit, file, fix) {
  const kind = file.type.split("/")[0];
  const named = { image: "photo", video: "video", audio: "audio" }[kind] ?? "document";
  return take({ visit, blob: file, kind: named, capture: "gallery", fix, name: file.name.slice(-200) });
}

// Pieces of a recording are written as they come: a tab that is killed loses the last second alone.
export async function keepPart(recording, number, blob) {
  await db.parts.put({ ...recording, number, blob });
}

export async function finish(fileId) {
  const parts = await db.parts.where("file_id").equals(fileId).sortBy("number");
  if (!parts.length) return null;
  const [first] = parts;
  const visit = await db.visits.get(first.visit_id);
  const blob = new Blob(parts.map((one) => one.blob), { type: first.type });
  const file = visit && record({
    visit, blob, kind: first.kind, capture: first.capture, fix: first.fix, at: first.at,
    hash: await sha256(blob), nonce: first.nonce,
  });
  const whole = file ? await withCopy(file, first.copy) : [];
  await db.transaction("rw", db.files, db.parts, async () => {
    await db.files.bulkAdd(whole);
    await db.parts.where("file_id").equals(fileId).delete();
  });
  exchange();
  return file;
}

// What a killed tab left behind becomes a file when the page is opened again.
export async function finishInterrupted() {
  const ids = new Set((await db.parts.toArray()).map((one) => one.file_id));
  for (const id of ids) await finish(id);
  return ids.size;
}
