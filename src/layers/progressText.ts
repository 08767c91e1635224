/**
 * @since 0.1.0
 */
import { inert } from "../domain/inert.js"

/**
 * One line that a terminal shows and does not obey.
 *
 * @since 0.1.0
 */
export const singleLine = (text: string): string => inert(text.replace(/\s+/g, " ").trim())

/** @since 0.1.0 */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
