// What will not go out, carried away as one file: every entry as it was written, every original.

import { deviceNow } from "./clock.js";
import { device } from "./session.js";
import { db } from "./store.js";
import { zip } from "./zip.js";

export async function rescue() {
  const own = await device();
  const entries = await db.outbox.where("state").notEqual("applied").toArray();
  const files = await db.files.where("state").notEqual("received").toArray();
  const told = files.map(({ blob, ...rest }) => ({ ...rest, file: pathOf(rest) }));
  const index = { format: "fieldops-rescue-1", device_id: own?.id ?? null, written_at: deviceNow(), entries, files: told };
  const kept = [{ name: "entries.json", blob: new Blob([JSON.stringify(index, null, 1)]) }];
  for (const file of files) kept.push({ name: pathOf(file), blob: file.blob });
  download(await zip(kept), `fieldops-rescue-${deviceNow().slice(0, 19).replace(/[-:]/g, "")}.zip`);
}

function pathOf(file) {
  return `files/${file.id}/${file.name.replace(/[/\\]/g, "_")}`;
}

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
