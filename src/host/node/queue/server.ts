/** A connection to the server of a queue, and what the server has to be like. */
import type { Redis, RedisOptions } from "ioredis";
import { QueueError } from "../../../base/errors.js";
import type { Address } from "./address.js";
import type { QueuePackages } from "./packages.js";

/** What is asked for and not answered in so many milliseconds is asked for again on a new connection: a cable may have been cut. */
const SILENCE = 15_000;

/** A first connection is tried so many times, and so many milliseconds between. */
const [FIRST_TRIES, BETWEEN_TRIES] = [3, 300];

const TIMER = "socketTimeoutTimer";

/**
 * Connects and looks at the server. Throws a QueueError that says what is wrong with it, and never shows the password. Later on a
 * lost connection is made again for as long as that takes.
 */
export async function connect(address: Address, { Redis: Client }: QueuePackages): Promise<Redis> {
  let isReady = false;
  const options: RedisOptions = {
    host: address.host,
    port: address.port,
    db: address.db,
    username: address.username,
    password: address.password,
    ...(address.tls && { tls: {} }),
    connectTimeout: 10_000,
    socketTimeout: SILENCE,
    keepAlive: 10_000,
    lazyConnect: true,
    // BullMQ asks for it: a command waits for the server to be back.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => {
      if (!isReady) return times < FIRST_TRIES ? BETWEEN_TRIES : null;
      return Math.min(100 * times, 2000);
    },
  };
  const client = new (connectionsThatEnd(Client))(options);
  let problem: unknown;
  client.on("error", (error) => {
    problem = error;
  });
  try {
    await client.connect();
    checkServer(address, parseInfo(await client.info()));
  } catch (error) {
    client.disconnect();
    throw error instanceof QueueError ? error : unreachable(address, problem ?? error);
  }
  isReady = true;
  return client;
}

/**
 * A connection that ends. ioredis 5.11 leaves the timer of socketTimeout running over one that was closed: it keeps a program
 * that is done from ending, and closes the next connection.
 */
function connectionsThatEnd(Client: QueuePackages["Redis"]): new (options: RedisOptions) => Redis {
  return class Connection extends Client {
    constructor(options: RedisOptions) {
      super(options);
      this.on("close", () => {
        clearTimeout(Reflect.get(this, TIMER));
        Reflect.set(this, TIMER, undefined);
      });
    }

    /** Between two tries to connect ioredis would leave what was asked without an answer, and BullMQ waiting for an end. */
    override disconnect(reconnect = false): void {
      const isBetween = !reconnect && this.status === "reconnecting";
      if (isBetween) this.connect().catch(() => {});
      super.disconnect(reconnect);
    }

    /** BullMQ waits for jobs over a connection of its own. */
    override duplicate(more?: Partial<RedisOptions>): Redis {
      return new Connection({ ...this.options, ...more });
    }
  };
}

function unreachable({ place }: Address, error: unknown): QueueError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (/NOAUTH|WRONGPASS|NOPERM|invalid password|without any password/i.test(message))
    return new QueueError(
      `The server of ${place} does not let this program in: ${message} Give user and password in the address, or the password in NORMLAB_QUEUE_PASSWORD.`,
    );
  if (/CERT|SIGN|ISSUER/.test(code ?? ""))
    return new QueueError(
      `The certificate of ${place} is not one that this machine trusts (${code}). Start Node with NODE_EXTRA_CA_CERTS=FILE, ` +
        "the certificates of whoever signed it, and name the host as the certificate does.",
    );
  return new QueueError(
    `No server answers at ${place} (${code ?? message}). Is Redis or Valkey running there, and may this machine reach it? redis:// is without TLS, rediss:// with it.`,
  );
}

type Info = Readonly<Record<string, string | undefined>>;

function parseInfo(text: string): Info {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(":"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
  );
}

const LEAST = [6, 2];

function checkServer({ place }: Address, info: Info): void {
  // Valkey calls itself Redis 7.2 here.
  const version = info.redis_version ?? "";
  const [major, minor] = version.split(".").map(Number);
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]))
    throw new QueueError(
      `The server of ${place} is Redis ${version}, and a queue needs ${LEAST.join(".")} or newer, or Valkey. Update it, or use another server.`,
    );
  if (info.redis_mode === "cluster" || info.cluster_enabled === "1")
    throw new QueueError(
      `The server of ${place} is a cluster, over which a queue can't be spread. Use a server by itself.`,
    );
  if (info.role === "slave")
    throw new QueueError(
      `The server of ${place} is a replica, to which nothing can be written. Give the address of its primary.`,
    );
  const policy = info.maxmemory_policy;
  if (policy !== undefined && policy !== "noeviction")
    throw new QueueError(
      `The server of ${place} throws keys away when its memory is full (maxmemory-policy ${policy}), and with them runs and results. ` +
        "Set it to noeviction: CONFIG SET maxmemory-policy noeviction, and the same in its configuration file.",
    );
}
