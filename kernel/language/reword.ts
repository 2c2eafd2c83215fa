// V8 words some messages with the source it ran: "$notebook.f.value is not a function". A reader wrote `f`.

/** A message with the names that the cell uses. `store` is what the cell's script calls the store. */
function readersWords(message: string, store: string): string {
  if (!message.includes(`${store}.`)) return message;
  const variable = `${store.replaceAll("$", "\\$")}\\.([\\w$\\u0080-\\uffff]+)\\.value\\b`;
  return message.replaceAll(new RegExp(`\\(0 , ${variable}\\)|${variable}`, "g"), "$1$2");
}

/** Rewords an error on its way out of a cell's code, and gives it back. */
export function reword(thrown: unknown, store: string): unknown {
  if (typeof thrown !== "object" || thrown === null) return thrown;
  const message = Object.getOwnPropertyDescriptor(thrown, "message");
  if (typeof message?.value !== "string" || !message.configurable) return thrown;
  const value = readersWords(message.value, store);
  if (value !== message.value) Object.defineProperty(thrown, "message", { ...message, value });
  return thrown;
}
