// Paths as the language has them: with forward slashes, on every host.
export const posix = { dirname, join, basename, isAbsolute, relative };

function dirname(path: string): string {
  const at = path.lastIndexOf("/");
  if (at < 0) return ".";
  // The root of a drive or of all is its own folder.
  if (at === 0) return "/";
  return /^[A-Za-z]:$/.test(path.slice(0, at)) ? path.slice(0, at + 1) : path.slice(0, at);
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Joins and takes out `.` and `..`. */
function join(...parts: string[]): string {
  const whole = parts.filter((part) => part !== "").join("/");
  const [, root] = /^((?:[A-Za-z]:)?\/|)/.exec(whole) ?? ["", ""];
  const kept: string[] = [];
  for (const part of whole.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (part !== ".." || root === "") kept.push(part);
  }
  return root + kept.join("/") || ".";
}

function isAbsolute(path: string): boolean {
  return /^(?:[A-Za-z]:)?[/\\]/.test(path);
}

/** The way from a folder to a path. */
function relative(from: string, to: string): string {
  const [start, end] = [from, to].map((path) =>
    join(path)
      .split("/")
      .filter((part) => part !== ""),
  );
  let common = 0;
  while (common < start.length && common < end.length && start[common] === end[common]) common++;
  return [...start.slice(common).map(() => ".."), ...end.slice(common)].join("/");
}
