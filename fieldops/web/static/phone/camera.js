// The camera of a visit: photo, video and sound without leaving the page; a file where it has none.

import { deviceNow } from "./clock.js";
import { card, h, icon, notice, say } from "./dom.js";
import { ageOf, follow } from "./place.js";
import { linesOf, stamped, still } from "./stamp.js";
import { kept, newId, visitOf } from "./store.js";
import { finish, keepPart, take, takeStored } from "./taking.js";
import { size, t, word } from "./words.js";

const MODES = ["photo", "video", "audio"];
const TYPES = { video: ["video/mp4", "video/webm"], audio: ["audio/mp4", "audio/webm"] };
const SLICE = 1000;
const BITS = { videoBitsPerSecond: 1_200_000, audioBitsPerSecond: 48_000 };

export async function cameraScreen({ id, mode = "photo" }) {
  const visit = await visitOf(id);
  if (!visit) return null;
  const live = new Live(visit, MODES.includes(mode) ? mode : "photo");
  return {
    title: t("phone.camera"), back: `#/visit/${id}`, body: live.body(), dock: live.dock(),
    shown: () => live.start(), leave: () => live.stop(),
  };
}

class Live {
  constructor(visit, mode) {
    Object.assign(this, { visit, mode, fix: null, recorder: null, taken: 0 });
    this.view = h("video", { class: "finder", muted: true, playsinline: true, autoplay: true, onloadeddata: () => { this.shutter.disabled = false; }, "aria-label": t("phone.camera") });
    this.state = h("p", { class: "soft", role: "status" }, t("phone.locating"));
    this.count = h("p", { class: "soft", role: "status" });
    this.shutter = h("button", { class: "main shutter", disabled: true, onclick: () => this.press() });
    this.frame = h("div", { class: "frame" }, this.view);
  }

  body() {
    const link = (mode) => h("a", { href: `#/visit/${this.visit.id}/camera/${mode}`, "aria-current": mode === this.mode ? "true" : null }, word("item_kind", mode));
    const stored = h("input", { type: "file", class: "hidden", accept: "image/*,video/*,audio/*,application/pdf", onchange: (event) => this.store(event.target) });
    return [
      this.frame, this.state, this.count,
      h("nav", { class: "tabs" }, MODES.map(link)),
      card(t("phone.gallery"), h("p", { class: "soft" }, t("phone.gallery_hint")), h("label", { class: "button wide" }, t("phone.choose_file"), stored)),
    ];
  }

  dock() {
    this.name();
    return [this.shutter];
  }

  name() {
    const key = this.recorder ? "phone.stop_recording" : this.mode === "photo" ? "phone.take_photo" : this.mode === "video" ? "phone.record_video" : "phone.record_sound";
    this.shutter.replaceChildren(icon("camera"), t(key));
    this.shutter.classList.toggle("recording", Boolean(this.recorder));
  }

  async start() {
    this.ended = follow((fix, wrong) => {
      this.fix = fix ?? this.fix;
      this.state.textContent = this.fix ? t("phone.fix", { metres: Math.round(this.fix.accuracy), seconds: ageOf(this.fix) }) : word("phone_fix", wrong);
    });
    try {
      const video = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: this.mode === "audio" ? false : video, audio: this.mode !== "photo" });
    } catch (error) {
      this.frame.replaceChildren(notice("warn", t(error.name === "NotAllowedError" ? "phone.camera_denied" : "phone.camera_none"), h("p", {}, t("phone.camera_instead"))));
      return;
    }
    if (this.gone) { this.release(); return; }
    if (this.mode !== "audio") { this.view.srcObject = this.stream; return; }
    this.frame.replaceChildren(h("p", { class: "listening" }, t("phone.sound_ready")));
    this.shutter.disabled = false;
  }

  async stop() {
    this.gone = true;
    this.ended?.();
    if (this.recorder) await this.end();
    this.release();
  }

  release() {
    this.stream?.getTracks().forEach((track) => track.stop());
  }

  async press() {
    if (this.recorder) { await this.end(); return; }
    if (this.mode === "photo") { await this.photo(); return; }
    await this.record();
  }

  source() {
    return { element: this.view, width: this.view.videoWidth, height: this.view.videoHeight };
  }

  async photo() {
    const { element, width, height } = this.source();
    const at = deviceNow();
    const blob = await still(element, width, height);
    const image = await createImageBitmap(blob);
    const file = await take({ visit: this.visit, blob, kind: "photo", capture: "camera", fix: this.fix, at, source: { element: image, width, height } });
    image.close();
    this.tell(file);
  }

  async record() {
    const type = TYPES[this.mode].find((one) => window.MediaRecorder?.isTypeSupported(one));
    if (!this.stream || !type) { say(t("phone.camera_none"), "warn"); return; }
    const at = deviceNow();
    const nonce = await kept("nonce");
    const recording = {
      file_id: newId(), visit_id: this.visit.id, kind: this.mode, capture: this.mode === "audio" ? "recorder" : "camera",
      type, at, fix: this.fix, nonce, copy: null,
    };
    if (this.mode === "video" && this.view.videoWidth) {
      // A moving picture is not drawn anew on a cheap phone: its first picture bears the stamp.
      const { element, width, height } = this.source();
      recording.copy = await stamped(element, width, height, linesOf({ visit: this.visit, at, fix: this.fix, nonce: nonce?.value }));
    }
    this.recorder = new MediaRecorder(this.stream, { mimeType: type, ...BITS });
    this.file = recording.file_id;
    let number = 0;
    let last = Promise.resolve();
    this.recorder.ondataavailable = ({ data }) => {
      if (!data.size) return;
      last = last.then(() => keepPart(recording, (number += 1), data)).then(() => { this.count.textContent = t("phone.recording", { seconds: number }); });
    };
    this.whole = new Promise((done) => { this.recorder.onstop = () => last.then(done); });
    this.recorder.start(SLICE);
    this.name();
  }

  async end() {
    const { recorder, file } = this;
    this.recorder = null;
    recorder.stop();
    await this.whole;
    this.name();
    const kept = await finish(file);
    if (kept) this.tell(kept);
  }

  async store(input) {
    const [file] = input.files;
    if (!file) return;
    this.tell(await takeStored(this.visit, file, this.fix));
    input.value = "";
  }

  tell(file) {
    this.taken += 1;
    this.count.textContent = t("phone.taken", { count: this.taken, size: size(file.size), hash: file.sha256.slice(0, 16) });
    say(t("phone.saved_here"));
  }
}
