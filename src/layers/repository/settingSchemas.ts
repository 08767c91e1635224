/**
 * What a setting looks like in a file and in a variable. Files have types (`enabled = false`, `timeout = 60`), a variable
 * has text (`CODEINTEL_RUFF_ENABLED=no`, `CODEINTEL_RUFF_TIMEOUT=60`).
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Levenshtein from "fastest-levenshtein"
import { Timeout } from "../../domain/Timeout.js"
import * as ShellWords from "./shellWords.js"

/**
 * Settings that belong to no tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface General {
  readonly python?: string
  readonly database?: string
  readonly provision?: boolean
  readonly untrusted?: boolean
  readonly paths?: Readonly<Record<string, ReadonlyArray<string>>>
}

/**
 * Settings of one tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tool {
  readonly enabled?: boolean
  readonly path?: string
  readonly args?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly timeout?: Duration.Duration
}

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Text = Schema.NonEmptyString.annotations({ message: () => "is empty" })

const yes: ReadonlyArray<string> = ["true", "yes", "on", "1"]
const no: ReadonlyArray<string> = ["false", "no", "off", "0"]

const Flag = Schema.transformOrFail(Schema.String, Schema.Boolean, {
  strict: true,
  decode: (text, _, ast) => {
    const word = text.trim().toLowerCase()
    return yes.includes(word)
      ? ParseResult.succeed(true)
      : no.includes(word)
      ? ParseResult.succeed(false)
      : ParseResult.fail(new ParseResult.Type(ast, text, `is none of ${[...yes, ...no].join(", ")}`))
  },
  encode: (on) => ParseResult.succeed(String(on))
})

const Words = Schema.transformOrFail(Schema.String, Schema.Array(Schema.String), {
  strict: true,
  decode: (text, _, ast) =>
    Either.mapLeft(ShellWords.parse(text), (problem) => new ParseResult.Type(ast, text, problem)),
  encode: (words) => ParseResult.succeed(ShellWords.print(words))
})

/**
 * @since 0.1.0
 * @category schemas
 */
export const GeneralInFile = Schema.Struct({
  python: optional(Text),
  database: optional(Text),
  provision: optional(Schema.Boolean),
  paths: optional(Schema.Record({ key: Schema.String, value: Schema.Array(Text) }))
})

/**
 * @since 0.1.0
 * @category schemas
 */
export const ToolInFile = Schema.Struct({
  enabled: optional(Schema.Boolean),
  path: optional(Text),
  args: optional(Schema.Array(Schema.String)),
  env: optional(Schema.Record({ key: Schema.String, value: Schema.String })),
  timeout: optional(Timeout)
})

/**
 * @since 0.1.0
 * @category schemas
 */
export const GeneralInVariables = Schema.Struct({
  python: optional(Text),
  database: optional(Text),
  provision: optional(Flag),
  untrusted: optional(Flag)
})

/**
 * Without `env`: a variable that holds variables would be hard to quote, and its names could not be told from ours.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolInVariables = Schema.Struct({
  enabled: optional(Flag),
  path: optional(Text),
  args: optional(Words),
  timeout: optional(Timeout)
})

/**
 * The first thing that is wrong with a table: where in it, what, and what to do about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Issue {
  readonly path: ReadonlyArray<PropertyKey>
  readonly problem: string
  readonly hint: string
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const unknownName = (path: ReadonlyArray<string>, known: ReadonlyArray<string>): Issue => {
  const word = path.at(-1) ?? ""
  const nearest = Levenshtein.closest(word, known)
  const isClose = Levenshtein.distance(word, nearest) <= Math.max(2, Math.floor(word.length / 3))
  return {
    path,
    problem: "is not a setting",
    hint: isClose
      ? `did you mean ${nearest}?`
      : known.length > 12
      ? "codeintel config prints every setting"
      : `there are ${known.join(", ")}`
  }
}

/**
 * Decodes a table; an unknown key is an issue.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = <A, I, F extends Schema.Struct.Fields>(
  schema: Schema.Schema<A, I> & { readonly fields: F }
) =>
(table: unknown): Either.Either<A, Issue> =>
  Either.mapLeft(
    Schema.decodeUnknownEither(schema, { onExcessProperty: "error" })(table),
    (error): Issue => {
      // a value that is nested too deeply for the stack cannot be formatted
      const issues = Option.liftThrowable(ParseResult.ArrayFormatter.formatErrorSync)(error)
      const [first] = Option.getOrElse(issues, () => [])
      if (first === undefined) return { path: [], problem: "is nested too deeply", hint: "" }
      return first._tag === "Unexpected"
        ? unknownName(first.path.map(String), Object.keys(schema.fields))
        : { path: first.path, problem: first.message, hint: "" }
    }
  )
