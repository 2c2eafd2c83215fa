import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** SHA-256 of a text in UTF-8: 32 bytes. */
export const digestOf = (text: string): Uint8Array => sha256(utf8ToBytes(text));

/** SHA-256 of a text in UTF-8, as hexadecimal digits; the first `digits` of the 64. */
export const hexDigestOf = (text: string, digits = 64): string => bytesToHex(digestOf(text)).slice(0, digits);
