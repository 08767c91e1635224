/**
 * A question as a value, and the tool that is made of it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as JSONSchema from "effect/JSONSchema"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { inertLines } from "../../domain/inert.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { McpResult, McpTool, ObjectSchema } from "../../services/McpServer.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Question<A, I, B, J extends Readonly<Record<string, unknown>>, E, R> {
  readonly name: string
  readonly title: string
  /** For who has to choose one of several: what it answers, and when to ask it. */
  readonly description: string
  /** A struct. The description of a field says what to give, also to who gave something else. */
  readonly input: Schema.Schema<A, I>
  readonly output: Schema.Schema<B, J>
  /** The context is of the repository as it is now. */
  readonly answer: (ctx: PipelineContext, asked: A) => Effect.Effect<B, E, R>
  /** The same for who reads, without colours. */
  readonly render: (answer: B) => string
}

/**
 * The same value: types follow from it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const question = <A, I, B, J extends Readonly<Record<string, unknown>>, E, R>(
  given: Question<A, I, B, J, E, R>
): Question<A, I, B, J, E, R> => given

/** Of a union the type of the whole is not said; a client looks for it. */
const objectSchema = (schema: Schema.Schema.All): ObjectSchema => ({
  ...JSONSchema.make(schema as Schema.Schema.Any),
  type: "object"
})

const Described = Schema.Struct({
  properties: Schema.Record({ key: Schema.String, value: Schema.Struct({ description: Schema.String }) }),
  required: Schema.Array(Schema.String)
})

/** A line for each argument: what to give. */
const argumentLines = (inputSchema: ObjectSchema): ReadonlyArray<string> => {
  const { properties, required } = Schema.decodeUnknownSync(Described)(inputSchema)
  const lines = Object.entries(properties).map(([name, { description }]) =>
    `  ${name}${required.includes(name) ? " (required)" : ""}: ${description}`
  )
  return lines.length === 0 ? ["it takes no arguments"] : ["it takes", ...lines]
}

const problemLines = (error: ParseResult.ParseError): ReadonlyArray<string> => {
  const problems = ParseResult.ArrayFormatter.formatErrorSync(error)
  return problems.map(({ _tag, message, path }) =>
    `  ${path.map(String).join(".") || "the arguments"}: ${
      _tag === "Unexpected" ? "there is no such argument" : message
    }`
  )
}

const refusal = (text: string): McpResult => ({ _tag: "Refusal", text: inertLines(text) })

/**
 * `open`: the repository as it is when it is asked about. Wrong arguments and failures are refusals that say what to do.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toolOf =
  <E2 extends { readonly message: string }, R2>(open: Effect.Effect<PipelineContext, E2, R2>) =>
  <A, I, B, J extends Readonly<Record<string, unknown>>, E extends { readonly message: string }, R>(
    { answer, description, input, name, output, render, title }: Question<A, I, B, J, E, R>
  ): McpTool<R | R2> => {
    const inputSchema = objectSchema(input)
    const decode = Schema.decodeUnknown(input, { errors: "all", onExcessProperty: "error" })
    const encode = Schema.encode(output)
    return {
      name,
      title,
      description,
      inputSchema,
      outputSchema: objectSchema(output),
      call: Effect.fn(`mcp.${name}`)(
        function*(given: unknown) {
          const asked = yield* decode(given)
          const found = yield* answer(yield* open, asked)
          // ours to give: another shape is a bug
          const structured = yield* Effect.orDie(encode(found))
          const result: McpResult = { _tag: "Answer", structured, text: inertLines(render(found)) }
          return result
        },
        Effect.catchAll((error) =>
          Effect.succeed(
            ParseResult.isParseError(error)
              ? refusal([`${name}: wrong arguments`, ...problemLines(error), ...argumentLines(inputSchema)].join("\n"))
              : refusal(error.message)
          )
        )
      )
    }
  }
