/**
 * What can become of a text on its way: cut, spliced, repeated, changed in a character or in a value.
 */
import { FastCheck } from "effect"

/** Anything at all, as a text that was decoded from bytes. */
export const anything: FastCheck.Arbitrary<string> = FastCheck.oneof(
  FastCheck.uint8Array({ maxLength: 200 }).map((bytes) => new TextDecoder().decode(bytes)),
  FastCheck.string({ unit: "binary", maxLength: 100 }),
  FastCheck.json()
)

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels)

/** Values that a reader may not be ready for, as JSON writes them, or nearly. */
export const odd: ReadonlyArray<string> = [
  ...[
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"../..\"",
    "\"__proto__\"",
    "NaN",
    "-Infinity"
  ],
  ...["0", "-0", "-1", "0.5", "1e999", "-1e999", "1e308", "2147483647", "2147483648", "4294967297", "9007199254740993"],
  ...[deep(3), deep(20_000), "{\"__proto__\":{\"line\":1}}"]
]

const NUMBER = /(?<=[\s:,[])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?=[\s,}\]])/gi
const VALUE = new RegExp(`${NUMBER.source}|"(?:[^"\\\\\\n]|\\\\.)*"(?!\\s*:)|\\b(?:true|false|null)\\b`, "gi")

const swapped = (text: string, values: RegExp, by: ReadonlyArray<string>): FastCheck.Arbitrary<string> => {
  const found = [...text.matchAll(values)]
  if (found.length === 0) return FastCheck.constant(text)
  return FastCheck.tuple(FastCheck.constantFrom(...found), FastCheck.constantFrom(...by)).map(([match, value]) =>
    text.slice(0, match.index) + value + text.slice(match.index + match[0].length)
  )
}

/** One value is another. */
export const withOtherValue = (text: string): FastCheck.Arbitrary<string> => swapped(text, VALUE, odd)

/** One number is another value. */
export const withOtherNumber = (text: string): FastCheck.Arbitrary<string> => swapped(text, NUMBER, odd)

/** The begin of a text that lacks more of it than white space. */
export const cut = (text: string): FastCheck.Arbitrary<string> =>
  FastCheck.nat(Math.max(0, text.trimEnd().length - 1)).map((length) => text.slice(0, length))

/** Any of these, and pieces that are missing, there twice, or of something else. */
export const mutated = (text: string): FastCheck.Arbitrary<string> => {
  const place = FastCheck.nat(text.length)
  const span = FastCheck.tuple(place, place).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  return FastCheck.oneof(
    cut(text),
    withOtherValue(text),
    withOtherNumber(text),
    span.map(([from, to]) => text.slice(0, from) + text.slice(to)),
    span.map(([from, to]) => text.slice(0, to) + text.slice(from)),
    FastCheck.tuple(place, anything).map(([at, piece]) => text.slice(0, at) + piece + text.slice(at)),
    FastCheck.tuple(place, FastCheck.nat(0xffff)).map(([at, unit]) =>
      text.slice(0, at) + String.fromCharCode(unit) + text.slice(at + 1)
    )
  )
}

/** A text that was recorded, changed, or no such text at all. */
export const outputs = (recorded: string): FastCheck.Arbitrary<string> =>
  FastCheck.oneof({ weight: 4, arbitrary: mutated(recorded) }, { weight: 1, arbitrary: anything })
