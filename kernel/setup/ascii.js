// A script in ASCII. V8 keeps a text with other signs in two bytes each, and a browser decodes it sign by sign: JupyterLab's
// seven million take a tenth of a second that way.

const other = /[\u0080-\uffff]/g;
/** Where an escape would mean something else: behind a backslash, and in a text that is taken as it is written. */
const unlike = /\\[\u0080-\uffff]|String\.raw`[^`]*[\u0080-\uffff]/;

/** Writes all other signs as escapes, which mean the same in strings, templates, regular expressions and names. */
export function asciiScript(code) {
  const [found] = unlike.exec(code) ?? [];
  if (found !== undefined)
    throw new Error(`A script has ${found.slice(-20)}, whose last sign cannot be written as an escape.`);
  return code.replace(other, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
