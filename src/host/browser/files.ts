import { type KernelFiles, runningKernel } from "../../base/kernel.js";
import { type Files, NO_FILES } from "../host.js";

/** Files come from the notebook's kernel; a page without one has none. */
function kernelFiles(): KernelFiles {
  const files = runningKernel()?.files;
  if (files === undefined) throw Object.assign(new Error("a browser has no files"), { code: NO_FILES });
  return files;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

export const files: Files = {
  read: (file) => kernelFiles().read(String(file)),
  readText: (file) => new TextDecoder().decode(kernelFiles().read(String(file))),
  // The page's storage takes a file as a whole.
  writeWhole: (file, content) => kernelFiles().write(file, content),
  append(file, content) {
    const held = kernelFiles();
    held.write(file, held.exists(file) ? joined(held.read(file), content) : content);
  },
  truncate(file, length) {
    const held = kernelFiles();
    held.write(file, held.read(file).slice(0, length));
  },
  create(file, content) {
    const held = kernelFiles();
    if (held.exists(file))
      throw Object.assign(new Error(`EEXIST: ${file} is there already`), { code: "EEXIST" });
    held.write(file, new TextEncoder().encode(content));
  },
  remove: (file) => kernelFiles().remove(file),
  absolute: (file) => runningKernel()?.files?.absolute(file) ?? file,
  temporary: () => kernelFiles().temporary,
};
