// Keeps the page of this version on the phone and answers from there; data are never kept here.
// The first line, written by the server, is KEPT: the version and the addresses that belong to it.

const PREFIX = "phone-";
const CACHE = PREFIX + KEPT.version;
const [SHELL] = KEPT.addresses;

self.addEventListener("install", (event) => {
  event.waitUntil(keep());
});

// One file that fails fails the version: half a page is worse than the one before.
async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.addresses.map((one) => new Request(one, { cache: "reload" })));
  // Nothing runs yet on a phone that has no worker; an update waits until the page is idle.
  if (!self.registration.active) await self.skipWaiting();
}

self.addEventListener("activate", (event) => {
  event.waitUntil(take());
});

async function take() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "take") self.skipWaiting();
  if (event.data === "version") event.ports[0].postMessage(KEPT.version);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === SHELL) {
    event.respondWith(kept(SHELL, request));
  } else if (KEPT.addresses.includes(address.pathname)) {
    event.respondWith(kept(address.pathname, request));
  }
});

async function kept(name, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(name)) || fetch(request);
}
