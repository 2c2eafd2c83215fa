/**
 * What the fields of a descriptor hold. A kernel of more than a few arguments takes them as one struct in the memory, which is
 * written when its arrays are laid out: a step then hands over an address. Fields have 32 bits, but for numbers that bits
 * depend on in float64. `npm run build` writes the layouts for JavaScript from these names (exports.ts).
 */

/** The address of an array that the kernel reads; 0 where the kernel can do without. */
export type Input = usize;
/** That of an array which it overwrites as a whole. */
export type Output = usize;
/** That of an array which it changes. */
export type InPlace = usize;
/** That of room whose content nobody needs before or after. */
export type Scratch = usize;
/** 0 or 1. */
export type Flag = i32;
