/**
 * @since 0.1.0
 */

/**
 * One line that a terminal shows and does not obey.
 *
 * @since 0.1.0
 */
export const singleLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim()

/** @since 0.1.0 */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
