// A static host as they are: plain files below a subfolder, compressed, no special headers; it counts what it sends.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".ipynb": "application/json",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};
const compressed = new Set([".png", ".woff2", ".gz"]);

export interface Sent {
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
}

export class StaticHost {
  readonly sent: Sent[] = [];
  readonly #server: Server;
  #address = "";
  readonly #bodies = new Map<string, Buffer>();

  private constructor(
    /** Folders by where they are, the longest first. */
    private readonly mounts: readonly (readonly [place: string, folder: string])[],
    private readonly pages: Readonly<Record<string, string>>,
    private readonly holds: (path: string) => Promise<void> | undefined,
  ) {
    this.#server = createServer(async (request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
      await this.holds(path);
      if (Object.hasOwn(this.pages, path)) {
        response
          .writeHead(200, { "content-type": types[extname(path)] ?? "text/html" })
          .end(this.pages[path]);
        return;
      }
      const found = this.#find(path);
      if (found === undefined || request.method !== "GET") {
        this.sent.push({ path, status: 404, bytes: 0 });
        response.writeHead(404).end();
        return;
      }
      const { mtimeMs, size } = statSync(found);
      const etag = `"${mtimeMs}-${size}"`;
      if (request.headers["if-none-match"] === etag) {
        this.sent.push({ path, status: 304, bytes: 0 });
        response.writeHead(304, { etag }).end();
        return;
      }
      const isPacked = compressed.has(extname(found));
      const body = this.#body(found, mtimeMs, isPacked);
      this.sent.push({ path, status: 200, bytes: body.length });
      response.writeHead(200, {
        "content-type": types[extname(found)] ?? "application/octet-stream",
        // As GitHub Pages has it.
        "cache-control": "max-age=600",
        etag,
        ...(!isPacked && { "content-encoding": "gzip" }),
      });
      response.end(body);
    });
  }

  /**
   * `folders` (or files) and `pages` (texts) lie below the prefix, too, by their paths. What `holds` gives a promise for is
   * answered when that has resolved.
   */
  static async start(
    folder: string,
    {
      prefix = "/course/",
      folders = {},
      pages = {},
      holds = () => undefined,
    }: {
      prefix?: string;
      folders?: Record<string, string>;
      pages?: Record<string, string>;
      holds?: (path: string) => Promise<void> | undefined;
    } = {},
  ): Promise<StaticHost> {
    const mounts = Object.entries({ "": folder, ...folders }).map(
      ([place, at]) => [prefix + place, at] as const,
    );
    const host = new StaticHost(
      mounts.sort(([a], [b]) => b.length - a.length),
      Object.fromEntries(Object.entries(pages).map(([place, text]) => [prefix + place, text])),
      holds,
    );
    await new Promise<void>((resolve) => host.#server.listen(0, "127.0.0.1", resolve));
    host.#address = `http://127.0.0.1:${(host.#server.address() as AddressInfo).port}${prefix}`;
    return host;
  }

  /** Ends with a slash. */
  get address(): string {
    return this.#address;
  }

  get bytes(): number {
    return this.sent.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #find(path: string): string | undefined {
    const [place, folder] = this.mounts.find(([start]) => path.startsWith(start)) ?? [];
    if (place === undefined || folder === undefined) return undefined;
    const file = join(folder, path.slice(place.length));
    const page = existsSync(file) && statSync(file).isDirectory() ? join(file, "index.html") : file;
    return existsSync(page) ? page : undefined;
  }

  #body(file: string, modified: number, isPacked: boolean): Buffer {
    const key = `${modified} ${file}`;
    let body = this.#bodies.get(key);
    if (body === undefined) {
      const content = readFileSync(file);
      body = isPacked ? content : gzipSync(content);
      this.#bodies.set(key, body);
    }
    return body;
  }
}
