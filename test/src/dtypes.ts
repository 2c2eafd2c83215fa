import type { DType } from "../../src/index.js";

/** The dtypes whose backend is there: every golden test runs in each. */
export const DTYPES: readonly DType[] = ["float64", "float32"];
