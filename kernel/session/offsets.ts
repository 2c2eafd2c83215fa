// Jupyter counts cursor positions in Unicode code points, JavaScript in UTF-16 units.

/** The UTF-16 offset of a code point offset; the end of the code when it is no such offset. */
export function utf16Offset(code: string, codePoints: unknown): number {
  if (typeof codePoints !== "number") return code.length;
  let offset = 0;
  for (let passed = 0; passed < codePoints && offset < code.length; passed++) {
    offset += (code.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

export function codePointOffset(code: string, utf16: number): number {
  let count = 0;
  for (const _ of code.slice(0, utf16)) count++;
  return count;
}
