/**
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * The name of a tool as it is typed in a shell. Open, because a further checker is one more name: which names are known
 * is decided by the list of checkers, not by a type.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolName = Schema.String.pipe(Schema.pattern(/^[a-z][a-z0-9-]*$/))

/**
 * @since 0.1.0
 * @category models
 */
export type ToolName = typeof ToolName.Type

/**
 * The tools that are not checkers. Checkers name themselves.
 *
 * @since 0.1.0
 * @category models
 */
export const otherTools: ReadonlyArray<ToolName> = ["coverage", "pytest", "scip-python", "git", "python"]

/**
 * The name of a tool that names itself in its own way; none when nothing is left of it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toolNameFrom = (name: string): Option.Option<ToolName> =>
  Option.liftPredicate(
    name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^[^a-z]+|-+$/g, ""),
    (plain) => plain !== ""
  )
