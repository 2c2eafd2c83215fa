import { type Files, NO_FILES } from "../host.js";

const refuse = (): never => {
  throw Object.assign(new Error("a browser has no files"), { code: NO_FILES });
};

export const files: Files = {
  read: refuse,
  readText: refuse,
  writeWhole: refuse,
  append: refuse,
  truncate: refuse,
  create: refuse,
  remove: refuse,
  absolute: (file) => file,
};
