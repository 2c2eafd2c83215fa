import { CsvError, parse } from "csv-parse/sync";
import { host } from "#host";
import { checkOptions } from "../base/errors.js";
import type { DType } from "../tensor/backends.js";
import { tensor } from "../tensor/tensor.js";
import { DataError, unreadable } from "./data-error.js";
import { dataset, type Split } from "./split.js";

export interface CsvOptions {
  /** The column of the labels: its name in the header, or its index from 0. Default: the last column. */
  label?: string | number;
  /** The columns used as inputs, by name or index; default: all but the label's. */
  features?: (string | number)[];
  /** Whether the first line holds names. Default: it does when none of its fields is a number. */
  header?: boolean;
  /** Default ",". */
  delimiter?: string;
  /** Default "float32". */
  dtype?: DType;
}

/** One line of the file, with the number of the line on which it ends. */
interface Row {
  line: number;
  fields: string[];
}

/**
 * Reads examples from a CSV file with numbers in each input column. Labels may be any text: the different ones become
 * classes 0, 1, … in the order of their numbers when all are numbers, else of their text; `classNames` has the texts.
 *
 *     const iris = csv("iris.csv", { label: "species" });
 *
 * Throws a DataError that names file, line and column when a field is empty or no number, when lines differ in length,
 * when quotes are not closed, when the file is empty or a column is not there.
 */
export function csv(file: string, options: CsvOptions = {}): Split {
  checkOptions("csv", options, ["label", "features", "header", "delimiter", "dtype"]);
  const rows = parseRows(file, options.delimiter ?? ",");
  if (rows.length === 0) throw new DataError({ file }, "it is empty.");
  const hasHeader = options.header ?? rows[0].fields.every((field) => parseNumber(field) === undefined);
  const names = hasHeader ? rows[0].fields.map((field) => field.trim()) : undefined;
  const examples = hasHeader ? rows.slice(1) : rows;
  if (examples.length === 0)
    throw new DataError({ file, line: rows[0].line }, "there is a header, but no examples.");
  const width = rows[0].fields.length;
  for (const { line, fields } of rows)
    if (fields.length !== width)
      throw new DataError(
        { file, line, column: Math.min(fields.length, width) + 1 },
        `${fields.length} fields, but line ${rows[0].line} has ${width}.`,
      );
  const columns = columnsOf(file, names, width);
  const labelColumn = columns.find(options.label ?? width - 1);
  const featureColumns =
    options.features?.map(columns.find) ?? columns.all.filter((column) => column !== labelColumn);
  if (featureColumns.length === 0) throw new DataError({ file }, "there is no column besides the label's.");

  const values = new Float64Array(examples.length * featureColumns.length);
  let next = 0;
  for (const { line, fields } of examples)
    for (const column of featureColumns) {
      const value = parseNumber(fields[column]);
      if (value === undefined) {
        const text = fields[column].trim();
        const problem = text === "" ? "the field is empty" : `"${text}" is no number`;
        throw new DataError(
          { file, line, column: column + 1, columnName: names?.[column] },
          `${problem}; inputs are numbers.`,
        );
      }
      values[next++] = value;
    }
  const { labels, classNames } = classesOf(examples, labelColumn, file, names);
  const inputs = tensor(values, [examples.length, featureColumns.length], options.dtype ?? "float32");
  const featureNames = names && featureColumns.map((column) => names[column]);
  return dataset(inputs, labels, { classes: classNames.length, classNames, featureNames });
}

function parseRows(file: string, delimiter: string): Row[] {
  let text: string;
  try {
    text = host.files.readText(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    // Ragged lines are let through here: the error for them is ours, with the column where they end.
    const records = parse(text, {
      delimiter,
      info: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
    return (records as unknown as { record: string[]; info: { lines: number } }[]).map(
      ({ record, info }) => ({
        line: info.lines,
        fields: record,
      }),
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === "number" ? error.lines : undefined;
    const column = typeof error.column === "number" ? error.column + 1 : undefined;
    throw new DataError({ file, line, column }, `${error.message}.`);
  }
}

/** A finite number written in decimal, or undefined: "", "0x10", "1e999" and "nan" are none. */
function parseNumber(field: string): number | undefined {
  const text = field.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function columnsOf(file: string, names: string[] | undefined, width: number) {
  const find = (column: string | number): number => {
    const index = typeof column === "number" ? column : (names?.indexOf(column) ?? -1);
    if (Number.isInteger(index) && index >= 0 && index < width) return index;
    const known = names
      ? `Its columns: ${names.join(", ")}.`
      : `It has no header and columns 0 to ${width - 1}.`;
    throw new DataError({ file }, `there is no column ${JSON.stringify(column)}. ${known}`);
  };
  return { find, all: Array.from({ length: width }, (_, index) => index) };
}

function classesOf(examples: Row[], column: number, file: string, names: string[] | undefined) {
  const texts = examples.map(({ line, fields }) => {
    const text = fields[column].trim();
    if (text === "")
      throw new DataError(
        { file, line, column: column + 1, columnName: names?.[column] },
        "the label is empty.",
      );
    return text;
  });
  const numeric = texts.every((text) => parseNumber(text) !== undefined);
  const classNames = [...new Set(texts)].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  const classOf = new Map(classNames.map((name, index) => [name, index]));
  return { labels: texts.map((text) => classOf.get(text) ?? 0), classNames };
}
