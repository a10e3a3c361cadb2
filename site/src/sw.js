// Keeps the whole site, of one build, on the device of whoever visited once: every page then works without a network.
// `site` writes the two lines that are missing: BUILD, and FILES with the first digits of each file's SHA-256.
"use strict";
const SCOPE = self.registration.scope;
const OURS = "trilemma " + SCOPE + " ";
const NAME = OURS + BUILD;
const AT_ONCE = 4;

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// A file is kept only if it is the one this build made: a host that is just being updated may still give another.
async function take(cache, [path, digest]) {
  const response = await fetch(SCOPE + path, { cache: "no-cache", credentials: "same-origin" });
  const bytes = await response.arrayBuffer();
  const found = hex(await crypto.subtle.digest("SHA-256", bytes));
  if (!response.ok || !found.startsWith(digest)) throw new Error(`${path || "the first page"} is not of build ${BUILD}`);
  const type = response.headers.get("Content-Type") || "application/octet-stream";
  await cache.put(SCOPE + path, new Response(bytes, { headers: { "Content-Type": type } }));
}

// All or nothing: half a build is never kept.
async function keep() {
  const cache = await caches.open(NAME);
  const left = Object.entries(FILES);
  const worker = async () => {
    for (let file = left.pop(); file; file = left.pop()) await take(cache, file);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } catch (error) {
    left.length = 0;
    await caches.delete(NAME);
    throw error;
  }
}

// The builds before this one, the oldest first.
const before = async () => (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);

// Pages that are open may still ask for files of the build that they came from: the last one before this stays for them.
async function begin() {
  const readers = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  for (const name of (await before()).slice(0, readers.length ? -1 : undefined)) await caches.delete(name);
  await self.clients.claim();
}

async function kept(address) {
  const now = await (await caches.open(NAME)).match(address);
  if (now) return now;
  for (const name of (await before()).reverse()) {
    const found = await (await caches.open(name)).match(address);
    if (found) return found;
  }
  return undefined;
}

// The query of a page is the reader's; that of any other file says which build's file is meant.
async function page(request) {
  const address = new URL(request.url);
  const path = (address.origin + address.pathname).slice(SCOPE.length).replace(/index\.html$/, "");
  if (path in FILES) return (await kept(SCOPE + path)) || fetch(request);
  if (path + "/" in FILES) return Response.redirect(SCOPE + path + "/" + address.search);
  try {
    return await fetch(request);
  } catch {
    const lost = await kept(SCOPE + "404.html");
    return lost ? new Response(lost.body, { status: 404, headers: lost.headers }) : Response.error();
  }
}

async function file(request) {
  return (await kept(request.url)) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => {
  if (event.data === "use") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});
