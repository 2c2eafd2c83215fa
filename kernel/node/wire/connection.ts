// The connection file that Jupyter writes for a kernel: where to listen, and the key that signs messages.
import { readFileSync } from "node:fs";

export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
}

const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;

export type Port = (typeof ports)[number];

/** Reads a connection file; throws an error that names what is missing or not supported in it. */
export function readConnection(file: string): Connection {
  let connection: Connection;
  try {
    connection = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(
      `cannot read the connection file ${file}: ${error instanceof Error ? error.message : error}`,
    );
  }
  for (const port of ports) {
    if (!Number.isInteger(connection[port])) throw new Error(`the connection file ${file} has no ${port}`);
  }
  const scheme = connection.signature_scheme ?? "hmac-sha256";
  if (!scheme.startsWith("hmac-")) {
    throw new Error(
      `the connection file ${file} asks for the signature scheme ${scheme}; only hmac-* is known`,
    );
  }
  return {
    ...connection,
    transport: connection.transport ?? "tcp",
    ip: connection.ip ?? "127.0.0.1",
    key: connection.key ?? "",
    signature_scheme: scheme,
  };
}

/** The ZeroMQ address of one of the five sockets. */
export function address(connection: Connection, port: Port): string {
  const separator = connection.transport === "ipc" ? "-" : ":";
  return `${connection.transport}://${connection.ip}${separator}${connection[port]}`;
}
