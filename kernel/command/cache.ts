// What the drawing of figures keeps in the user's cache folder, so that the next kernel draws sooner.
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder that src/figure/worker/code-cache.ts writes to. Said twice, as kernel/ and src/ never import each other;
 * test/package finds out when the two differ.
 */
export function drawingCache(): string {
  const { env, platform } = process;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "normlab");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "normlab");
  if (platform === "win32" && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, "normlab", "Cache");
  return join(homedir(), ".cache", "normlab");
}
