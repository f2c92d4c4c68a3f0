// Keeps the register wizard there without signal: the page and its files are asked for first, and taken from what was
// kept when no answer comes in time. Nothing else is answered here, and no data of schools is kept here.

const KEPT = "register-2";
const PAGE = "/register";
const PATIENCE_MS = 4000;
const FILES = [
  PAGE,
  "/static/favicon.svg",
  "/static/pages.css",
  "/static/vendor/tabler.min.css",
  "/static/vendor/htmx.min.js",
  "/static/vendor/idb.js",
  "/static/vendor/zxing.min.js",
  "/static/unsent.js",
  "/static/register/cameras.js",
  "/static/register/check.js",
  "/static/register/conflict.js",
  "/static/register/device.js",
  "/static/register/finish.js",
  "/static/register/grid.js",
  "/static/register/kept.js",
  "/static/register/label.js",
  "/static/register/look.js",
  "/static/register/page.js",
  "/static/register/photo.js",
  "/static/register/places.js",
  "/static/register/scan.js",
  "/static/register/schools.js",
  "/static/register/seal.js",
  "/static/register/send.js",
  "/static/register/steps.js",
  "/static/register/visit.js",
  "/static/register/waiting.js",
  "/static/register/wizard.js",
];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin && (url.pathname === PAGE || FILES.includes(url.pathname));
  if (event.request.method === "GET" && ours) event.respondWith(answer(event.request, url.pathname));
});

async function answer(request, path) {
  const cache = await caches.open(KEPT);
  const fresh = fetch(request).then((found) => {
    if (found.ok && !found.redirected) cache.put(path, found.clone());
    return found;
  });
  fresh.catch(() => {}); // what was kept is answered then
  const late = new Promise((_, failed) => setTimeout(failed, PATIENCE_MS));
  try {
    return await Promise.race([fresh, late]);
  } catch {
    return (await cache.match(path)) ?? fresh;
  }
}
