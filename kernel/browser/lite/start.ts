// The script that a page of JupyterLite begins with (kernel/setup/lite.js puts it there): what a kernel needs is loaded and
// compiled by its worker, on a second core, while JupyterLab starts; so is the notebook that the address names.
import { mergePageConfig, siteFolders } from "./page.js";
import { shippedFile } from "./shipped.js";
import { Workers } from "./workers.js";

/** Has the browser load a file that JupyterLab will fetch. */
function loadAhead(file: URL): void {
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "fetch";
  // As a fetch without options asks for it.
  link.crossOrigin = "anonymous";
  link.href = file.href;
  document.head.append(link);
}

const { base, assets, lite } = document.currentScript?.dataset ?? {};
if (base !== undefined && assets !== undefined && lite !== undefined) {
  const folder = new URL(base, location.href);
  Workers.start(folder, new URL(assets, folder), lite);
  mergePageConfig(folder);
  const path = new URLSearchParams(location.search).get("path");
  const isShipped = [...siteFolders().values()].flat().some((file) => file.path === path);
  if (path !== null && isShipped) loadAhead(shippedFile(path, folder));
}
