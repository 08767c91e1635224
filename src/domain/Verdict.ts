/**
 * What a gate says, as `codeintel gate --format json` prints it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ComparedFinding, Comparison } from "./Comparison.js"
import { Severity } from "./Diagnostic.js"

/**
 * What a gate lets pass. Rules and tools are names, `*` stands for any part of one.
 *
 * @since 0.1.0
 * @category models
 */
export const GateRules = Schema.Struct({
  /** New findings of this severity or a worse one fail. */
  severity: Severity,
  /** Checkers that count; empty: all that are enabled. */
  tools: Schema.Array(Schema.String),
  /** Rules that count; empty: all. */
  rules: Schema.Array(Schema.String),
  /** Rules that do not count. */
  ignoredRules: Schema.Array(Schema.String),
  /** Share of changed lines that tests must run, in percent; NULL: not asked for. */
  minimumCoverage: Schema.NullOr(Schema.Number.pipe(Schema.between(0, 100)))
})

/**
 * @since 0.1.0
 * @category models
 */
export type GateRules = typeof GateRules.Type

/**
 * - `passed`: nothing new, and all that had to be looked at was (exit 0)
 * - `failed`: new findings, or too few changed lines are covered (exit 1)
 * - `refused`: what was measured is not enough to say either (exit 3); `reasons` says why
 *
 * @since 0.1.0
 * @category models
 */
export const Verdict = Schema.Struct({
  verdict: Schema.Literal("passed", "failed", "refused"),
  /** One line each; empty when it passed. */
  reasons: Schema.Array(Schema.String),
  /** New findings that count. */
  findings: Schema.Array(ComparedFinding),
  /** New findings that the rules of the gate let pass. */
  passedOver: Schema.NonNegativeInt,
  rules: GateRules,
  comparison: Comparison,
  /** Path of the repository within the working tree of git, with a slash at its end; empty: they are the same. */
  prefix: Schema.String,
  /** Seconds that each part took: measuring the base, measuring the present, comparing. */
  seconds: Schema.Struct({ base: Schema.Number, head: Schema.Number, compare: Schema.Number })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Verdict = typeof Verdict.Type

/**
 * What a command that judges ends with.
 *
 * @since 0.1.0
 * @category constants
 */
export const exitCodes = { passed: 0, failed: 1, refused: 3 } as const satisfies Record<Verdict["verdict"], number>
