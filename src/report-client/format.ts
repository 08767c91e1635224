/**
 * Numbers as people read them.
 */
export const number = (value: number): string => value.toLocaleString("en")

export const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? "" : "s"}`

export const duration = (ms: number): string =>
  ms < 10 ? `${Math.round(ms * 10) / 10} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`

/** 100 and 0 are said of all and nothing alone. */
export const wholePercent = (part: number, whole: number): number =>
  part === 0 || part === whole ? 100 * part / whole : Math.min(99, Math.max(1, Math.round(100 * part / whole)))

export const share = (part: number, whole: number): string => whole === 0 ? "none" : `${wholePercent(part, whole)} %`

/** `2026-11-26 06:40 UTC`. */
export const time = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
