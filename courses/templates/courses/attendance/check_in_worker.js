// Keeps the check-in page for a hall without signal: one page that names nobody, its styles and its scripts. Nothing else
// is kept, and no other page of the product is touched.
const KEPT = "check-in-{{ version }}";
const PAGE = {{ page | tojson }};
const KEPT_PAGE = {{ kept_page | tojson }};
const FILES = {{ files | tojson }};
const PATIENCE_MS = 6000; // a phone with one bar waits for minutes where a person at a door does not

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(dropOlder()));

async function keepAll() {
  const kept = await caches.open(KEPT);
  // Without the cookie: the answer is nobody's page.
  await kept.addAll([KEPT_PAGE, ...FILES].map((address) => new Request(address, { credentials: "omit" })));
  await self.skipWaiting();
}

async function dropOlder() {
  for (const name of await caches.keys()) if (name.startsWith("check-in-") && name !== KEPT) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(pageOrKept(request));
  else if (FILES.includes(pathname + search)) event.respondWith(fetch(request).catch(() => caches.match(request)));
});

async function pageOrKept(request) {
  const patience = new Promise((_, giveUp) => setTimeout(giveUp, PATIENCE_MS));
  try {
    return await Promise.race([fetch(request), patience]);
  } catch {
    return (await caches.match(KEPT_PAGE)) ?? Response.error();
  }
}
