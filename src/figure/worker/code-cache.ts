import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";

/** The folder where this system keeps what programs can make again. */
function cacheFolder(): string {
  const { env, platform } = process;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "normlab");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "normlab");
  if (platform === "win32" && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, "normlab", "Cache");
  return join(homedir(), ".cache", "normlab");
}

const digestLength = 32;
const digest = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/**
 * A script compiled with V8's code cache: Plotly is 10 MB of source, and compiling it again takes longer than
 * drawing a figure. The cache is a convenience: without a folder to write to, the script is compiled each time.
 */
export class CachedScript {
  readonly script: Script;
  private readonly file: string;

  constructor(source: string, filename: string, name: string) {
    const { versions, arch } = process;
    // V8 itself refuses a cache of other flags; the source is compared by its digest here, as V8 looks at its length.
    const key = digest(Buffer.from(`${versions.v8} ${arch} ${source}`))
      .toString("hex")
      .slice(0, 16);
    this.file = join(cacheFolder(), `${name}-${key}.bin`);
    this.script = new Script(source, { filename, cachedData: this.read() });
  }

  private read(): Buffer | undefined {
    try {
      const bytes = readFileSync(this.file);
      const code = bytes.subarray(digestLength);
      return digest(code).equals(bytes.subarray(0, digestLength)) ? code : undefined;
    } catch {
      return undefined;
    }
  }

  /** Writes the code compiled so far, unless it came from the cache. Two writers never see each other's half. */
  save(): void {
    if (this.script.cachedDataRejected === false) return;
    try {
      const code = this.script.createCachedData();
      mkdirSync(cacheFolder(), { recursive: true });
      const temporary = `${this.file}.${randomUUID()}`;
      try {
        writeFileSync(temporary, Buffer.concat([digest(code), code]));
        renameSync(temporary, this.file);
      } finally {
        rmSync(temporary, { force: true });
      }
    } catch {
      // A folder that cannot be written to: the next process compiles again.
    }
  }
}
