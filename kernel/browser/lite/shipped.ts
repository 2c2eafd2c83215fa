// Files that the site offers its readers, beside the copies that JupyterLite keeps of what they changed.

/** @param base the folder of JupyterLite, ending with a slash */
export function shippedFile(path: string, base: string | URL): URL {
  return new URL(`files/${path.split("/").map(encodeURIComponent).join("/")}`, base);
}
