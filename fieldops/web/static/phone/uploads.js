// Files go out by tus: from where they stopped, also after the tab was killed, and end with a receipt.

import { bearer, call } from "./session.js";
import { changed, db } from "./store.js";

// A store in a bucket keeps a part of its own for each piece, and wants them of this size or more.
const PIECE = 5 * 1024 * 1024;
let library = null;

// Fetched when the first file goes out: the page itself does without it.
function tus() {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = "/static/vendor/tus.js";
    script.onload = () => done(window.tus);
    script.onerror = () => { library = null; failed(new TypeError("tus.js could not be loaded")); };
    document.head.append(script);
  });
  return library;
}

// Everything that waits: originals before their copies, photos before films.
export async function sendFiles() {
  const waiting = await db.files.where("state").anyOf("waiting", "sending").toArray();
  waiting.sort((a, b) => Boolean(a.copy_of) - Boolean(b.copy_of) || a.size - b.size);
  for (const file of waiting) await sendOne(file);
}

async function sendOne(file) {
  await db.files.update(file.id, { state: "sending" });
  changed("files");
  try {
    const receipt = await sent(file);
    await db.files.update(file.id, received(file, receipt));
  } catch (error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status < 400 || status >= 500 || [401, 408, 423, 429].includes(status)) {
      await db.files.update(file.id, { state: "waiting" });
      throw status === 0 ? new TypeError("The network broke off.") : error;
    }
    await db.files.update(file.id, { state: "refused", problem: problemOf(error) });
  }
  changed("files");
}

// The receipt stays; the bytes are at the service now and need no second place.
function received(file, receipt) {
  if (receipt.receipt.sha256 !== file.sha256) {
    return { state: "refused", problem: { title: "SHA-256", detail: `${file.sha256} / ${receipt.receipt.sha256}` } };
  }
  return { state: "received", receipt, number: receipt.receipt.index, blob: null, url: null };
}

function problemOf(error) {
  try {
    return JSON.parse(error.originalResponse.getBody());
  } catch {
    return { title: String(error.message) };
  }
}

async function sent(file) {
  const { Upload } = await tus();
  let token = await bearer();
  const item = await new Promise((done, failed) => {
    let found = null;
    const upload = new Upload(file.blob, {
      endpoint: "/api/v1/uploads",
      uploadUrl: file.url,
      chunkSize: PIECE,
      retryDelays: [0],
      storeFingerprintForResuming: false,
      metadata: metadataOf(file),
      onBeforeRequest: (request) => request.setHeader("Authorization", token),
      // A token that ended; or bytes that are there already, as of a creation whose answer was lost.
      onShouldRetry: (error) => [401, 409].includes(error.originalResponse?.getStatus()),
      onAfterResponse: async (request, response) => {
        found = response.getHeader("Fieldops-Item") || found;
        if (response.getStatus() === 401) token = await bearer(true);
      },
      onUploadUrlAvailable: () => { db.files.update(file.id, { url: upload.url }); },
      onSuccess: () => (found ? done(found) : failed(new TypeError("No receipt came."))),
      onError: failed,
    });
    upload.start();
  });
  return call("GET", `/api/v1/evidence/${item}/receipt`);
}

export function metadataOf(file) {
  const { fix } = file;
  return {
    visit: file.visit_id, filename: file.name, filetype: file.type, sha256: file.sha256,
    capture: file.capture, device_at: file.taken_at, key: file.id,
    ...(file.nonce && ["camera", "recorder"].includes(file.capture) ? { nonce: file.nonce.value } : {}),
    ...(fix ? { lat: String(fix.lat), lon: String(fix.lon), datum: "WGS84", accuracy: fix.accuracy.toFixed(1) } : {}),
  };
}
