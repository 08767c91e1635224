/**
 * What the syntax tree of a Python file says.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { SyntaxFacts } from "../domain/SyntaxFacts.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class PythonSyntax extends Context.Tag("codeintel/PythonSyntax")<PythonSyntax, {
  /** Total: a file that does not parse has `parseError`, and facts of what could be made sense of. */
  readonly analyze: (source: string) => Effect.Effect<SyntaxFacts>
}>() {}
