/**
 * `PythonSyntax` by tree-sitter. It survives syntax errors, knows every version of Python at once, and needs no Python.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Parser } from "web-tree-sitter"
import type { Outline } from "../domain/Outline.js"
import type { SyntaxFacts } from "../domain/SyntaxFacts.js"
import { PythonSyntax } from "../services/PythonSyntax.js"
import { declarationsOf } from "./syntax/declarations.js"
import { loadParser } from "./syntax/grammar.js"
import { outlineOf } from "./syntax/outline.js"
import { firstProblem } from "./syntax/parseError.js"
import { collectStatements, type Complaint } from "./syntax/statements.js"

/**
 * A file with more UTF-16 units is not parsed. A tree takes 20 to 350 bytes a unit, the WebAssembly memory it is in never
 * shrinks, and beyond 2 GiB every later parse of the process would fail too.
 *
 * @since 0.1.0
 * @category config
 */
export const MAX_UNITS = 4_000_000

/**
 * Of 100 steps of the parser each; code takes 2 to 8 per 1,000 units, tables of data up to 60. Not a time, since the facts are stored by
 * content: the same content must give the same facts on a busy machine.
 *
 * @since 0.1.0
 * @category config
 */
export const MAX_STEPS = 100_000

const nothing = (message: string): SyntaxFacts => ({
  functions: [],
  imports: [],
  parseError: Option.some({ line: 1, message })
})

const parse = (parser: Parser, source: string) =>
  Effect.sync(() => {
    let steps = 0
    const tree = parser.parse(source, null, { progressCallback: () => ++steps > MAX_STEPS })
    // else the next parse would go on with this one
    if (tree === null) parser.reset()
    return tree
  })

const earliest = (problems: ReadonlyArray<Complaint | undefined>): Option.Option<Complaint> =>
  Option.fromNullable(
    problems.filter((each) => each !== undefined).reduce<Complaint | undefined>(
      (first, each) => first === undefined || each.line < first.line ? each : first,
      undefined
    )
  )

const nullByte = (source: string): Complaint | undefined => {
  const at = source.indexOf("\0")
  return at < 0 ? undefined : { line: source.slice(0, at).split("\n").length, message: "null byte" }
}

// a carriage return alone ends a line in Python, and not in the grammar
const withNewlines = (text: string) => text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.gen(function*() {
  // Not `Effect.cached`: it replays the fiber refs of the first caller, an interruption among them.
  const parser = yield* Effect.cachedWithTTL(loadParser, Duration.infinity)

  const analyze = Effect.fnUntraced(function*(text: string) {
    if (text.length > MAX_UNITS) return nothing(`too large to parse: more than ${MAX_UNITS / 1e6} million characters`)
    const source = withNewlines(text)

    return yield* Effect.acquireUseRelease(
      Effect.flatMap(parser, (parser) => parse(parser, source)),
      (tree) =>
        tree === null ? Effect.succeed(nothing("too complex to parse")) : Effect.acquireUseRelease(
          Effect.sync(() => tree.walk()),
          (cursor) =>
            Effect.sync(() => {
              const sound = !tree.rootNode.hasError
              const { complaint, functions, imports } = collectStatements(cursor, sound)
              const problem = sound ? undefined : firstProblem(cursor, source)
              const facts: SyntaxFacts = {
                functions,
                imports,
                parseError: earliest([nullByte(source), complaint, problem])
              }
              return facts
            }),
          (cursor) => Effect.sync(() => cursor.delete())
        ),
      (tree) => Effect.sync(() => tree?.delete())
    )
  })

  const declarations = Effect.fnUntraced(function*(text: string) {
    if (text.length > MAX_UNITS) return Option.none()
    return yield* Effect.acquireUseRelease(
      Effect.flatMap(parser, (parser) => parse(parser, withNewlines(text))),
      (tree) =>
        Effect.sync(() =>
          tree === null || tree.rootNode.hasError ? Option.none() : Option.some(declarationsOf(tree.rootNode))
        ),
      (tree) => Effect.sync(() => tree?.delete())
    )
  })

  const outline = Effect.fnUntraced(function*(text: string) {
    const empty: Outline = { definitions: [], exported: Option.none() }
    if (text.length > MAX_UNITS) return empty
    return yield* Effect.acquireUseRelease(
      Effect.flatMap(parser, (parser) => parse(parser, withNewlines(text))),
      (tree) => Effect.sync(() => tree === null ? empty : outlineOf(tree.rootNode)),
      (tree) => Effect.sync(() => tree?.delete())
    )
  })

  return PythonSyntax.of({ analyze, declarations, outline })
})

/**
 * Loads the grammar when the first file is analysed.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<PythonSyntax> = Layer.effect(PythonSyntax, make)
