/**
 * Where the functions and classes of a Python file stand, and what is said around them: what a question about a place
 * needs to know. Not stored; read from the text when it is asked.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"

/**
 * A function, method or class. Lines are 1-based and inclusive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Definition {
  /** `Class.method`, `outer.<locals>.inner`: as `__qualname__`, and as `FunctionFacts` has it. */
  readonly qualifiedName: string
  readonly kind: "function" | "class"
  /** Decorators included. */
  readonly startLine: number
  /** Where the name stands. */
  readonly nameLine: number
  /** First line of the body: what is before it runs when the file is imported. */
  readonly bodyLine: number
  /** First line of the first statement after the docstring, which others read without a call; without one, of the body. */
  readonly codeLine: number
  /** Whether the body begins on a line of its own, unlike that of `def f(): pass`. */
  readonly isBlock: boolean
  readonly endLine: number
  /** From `def`, `async` or `class` to the colon. */
  readonly signature: string
  /** Without `@`, arguments included: `app.route("/")`. */
  readonly decorators: ReadonlyArray<string>
  /** As written: `Generic[T]`, `metaclass=Meta`. */
  readonly bases: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Outline {
  /** In the order of the file. */
  readonly definitions: ReadonlyArray<Definition>
  /** The strings in all that is assigned or added to `__all__`; none when there is no such name. */
  readonly exported: Option.Option<ReadonlyArray<string>>
}
