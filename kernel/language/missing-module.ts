// What to do about a module that is not there.
import type { Host } from "./host.js";

type Hints = Pick<Host, "missingModuleHint">;

/** What a message about a missing module says after its name. */
export function missingModuleHint(specifier: string, host: Hints): string {
  if (/^\.{0,2}\//.test(specifier) || /^(file|[A-Za-z]):[\\/]/.test(specifier))
    return "No such file; the path starts from the notebook's folder.";
  return host.missingModuleHint?.(specifier) ?? "No such module is there for this kernel.";
}

/** A package or file that an import names and that is not there. */
export class ModuleNotFoundError extends Error {
  override name = "ModuleNotFoundError";
  readonly code = "MODULE_NOT_FOUND";

  constructor(specifier: string, host: Hints) {
    super(`Cannot find module '${specifier}'. ${missingModuleHint(specifier, host)}`);
  }
}
