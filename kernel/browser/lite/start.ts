// The script that a page of JupyterLite begins with (kernel/setup/lite.js puts it there): what a kernel needs is loaded and
// compiled by its worker, on a second core, while JupyterLab starts.
import { Workers } from "./workers.js";

const { base, assets, lite } = document.currentScript?.dataset ?? {};
if (base !== undefined && assets !== undefined && lite !== undefined) {
  const folder = new URL(base, location.href);
  Workers.start(folder, new URL(assets, folder), lite);
}
