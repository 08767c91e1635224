/**
 * JSON as Python's `json.dumps` writes it: with `NaN`, `Infinity` and `-Infinity`, which are no JSON.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

const parseStrict = Schema.decodeEither(Schema.parseJson())

/** What is no number becomes `null`; in a string it stays. */
const withoutSpecials = (text: string): string => {
  let inString = false
  return text.replace(/\\[^]|"|NaN|-?Infinity/g, (token) => {
    if (token === "\"") inString = !inString
    return inString || token === "\"" || token.startsWith("\\") ? token : "null"
  })
}

/**
 * The value of a text; a number that JSON does not have is `null` in it. Left: the text is neither.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (text: string): Either.Either<unknown, ParseResult.ParseError> =>
  Either.orElse(parseStrict(text), () => parseStrict(withoutSpecials(text)))
