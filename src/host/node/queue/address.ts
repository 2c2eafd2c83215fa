/** Where a queue is: `redis://user:password@host:6379/name`, `rediss://…` over TLS. */
import { OptionError } from "../../../base/errors.js";

export interface Address {
  host: string;
  port: number;
  /** The server's database; 0 where none is named. */
  db: number;
  tls: boolean;
  username?: string;
  password?: string;
  /** The queue's name. */
  name: string;
  /** All of it but user and password, for messages. */
  place: string;
}

const FORM = "redis://host:6379/name, or rediss:// over TLS; with a password redis://user:password@host/name";

/**
 * Reads an address. A path of digits alone names a database, as in every redis:// address; `redis://host/2/lab` names both.
 * Where it has no password NORMLAB_QUEUE_PASSWORD may have one. Messages never repeat the address, which may hold a password.
 */
export function readAddress(text: string, setting: (name: string) => string | undefined): Address {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new OptionError(`The queue's address can't be read. It is written ${FORM}.`);
  }
  if (url.protocol !== "redis:" && url.protocol !== "rediss:")
    throw new OptionError(`The queue's address begins with ${url.protocol}//. It is written ${FORM}.`);
  if (url.hostname === "") throw new OptionError(`The queue's address names no host. It is written ${FORM}.`);
  const unread = [...url.searchParams.keys(), ...(url.hash === "" ? [] : ["#"])];
  if (unread.length > 0)
    throw new OptionError(
      `The queue's address has "${unread[0]}", which means nothing here. It is written ${FORM}.`,
    );
  const path = url.pathname.split("/").filter((part) => part !== "");
  const db = path.length > 0 && /^\d{1,4}$/.test(path[0]) ? Number(path.shift()) : 0;
  const [name = "normlab"] = path;
  if (path.length > 1 || !/^[\w.-]{1,100}$/.test(name))
    throw new OptionError(
      `The queue's address has "${url.pathname}" where a name of letters, digits, ".", "-" and "_" belongs. It is written ${FORM}.`,
    );
  const port = url.port === "" ? 6379 : Number(url.port);
  const password = decodeURIComponent(url.password) || setting("NORMLAB_QUEUE_PASSWORD") || undefined;
  return {
    // An IPv6 address stands in brackets.
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    db,
    tls: url.protocol === "rediss:",
    ...(url.username !== "" && { username: decodeURIComponent(url.username) }),
    ...(password !== undefined && { password }),
    name,
    place: `${url.protocol}//${url.hostname}:${port}/${db === 0 ? "" : `${db}/`}${name}`,
  };
}
