// Rows as comma-separated values (RFC 4180), safe to open in a spreadsheet.

/** A spreadsheet takes what starts with one of these for a formula, and some of the text is the student's. */
const startsFormula = /^[=+\-@\t\r]/;

function field(text: string): string {
  const plain = startsFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export const csvRow = (fields: readonly string[]) => `${fields.map(field).join(",")}\n`;
