/**
 * What the syntax tree of one file says. Depends on the content alone, so it is stored once by content.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"

/**
 * A function or method. Lines are 1-based and inclusive; decorators belong to it.
 *
 * @since 0.1.0
 * @category models
 */
export interface FunctionFacts {
  /** `Class.method`, `outer.<locals>.inner`: as `__qualname__`. */
  readonly qualifiedName: string
  readonly startLine: number
  readonly endLine: number
  /** Without the first parameter of a method (`self`, `cls`); `*args` and `**kwargs` count. */
  readonly parameters: number
  readonly annotatedParameters: number
  readonly returnAnnotated: boolean
}

/**
 * An imported module, as written.
 *
 * @since 0.1.0
 * @category models
 */
export interface ImportFacts {
  /** `a.b`; empty for `from . import x`. */
  readonly module: string
  /** Leading dots. */
  readonly level: number
  /** Names after `import` in a `from` import; `*` for all; empty for `import a.b`. */
  readonly names: ReadonlyArray<string>
  readonly line: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface SyntaxFacts {
  readonly functions: ReadonlyArray<FunctionFacts>
  readonly imports: ReadonlyArray<ImportFacts>
  /** The first place the parser could not make sense of; the facts are of the rest. */
  readonly parseError: Option.Option<{ readonly line: number; readonly message: string }>
}

/**
 * How far a file is typed: sums over its functions.
 *
 * @since 0.1.0
 * @category models
 */
export interface Typedness {
  readonly functions: number
  readonly parameters: number
  readonly annotatedParameters: number
  /** Functions with a return annotation. */
  readonly annotatedReturns: number
  /** Functions without any annotation. */
  readonly untypedFunctions: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const typedness = (facts: SyntaxFacts): Typedness => {
  const sum = (of: (each: FunctionFacts) => number) => facts.functions.reduce((total, each) => total + of(each), 0)
  return {
    functions: facts.functions.length,
    parameters: sum((each) => each.parameters),
    annotatedParameters: sum((each) => each.annotatedParameters),
    annotatedReturns: sum((each) => each.returnAnnotated ? 1 : 0),
    untypedFunctions: sum((each) => each.annotatedParameters === 0 && !each.returnAnnotated ? 1 : 0)
  }
}
