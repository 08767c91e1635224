/**
 * How much of a report goes into its page.
 *
 * @since 0.1.0
 */

/**
 * Bytes of JSON. `total` keeps the page below 5 MB whatever the repository; the source texts get what the others leave.
 *
 * @since 0.1.0
 * @category constants
 */
export const BUDGET = {
  total: 4_850_000,
  files: 1_200_000,
  rules: 100_000,
  findings: 1_200_000,
  tests: 400_000,
  functions: 300_000,
  coverage: 400_000,
  contexts: 400_000
}

const encoder = new TextEncoder()

// characters that JSON writes as two, and those that it (or we: `<`) write as six
const TWO = /["\\\b\f\n\r\t]/g
const SIX = /[\u0000-\u0007\u000b\u000e-\u001f<]/g

/**
 * What a text takes in the page.
 *
 * @since 0.1.0
 * @category getters
 */
export const textBytes = (text: string | null): number =>
  text === null
    ? 4
    : 2 + encoder.encode(text).length + (text.match(TWO)?.length ?? 0) + 5 * (text.match(SIX)?.length ?? 0)

/**
 * @since 0.1.0
 * @category models
 */
export interface Fitting<A> {
  readonly kept: ReadonlyArray<A>
  readonly bytes: number
}

/**
 * The first of `items` that fit into `bytes`; with `skip` one that does not fit is passed over.
 *
 * @since 0.1.0
 * @category combinators
 */
export const fit = <A>(
  items: ReadonlyArray<A>,
  bytes: number,
  bytesOf: (item: A) => number,
  { skip = false }: { readonly skip?: boolean } = {}
): Fitting<A> => {
  const kept: Array<A> = []
  let used = 0
  for (const item of items) {
    const next = used + bytesOf(item)
    if (next <= bytes) {
      kept.push(item)
      used = next
    } else if (!skip) break
  }
  return { kept, bytes: used }
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Interned {
  readonly values: ReadonlyArray<string>
  readonly indexOf: (value: string) => number
}

/**
 * Numbers texts in the order in which they are first seen.
 *
 * @since 0.1.0
 * @category constructors
 */
export const interning = (): Interned => {
  const values: Array<string> = []
  const known = new Map<string, number>()
  const indexOf = (value: string) => {
    const before = known.get(value)
    if (before !== undefined) return before
    known.set(value, values.length)
    return values.push(value) - 1
  }
  return { values, indexOf }
}
