// The files of a worker: declarations that came with it, and the reader's own, which the page has (its contents manager).
import type { FileStat, FolderEntry, HostFiles } from "../../language/host.js";
import { posix } from "../../language/path.js";
import type { ReaderFiles } from "../../session/host.js";
import type { DriveEntry } from "../messages.js";
import { drive, temporary } from "../platform.js";
import type { PageLine } from "./line.js";

/** Base64 of bytes, in parts that a call can take. */
function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

const unanswered =
  "the page does not answer. By its service worker it would, and a private window has none: open the page in an ordinary window, or reload it";

const failure = (code: string, text: string) => Object.assign(new Error(`${code}: ${text}`), { code });

/** The declarations, which never change. */
export class PackagedFiles implements HostFiles {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #folders = new Map<string, Map<string, FolderEntry>>();

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = new Map(Object.entries(texts));
    for (const file of this.#texts.keys()) this.#note(file, "file");
  }

  read(file: string): string | undefined {
    return this.#texts.get(file);
  }

  stat(path: string): FileStat | undefined {
    if (this.#texts.has(path)) return { kind: "file", version: 0 };
    return this.#folders.has(path) ? { kind: "folder", version: 0 } : undefined;
  }

  list(folder: string): readonly FolderEntry[] {
    return [...(this.#folders.get(folder)?.values() ?? [])];
  }

  realPath(path: string): string {
    return path;
  }

  #note(path: string, kind: FolderEntry["kind"]): void {
    const folder = posix.dirname(path);
    const name = posix.basename(path);
    let entries = this.#folders.get(folder);
    if (entries === undefined) {
      entries = new Map();
      this.#folders.set(folder, entries);
      if (folder !== "/") this.#note(folder, "folder");
    }
    entries.set(name, { name, kind });
  }
}

/** What the page has, below /drive, and temporary files. What a folder holds is asked for once a cell. */
export class Drive implements ReaderFiles {
  readonly #line: PageLine;
  readonly #folder: string;
  readonly #listings = new Map<string, ReadonlyMap<string, DriveEntry> | undefined>();
  readonly #held = new Map<string, { readonly bytes: Uint8Array; readonly modified: number }>();
  readonly #temporary = new Map<string, Uint8Array>();
  /** The page has not said in this cell what a folder holds. */
  #isUnanswered = false;
  readonly temporary = temporary;

  /** `folder` is the notebook's. */
  constructor(line: PageLine, folder: string) {
    this.#line = line;
    this.#folder = folder;
  }

  /** A cell begins: the reader may have changed files since the last one. */
  refresh(): void {
    this.#listings.clear();
    this.#isUnanswered = false;
  }

  absolute(file: string): string {
    return posix.isAbsolute(file) ? posix.join(file) : posix.join(this.#folder, file);
  }

  exists(file: string): boolean {
    const path = this.absolute(file);
    return this.#temporary.has(path) || this.entry(path) !== undefined;
  }

  read(file: string): Uint8Array {
    const path = this.absolute(file);
    const passing = this.#temporary.get(path);
    if (passing !== undefined) return passing.slice();
    const entry = this.entry(path);
    if (entry?.kind === "folder") throw failure("EISDIR", `${file} is a folder`);
    const bytes = entry && this.bytes(path, entry);
    if (bytes !== undefined) return bytes;
    if (this.#isUnanswered) throw failure("EIO", `${file} could not be read: ${unanswered}`);
    throw failure("ENOENT", `no such file, ${file} (looked for ${path})`);
  }

  write(file: string, content: Uint8Array): void {
    const path = this.absolute(file);
    if (posix.dirname(path) === temporary) {
      this.#temporary.set(path, content.slice());
      return;
    }
    if (!isOfDrive(path)) throw failure("EACCES", `${file} is not among your files: they are below ${drive}`);
    this.#settled(file, this.#line.ask({ ask: "write", path: ofPage(path), content: toBase64(content) }));
    this.#listings.clear();
    this.#held.delete(path);
  }

  remove(file: string): void {
    const path = this.absolute(file);
    if (this.#temporary.delete(path) || this.entry(path) === undefined) return;
    this.#settled(file, this.#line.ask({ ask: "remove", path: ofPage(path) }));
    this.#listings.clear();
    this.#held.delete(path);
  }

  entry(path: string): DriveEntry | undefined {
    if (path === drive) return { name: posix.basename(drive), kind: "folder", modified: 0 };
    return isOfDrive(path) ? this.listing(posix.dirname(path))?.get(posix.basename(path)) : undefined;
  }

  listing(folder: string): ReadonlyMap<string, DriveEntry> | undefined {
    if (this.#listings.has(folder)) return this.#listings.get(folder);
    // A folder that its own folder does not name is not asked for.
    const isThere = this.entry(folder)?.kind === "folder";
    const found = isThere ? this.#line.ask({ ask: "list", path: ofPage(folder) }) : null;
    if (found === undefined) this.#isUnanswered = true;
    const listing = found ? new Map(found.map((entry) => [entry.name, entry])) : undefined;
    this.#listings.set(folder, listing);
    return listing;
  }

  bytes(path: string, { modified }: DriveEntry): Uint8Array | undefined {
    const held = this.#held.get(path);
    if (held?.modified === modified) return held.bytes;
    const found = this.#line.ask({ ask: "read", path: ofPage(path) });
    if (typeof found !== "string") return undefined;
    const bytes = fromBase64(found);
    this.#held.set(path, { bytes, modified });
    return bytes;
  }

  #settled(file: string, answer: string | null | undefined): void {
    if (answer === null) return;
    const reason = answer ?? unanswered;
    throw failure("EIO", `${file} could not be changed: ${reason}`);
  }
}

/** The reader's files over the packaged ones. */
export class WorkerFiles implements HostFiles {
  constructor(
    private readonly packaged: HostFiles,
    private readonly drive: Drive,
  ) {}

  read(file: string): string | undefined {
    if (!isOfDrive(file)) return this.packaged.read(file);
    const entry = this.drive.entry(file);
    const bytes = entry?.kind === "file" ? this.drive.bytes(file, entry) : undefined;
    return bytes && new TextDecoder().decode(bytes);
  }

  stat(path: string): FileStat | undefined {
    if (!isOfDrive(path)) return this.packaged.stat(path);
    const entry = this.drive.entry(path);
    return entry && { kind: entry.kind, version: entry.kind === "file" ? entry.modified : 0 };
  }

  list(folder: string): readonly FolderEntry[] {
    if (!isOfDrive(folder)) return this.packaged.list(folder);
    return [...(this.drive.listing(folder)?.values() ?? [])].map(({ name, kind }) => ({ name, kind }));
  }

  realPath(path: string): string {
    return path;
  }
}

const isOfDrive = (path: string) => path === drive || path.startsWith(`${drive}/`);

/** As the page knows a path: without what all of them have in front. */
const ofPage = (path: string) => path.slice(drive.length + 1);
