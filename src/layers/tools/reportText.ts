/**
 * The text of a report, and its JSON, with the place of what is wrong in it.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Jsonc from "jsonc-parser"
import { isUtf8 } from "node:buffer"
import * as PythonJson from "./pytest/pythonJson.js"

const LINE_FEED = 10

/** The first line (1-based) that is no UTF-8: a character does not go beyond the end of a line. */
const lineThatIsNot = (bytes: Uint8Array): number => {
  let line = 1
  let start = 0
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
    line++
  }
  return line
}

/**
 * UTF-8 with or without a byte order mark, or UTF-16 with one, as Windows PowerShell writes what it redirects. Left: what
 * is wrong.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (bytes: Uint8Array): Either.Either<string, string> => {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return Either.right(new TextDecoder("utf-16le").decode(bytes))
  if (first === 0xfe && second === 0xff) return Either.right(new TextDecoder("utf-16be").decode(bytes))
  return isUtf8(bytes)
    ? Either.right(new TextDecoder().decode(bytes))
    : Either.left(`line ${lineThatIsNot(bytes)} is not UTF-8`)
}

const MAX_PROBLEM = 300

/** What there is to say of a text that somebody else wrote: in one line, not too long. */
const short = (problem: string) => problem.replaceAll(/\s+/g, " ").trim().slice(0, MAX_PROBLEM)

/** An error may show all of a value, and one that is nested too deeply cannot be shown. */
const messageOf = Option.liftThrowable(({ message }: Error) => message)

/** Of a text that is read once more to say where it is wrong. */
const MAX_SEARCHED = 32 * 1024 * 1024

const firstError = Option.liftThrowable((text: string): number | undefined => {
  let first: number | undefined
  Jsonc.visit(text, { onError: (_, offset) => first ??= offset }, { disallowComments: true })
  return first
})

/** The parser that is fast does not say where; none also for one that is nested too deeply to be visited. */
const placeOf = (text: string): string => {
  const offset = text.length > MAX_SEARCHED ? undefined : Option.getOrUndefined(firstError(text))
  if (offset === undefined) return ""
  const lines = text.slice(0, offset).split("\n")
  return ` at line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`
}

/** It quotes some of the text, and may say a position. The last of its lines is what the parser said. */
const said = (error: Error): string =>
  short(Option.getOrElse(messageOf(error), () => "it is nested too deeply").replace(/^[^]*└─ /, ""))
    .replace(/ at position \d+.*$/, "")

/**
 * JSON, also as Python writes it (with `NaN`). Left: what is wrong, and where.
 *
 * @since 0.1.0
 * @category decoding
 */
export const parse = (text: string): Either.Either<unknown, string> =>
  Either.mapLeft(PythonJson.parse(text), (error) => `it is no JSON: ${said(error)}${placeOf(text)}`)

/**
 * The same schema, whose error does not show a value that is something else altogether: that may be 100 MB of it. Of a
 * part that is wrong it says what it did.
 *
 * @since 0.1.0
 * @category schemas
 */
export const notShown = <A, I>(schema: Schema.Schema<A, I>, expected: string): Schema.Schema<A, I> =>
  schema.annotations({ message: () => `Expected ${expected}` })

const issuesOf = Option.liftThrowable(ParseResult.ArrayFormatter.formatErrorSync)

/**
 * A value by the schema of a report. Left: what is wrong, and where in the value: `errors.3.line`.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decodeValue = <A, I>(schema: Schema.Schema<A, I>) => {
  const decodeUnknown = Schema.decodeUnknownEither(schema)
  return (value: unknown): Either.Either<A, string> =>
    Either.mapLeft(decodeUnknown(value), (error) => {
      const [first] = Option.getOrElse(issuesOf(error), () => [])
      if (first === undefined) return "a value is nested too deeply"
      const where = first.path.map(String).join(".")
      return short(where === "" ? first.message : `${where}: ${first.message}`)
    })
}
