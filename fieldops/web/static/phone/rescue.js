// What will not go out, carried away as one file: every entry as it was written, every original.
// The office takes it in; the seal says that this phone wrote exactly this.

import { deviceNow } from "./clock.js";
import { sha256 } from "./digest.js";
import { download } from "./dom.js";
import { device } from "./session.js";
import { UNDECIDED, db, kept } from "./store.js";
import { oldestOf, wire } from "./sync.js";
import { metadataOf } from "./uploads.js";
import { zip } from "./zip.js";

const FORM = "fieldops-rescue-2";

export async function rescue() {
  const own = await device();
  const unsettled = await db.outbox.where("state").notEqual("applied").sortBy("sequence");
  const files = (await db.files.where("state").notEqual("received").toArray()).filter((file) => file.blob);
  const index = new Blob([JSON.stringify({
    format: FORM, device_id: own.id, written_at: deviceNow(), drift_ms: await kept("offset"),
    oldest: await oldestOf(unsettled.filter((one) => UNDECIDED.includes(one.state))), entries: unsettled.map(wire),
    files: files.map((file) => ({ file: pathOf(file), metadata: metadataOf(file) })),
  }, null, 1)]);
  const seal = new Blob([JSON.stringify(await sealed(index, own))]);
  const packed = await zip([{ name: "entries.json", blob: index }, { name: "seal.json", blob: seal }, ...files.map((file) => ({ name: pathOf(file), blob: file.blob }))]);
  download(packed, `fieldops-rescue-${deviceNow().slice(0, 19).replace(/[-:]/g, "")}.zip`);
}

// The service keeps the hash of this phone's key and nothing more: with that it can check the seal.
async function sealed(index, own) {
  const bytes = (text) => new TextEncoder().encode(text);
  const digest = await sha256(index);
  const secret = bytes(await sha256(new Blob([own.key])));
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, bytes(`${FORM}\n${digest}`));
  return { sha256: digest, mac: Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("") };
}

function pathOf(file) {
  return `files/${file.id}/${file.name.replace(/[/\\]/g, "_")}`;
}
