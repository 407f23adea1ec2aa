// Which phone this is, and how it speaks to the service: by its key, for which it gets short tokens.

import { language } from "./words.js";
import { keep, kept } from "./store.js";

let access = null;

// What the service said no with; `slug` is the last part of the problem's type.
export class Problem extends Error {
  constructor(status, document) {
    super(document.title ?? String(status));
    Object.assign(this, { status, document, slug: String(document.type ?? "").split(":").pop() });
  }

  get words() {
    const faults = (this.document.errors ?? []).map((one) => [one.message, one.cure].filter(Boolean).join(" – "));
    return [this.document.title, faults.length ? null : this.document.detail, ...faults].filter(Boolean).join(" · ");
  }
}

export async function device() {
  return kept("device");
}

export async function enrol(code, name) {
  const answer = await send("POST", "/api/v1/devices/enrol", { body: { code, name } });
  access = answer.access_token;
  await keep({ device: { id: answer.device_id, key: answer.device_key, name: answer.name, agent_id: answer.agent_id } });
  const me = await call("GET", "/api/v1/auth/me");
  await keep({ me: { name: me.name, organisation: me.organisation_name, kind: me.organisation_kind }, zone: me.timezone });
}

// The service, as this phone; a token that has ended is replaced once. Raises Problem, or
// TypeError where there is no network.
export async function call(method, path, options = {}) {
  if (!access) await renew();
  try {
    return await send(method, path, { ...options, token: access });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401 || error.slug === "device-revoked") throw error;
    await renew();
    return send(method, path, { ...options, token: access });
  }
}

export async function bearer(fresh = false) {
  if (!access || fresh) await renew();
  return `Bearer ${access}`;
}

async function renew() {
  const own = await device();
  if (!own) throw new Problem(401, { type: "urn:fieldops:problem:not-enrolled" });
  const answer = await send("POST", "/api/v1/devices/token", { body: { device_id: own.id, device_key: own.key } });
  access = answer.access_token;
}

export function endSession() {
  access = null;
}

async function send(method, path, { body, raw, token, headers = {} } = {}) {
  const answer = await fetch(path, {
    method,
    headers: {
      Accept: "application/json", "Accept-Language": language(), ...headers,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    // The cookie of somebody who is signed in on the other pages has no part in this.
    credentials: "omit",
    cache: "no-store",
  });
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, parsed(text) ?? {});
  return parsed(text);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
