/**
 * TOML with the line of what is wrong in it.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Toml from "smol-toml"

/**
 * A table as it was parsed, nothing known of its values.
 *
 * @since 0.1.0
 * @category models
 */
export type Table = { readonly [key: string]: unknown }

/**
 * @since 0.1.0
 * @category errors
 */
export class TomlSyntaxError extends Data.TaggedError("TomlSyntaxError")<{
  /** 1-based. */
  readonly line: number
  readonly problem: string
}> {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const parse = (text: string): Either.Either<Table, TomlSyntaxError> =>
  Either.try({
    try: () => Toml.parse(text),
    catch: (error) =>
      error instanceof Toml.TomlError
        // the message goes on with a picture of the place, in several lines
        ? new TomlSyntaxError({
          line: error.line,
          problem: error.message.replace(/^Invalid TOML document: /, "").replace(/\n[^]*/, "")
        })
        : new TomlSyntaxError({ line: 1, problem: String(error) })
  })

/**
 * What is at `path` below a table; none also where a part of the path is no table.
 *
 * @since 0.1.0
 * @category getters
 */
export const at = (table: unknown, path: ReadonlyArray<PropertyKey>): Option.Option<unknown> =>
  path.reduce<Option.Option<unknown>>(
    (found, key) =>
      Option.flatMap(
        found,
        (value) =>
          Predicate.isObject(value) && Object.hasOwn(value, key) ? Option.some(Reflect.get(value, key)) : Option.none()
      ),
    Option.some(table)
  )

/** Of text that is parsed to find a line: a message does not take longer than the work. */
const SEARCHED_CHARACTERS = 32 * 1024 * 1024

/**
 * The line (1-based) where `path` is first said. The parser does not tell, so it is asked: a key begins after the
 * longest prefix of lines that parses and does not have it. Meant for error messages: none in a file so large that it
 * would be looked for for seconds.
 *
 * @since 0.1.0
 * @category getters
 */
export const lineOf = (text: string, path: ReadonlyArray<PropertyKey>): Option.Option<number> => {
  const lines = text.split(/\r?\n/)
  let searched = 0
  const prefix = (count: number) => {
    const first = lines.slice(0, count).join("\n")
    searched += first.length + 1
    return parse(first)
  }
  const has = (table: Table) => Option.isSome(at(table, path))
  if (Option.isNone(Option.flatMap(Either.getRight(prefix(lines.length)), (table) => at(table, path)))) {
    return Option.none()
  }
  // No prefix of up to `below` lines has it, one of `above` lines does. One that ends within a value does not parse.
  let without = 0
  let below = 0
  let above = lines.length
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2)
    let count = middle
    let found = prefix(count)
    while (Either.isLeft(found) && count > below + 1 && searched < SEARCHED_CHARACTERS) found = prefix(--count)
    if (searched >= SEARCHED_CHARACTERS) return Option.none()
    if (Either.isRight(found) && has(found.right)) {
      above = count
    } else {
      if (Either.isRight(found)) without = count
      below = middle
    }
  }
  return Option.some(without + 1)
}
