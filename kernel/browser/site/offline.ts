// Registers the site's service worker, and tells it what this page has loaded before.
const { serviceWorker } = navigator;
const script = document.currentScript;

async function keepForLater(address: string): Promise<void> {
  await serviceWorker.register(address);
  const { active } = await serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  active?.postMessage({ type: "keep", addresses: [location.href.replace(/#.*/, ""), ...loaded] });
}

if (serviceWorker !== undefined && script instanceof HTMLScriptElement)
  addEventListener("load", () => {
    // A page works without it, only not without a network.
    keepForLater(new URL("service-worker.js", script.src).href).catch(() => {});
  });
