/**
 * Two builds have the same functions and give the same bits. The wide one is laid out for a compiler that joins two neighbouring
 * 128-bit operations into one of 256 bits (V8's --experimental-wasm-revectorize); its tiles would not fit into narrow registers.
 */
// @ts-ignore: asc's option --use defines it.
export const WIDE: bool = isDefined(NORMLAB_WIDE_BUILD);

/** Columns of a full panel of a product's second factor: two registers. */
export const PANEL_COLUMNS: i32 = WIDE ? 16 : 8;
