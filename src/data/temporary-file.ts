import { host } from "#host";
import { ValueError } from "../base/errors.js";

/**
 * The path of a file that nobody needs any more when the program has ended: in a folder of its own among the machine's
 * temporary ones, which is removed then; in a page, in the memory of the notebook's kernel.
 *
 *     const file = temporaryFile("numbers.csv", "width,species\n1,setosa\n2,virginica\n");
 *     csv(file, { label: "species" });
 *
 * @param name one of a file, without folders; the same name is the same file
 * @param content written into it, a text in UTF-8; without it the file stays as it is
 * @throws ValueError for a name with a folder in it, and what the host says when the file cannot be written
 */
export function temporaryFile(name: string, content?: string | Uint8Array): string {
  if (name === "" || name === "." || name === ".." || /[/\\]/.test(name))
    throw new ValueError(`temporaryFile takes the name of a file, without folders, not "${name}".`);
  const file = `${host.files.temporary()}/${name}`;
  if (content !== undefined)
    host.files.writeWhole(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
  return file;
}
