/**
 * Whether the working tree brings something new that should not be there.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ComparedFinding, Comparison } from "../domain/Comparison.js"
import { fromOn } from "../domain/Diagnostic.js"
import { matchesName, matchesOrAll } from "../domain/namePattern.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { GateRules, Verdict } from "../domain/Verdict.js"
import { Repositories } from "../services/Repositories.js"
import { LEFT_OUT } from "./checkAttempt.js"
import { compare } from "./compare/compare.js"
import { plural } from "./runRecord.js"
import { measureCommit, type Measured, measureWorktree } from "./snapshots.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface GateOptions {
  /** A revision of git. */
  readonly base: string
  /** Compare with `base` itself; else with the commit where the working tree branched off from it. */
  readonly exact?: boolean
  readonly rules: GateRules
}

/**
 * New findings of severity `error` fail, of every tool and rule; coverage is not asked for.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultRules: GateRules = {
  severity: "error",
  tools: [],
  rules: [],
  ignoredRules: [],
  minimumCoverage: null
}

/** Whether a finding counts. */
const counting = (rules: GateRules) => {
  const severities = fromOn(rules.severity)
  const [isTool, isRule, isIgnored] = [
    matchesOrAll(rules.tools),
    matchesOrAll(rules.rules),
    matchesName(rules.ignoredRules)
  ]
  return ({ rule, severity, tool }: ComparedFinding): boolean =>
    severities.includes(severity) && isTool(tool) && isRule(rule) && !isIgnored(rule)
}

const percent = (part: number, whole: number) => `${(100 * part / whole).toFixed(1)} %`

/** Why the comparison does not say enough to let anything pass. */
const refusals = (rules: GateRules, { changedLines, tools, unknown }: Comparison): ReadonlyArray<string> => {
  const [counts, isAsked] = [counting(rules), matchesOrAll(rules.tools)]
  const asked = tools.filter(({ tool }) => isAsked(tool))
  const absent = rules.tools.filter((pattern) => !tools.map(({ tool }) => tool).some(matchesName([pattern])))
  // what the configuration leaves out is not asked about; what could not be looked at is
  const open = unknown.filter((finding) => counts(finding) && finding.reason !== LEFT_OUT)
  const reasons = [
    ...absent.map((tool) => `${tool} is no checker that is enabled here`),
    ...tools.length === 0 ? ["no checker is enabled"] : [],
    ...asked.flatMap(({ concerns }) => concerns),
    ...open.slice(0, 1).map(({ reason, relPath, side, tool }) =>
      `${plural(open.length, "finding")} cannot be called new or old: ${tool} in ${relPath}, ${side}: ${reason}`
    )
  ]
  if (rules.minimumCoverage === null) return reasons
  if (changedLines.value === null) {
    return [...reasons, `coverage of changed lines: ${changedLines.reason ?? "not measured"}`]
  }
  const unmeasured = changedLines.value.unmeasured.filter(({ reason }) => reason !== LEFT_OUT)
  return [
    ...reasons,
    ...unmeasured.map(({ reason, relPath }) => `coverage says nothing of ${relPath}, which changed: ${reason}`)
  ]
}

/**
 * Judges a comparison. Refuses before it fails: what was not measured may hide more.
 *
 * @since 0.1.0
 * @category constructors
 */
export const judge = (comparison: Comparison, rules: GateRules): Pick<
  Verdict,
  "verdict" | "reasons" | "findings" | "passedOver"
> => {
  const findings = comparison.new.filter(counting(rules))
  const refused = refusals(rules, comparison)
  const failed: Array<string> = []
  if (findings.length > 0) failed.push(plural(findings.length, "new finding"))
  const lines = comparison.changedLines.value
  if (rules.minimumCoverage !== null && lines !== null && lines.lines > 0) {
    if (100 * lines.covered < rules.minimumCoverage * lines.lines) {
      const share = `${percent(lines.covered, lines.lines)} of ${plural(lines.lines, "changed line")}`
      failed.push(`tests run ${share}, less than ${rules.minimumCoverage} %`)
    }
  }
  return {
    verdict: refused.length > 0 ? "refused" : failed.length > 0 ? "failed" : "passed",
    reasons: [...refused, ...failed],
    findings,
    passedOver: comparison.new.length - findings.length
  }
}

/**
 * Measures the working tree and the base (the checkers alone; coverage too of the working tree, where the rules ask for
 * it, which runs the tests), and judges what is new.
 *
 * @since 0.1.0
 * @category programs
 */
export const gate = Effect.fn("gate")(function*(ctx: PipelineContext, options: GateOptions) {
  const { base: revision, exact = false, rules } = options
  const repositories = yield* Repositories
  const commit = yield* repositories.commitOf(ctx, revision, { branchedOff: !exact })
  const prefix = yield* repositories.prefix(ctx)
  const head = yield* measureWorktree(ctx, {
    only: rules.minimumCoverage === null ? ["typing"] : ["typing", "coverage"]
  })
  const isSame = !ctx.snapshot.dirty && Option.contains(ctx.snapshot.commit, commit)
  const base: Measured = isSame
    ? { name: revision, snapshotId: head.snapshotId, seconds: 0 }
    : yield* measureCommit(ctx, { name: revision, commit })
  const begun = yield* Clock.currentTimeMillis
  const comparison = yield* compare(ctx, { base, head })
  const seconds = ((yield* Clock.currentTimeMillis) - begun) / 1000
  const verdict: Verdict = {
    ...judge(comparison, rules),
    rules,
    comparison,
    prefix,
    seconds: { base: base.seconds, head: head.seconds, compare: seconds }
  }
  return verdict
})
