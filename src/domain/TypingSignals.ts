/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Count = Schema.NullOr(Schema.NonNegativeInt)

/**
 * One row of the view `typing_signals`: what the checkers and the syntax tree say about one file. NULL is "not measured".
 *
 * @since 0.1.0
 * @category models
 */
export const TypingSignals = Schema.Struct({
  rel_path: Schema.String,
  pyright_errors: Count,
  pyrefly_errors: Count,
  ruff_errors: Count,
  /** NULL unless all three were measured: a sum of some would be a false number. */
  total_errors: Count,
  functions: Count,
  annotated_parameters: Count,
  parameters: Count,
  annotated_returns: Count,
  untyped_functions: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type TypingSignals = typeof TypingSignals.Type
