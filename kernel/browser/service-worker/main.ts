// The service worker of the site. It hands a kernel's synchronous questions to the page that has the kernel, as
// JupyterLite's own does, in whose place it is; and it keeps what was loaded, so that the site works without a network.
//
//   immutable files (their names or queries change with their content)   from the cache, else from the network
//   all others (pages, lessons, settings)                               from the network, else from the cache
export {};

declare const self: ServiceWorkerGlobalScope;
/** Set by kernel/setup/site.js: another one for every content of the site. */
declare const NORMLAB_VERSION: string;

const prefix = "normlab-site-";
const cacheName = prefix + NORMLAB_VERSION;

/** JupyterLite's: see ServiceWorkerManager in its packages/apputils. */
const channel = new BroadcastChannel("/sw-api.v1");

/** How long a page may take to answer (ms); who asks is not always as patient. */
const patience = 30_000;

const immutable = /\/(?:normlab-[0-9a-f]{12}|build|extensions)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldVersions().then(() => self.clients.claim()));
});

/** The version before stays for pages that are still open with it. */
async function forgetOldVersions(): Promise<void> {
  await caches.open(cacheName);
  const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (pathname.endsWith("/api/service-worker-heartbeat")) event.respondWith(new Response("ok"));
  else if (request.method === "POST" && /\/api\/(?:drive|stdin)\b/.test(pathname))
    event.respondWith(askPage(request, pathname));
  else if (request.method === "GET" && request.headers.get("range") === null)
    event.respondWith(immutable.test(pathname) ? cacheFirst(event) : networkFirst(event));
});

interface Asked {
  readonly browsingContextId: string;
  readonly requestId?: string;
  readonly data: unknown;
}

async function askPage(request: Request, pathname: string): Promise<Response> {
  const asked: Asked = await request.json();
  const requestId = asked.requestId ?? crypto.randomUUID();
  return new Promise((resolve) => {
    const end = (response: Response) => {
      clearTimeout(timer);
      channel.removeEventListener("message", listen);
      resolve(response);
    };
    const listen = ({ data }: MessageEvent<Asked & { response: unknown }>) => {
      if (data.browsingContextId !== asked.browsingContextId || data.requestId !== requestId) return;
      if ("response" in data) end(new Response(JSON.stringify(data.response)));
    };
    const timer = setTimeout(() => end(new Response("no page answers", { status: 504 })), patience);
    channel.addEventListener("message", listen);
    channel.postMessage({ ...asked, requestId, pathname });
  });
}

async function cacheFirst(event: FetchEvent): Promise<Response> {
  return (await caches.match(event.request)) ?? fromNetwork(event);
}

async function networkFirst(event: FetchEvent): Promise<Response> {
  try {
    return await fromNetwork(event);
  } catch (error) {
    // A notebook is named in the query of the one page that opens all of them.
    const isPage = event.request.mode === "navigate";
    const kept = await caches.match(event.request, { ignoreSearch: isPage });
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function fromNetwork(event: FetchEvent): Promise<Response> {
  const response = await fetch(event.request);
  if (response.ok && response.type === "basic") {
    const copy = response.clone();
    event.waitUntil(caches.open(cacheName).then((cache) => cache.put(event.request, copy)));
  }
  return response;
}

/** A page tells what it loaded before this worker saw its requests; the browser's own cache has it still. */
self.addEventListener("message", (event) => {
  const { data } = event;
  if (data?.type === "claim") event.waitUntil(self.clients.claim());
  if (data?.type === "keep" && Array.isArray(data.addresses))
    event.waitUntil(keep(data.addresses).then(() => data.port?.postMessage("kept")));
});

async function keep(addresses: readonly unknown[]): Promise<void> {
  const cache = await caches.open(cacheName);
  await Promise.all(
    addresses.map(async (address) => {
      if (typeof address !== "string" || !address.startsWith(self.location.origin)) return;
      if ((await cache.match(address)) !== undefined) return;
      const response = await fetch(address, { cache: "force-cache" }).catch(() => undefined);
      if (response?.ok) await cache.put(address, response);
    }),
  );
}
