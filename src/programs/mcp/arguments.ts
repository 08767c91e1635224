/**
 * Arguments that several questions take.
 *
 * @since 0.1.0
 */
import * as Inspectable from "effect/Inspectable"
import * as Schema from "effect/Schema"
import { Day } from "../../domain/Day.js"

/** Answers are read by models: more than this is no answer. */
const MOST = 1000

/** Characters of a wrong value that are repeated. */
const SHOWN = 80

/**
 * What is said of a value that was not `wanted`.
 *
 * @since 0.1.0
 * @category annotations
 */
export const wrong = (wanted: string) => ({ actual }: { readonly actual: unknown }) => ({
  message: `give ${wanted}, not ${Inspectable.toStringUnknown(actual, 0).slice(0, SHOWN)}`,
  override: true
})

/**
 * How many are given one by one.
 *
 * @since 0.1.0
 * @category schemas
 */
export const limit = (what: string, fallback: number) =>
  Schema.optionalWith(
    Schema.Number.pipe(Schema.int(), Schema.between(1, MOST)).annotations({
      title: "limit",
      description: `${what}; a whole number from 1 to ${MOST}, ${fallback} unless given`,
      default: fallback,
      message: wrong(`a whole number from 1 to ${MOST}`)
    }),
    { exact: true, default: () => fallback }
  )

/**
 * A text that is not blank.
 *
 * @since 0.1.0
 * @category schemas
 */
export const text = (description: string) =>
  Schema.String.pipe(Schema.pattern(/\S/)).annotations({
    title: "text",
    description,
    message: wrong("a text that is not blank")
  })

/**
 * One of some words.
 *
 * @since 0.1.0
 * @category schemas
 */
export const choice = <A extends string>(schema: Schema.Literal<[A, ...Array<A>]>, description: string) =>
  schema.annotations({ description, message: wrong(`one of ${schema.literals.join(", ")}`) })

/**
 * @since 0.1.0
 * @category schemas
 */
export const flag = (description: string) =>
  Schema.optionalWith(
    Schema.Boolean.annotations({ description, default: false, message: wrong("true or false") }),
    { exact: true, default: () => false }
  )

/**
 * The first day whose changes count.
 *
 * @since 0.1.0
 * @category schemas
 */
export const since = Schema.optionalWith(
  Day.annotations({
    title: "day",
    description: "the first day whose changes count, as 2025-01-31; a year before the commit unless given",
    message: wrong("a day, as 2025-01-31")
  }),
  { exact: true }
)

/**
 * @since 0.1.0
 * @category schemas
 */
export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * Patterns as in a .gitignore; none unless given.
 *
 * @since 0.1.0
 * @category schemas
 */
export const patterns = (description: string) =>
  Schema.optionalWith(
    Schema.Array(Schema.String).annotations({
      title: "patterns",
      description,
      message: wrong("a list of patterns, as [\"*.md\"]")
    }),
    { exact: true, default: () => [] }
  )
