/**
 * What the syntax tree of a Python file says.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { Declaration } from "../domain/Declaration.js"
import type { Outline } from "../domain/Outline.js"
import type { SyntaxFacts } from "../domain/SyntaxFacts.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class PythonSyntax extends Context.Tag("codeintel/PythonSyntax")<PythonSyntax, {
  /** Total: a file that does not parse has `parseError`, and facts of what could be made sense of. */
  readonly analyze: (source: string) => Effect.Effect<SyntaxFacts>
  /** What others can see of a file, in its order. None for a file that does not parse: what it declares is not known. */
  readonly declarations: (source: string) => Effect.Effect<Option.Option<ReadonlyArray<Declaration>>>
  /** Where functions and classes stand; of a file that does not parse, those that could be made sense of. */
  readonly outline: (source: string) => Effect.Effect<Outline>
}>() {}
