// A service worker that controls no page. Chromium compiles a script as a whole when a service worker puts it into a cache
// while that worker is being installed, and keeps the code beside it; a page that gets the script from the cache then
// compiles nothing: JupyterLab's start takes half the processor's time. The site's own service worker is there before any script is.
// https://v8.dev/blog/code-caching-for-devs#use-service-worker-caches
export {};

declare const self: ServiceWorkerGlobalScope;
/** Set by kernel/setup/site.js: another one for every content of the site. */
declare const NORMLAB_VERSION: string;

/** As in main.ts. */
const cacheName = `normlab-site-${NORMLAB_VERSION}`;

/** Scripts that a page runs. The kernel's worker loads modules, of which Chromium keeps the code when they have run. */
const classic = /\/(?:build|extensions)\/.*\.js$|\/plotly\.js$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepCode());
});

async function keepCode(): Promise<void> {
  const cache = await caches.open(cacheName);
  // One after the other: a reader is at work beside it.
  for (const request of await cache.keys()) {
    if (!classic.test(new URL(request.url).pathname)) continue;
    const response = await cache.match(request);
    if (response !== undefined) await cache.put(request, response);
  }
}
