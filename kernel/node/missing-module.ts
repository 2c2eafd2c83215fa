// What to do, where Node runs the cells, about a module that is not there.

/** Undefined for a specifier that says nothing to Node, such as a path. */
export function missingModuleHint(specifier: string): string | undefined {
  if (specifier.startsWith("node:")) return `Node.js ${process.versions.node} has no such built-in module.`;
  const [, scheme, rest] = /^(npm|jsr|https?):\/?(.*)$/.exec(specifier) ?? [];
  if (scheme === "npm") {
    const { name, version, path } = partsOf(rest);
    return `\`npm:\` is Deno's. Here, in a terminal: npm install ${name}${version}; then import "${name}${path}".`;
  }
  if (scheme === "jsr") {
    const { name, version, path } = partsOf(rest);
    return `\`jsr:\` is Deno's. Here, in a terminal: npx jsr add ${name}${version}; then import "${name}${path}".`;
  }
  if (scheme !== undefined) {
    return "Node.js imports no URLs of the web. Install the package with npm, or save the file beside the notebook and import its path.";
  }
  if (/^[.#/]|^\w+:/.test(specifier)) return undefined;
  return `Install it beside the notebook, in a terminal: npm install ${partsOf(specifier).name}`;
}

/** "@scope/name@1.2/deep" as a package manager and an import have it. */
function partsOf(specifier: string): { name: string; version: string; path: string } {
  const [, name, version = "", path = ""] =
    /^(@[^/@]+\/[^/@]+|[^/@]+)(@[^/]+)?(\/.*)?$/.exec(specifier) ?? [];
  return { name: name ?? specifier, version, path };
}
