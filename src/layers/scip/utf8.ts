/**
 * What of a text's bytes in UTF-8 makes its columns depend on what counts them.
 *
 * @since 0.1.0
 */

/**
 * Whether a byte order mark stands first. scip-python counts it as one column.
 *
 * @since 0.1.0
 * @category refinements
 */
export const hasMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

/**
 * The first byte of a character beyond U+FFFF, which is two units of UTF-16, or a greater one.
 *
 * @since 0.1.0
 * @category constants
 */
export const FIRST_WIDE_BYTE = 0xf0

/**
 * @since 0.1.0
 * @category refinements
 */
export const hasWide = (bytes: Uint8Array): boolean => {
  for (const byte of bytes) if (byte >= FIRST_WIDE_BYTE) return true
  return false
}
