/**
 * The end of every check: from what a checker's file made of the output to a `CheckReport`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CheckReport } from "../../domain/CheckReport.js"
import type { Diagnostic } from "../../domain/Diagnostic.js"
import type { ToolRunResult } from "../../domain/ToolInvocation.js"
import type { CheckSession } from "./checker.js"
import * as Findings from "./findings.js"

/**
 * What a checker's file read in the output.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reading {
  readonly unit: Findings.ColumnUnit
  readonly findings: ReadonlyArray<Findings.RawFinding>
  /** Right: the files that the tool says it looked at, as it names them. Left: why there is no such list. */
  readonly listed: Either.Either<ReadonlyArray<string>, string>
  /** Files that it could not look at, as it names them -> why. */
  readonly failed: ReadonlyMap<string, string>
  readonly filesAnalyzed: Option.Option<number>
  /** None: the tool does not judge imports, or may have been configured not to. */
  readonly unresolvedImports: (diagnostics: ReadonlyArray<Diagnostic>) => Option.Option<number>
  /** Over those of the session. */
  readonly notices: ReadonlyArray<string>
}

/**
 * The version, to be asked for beside the check. A tool that does not say has none, and its findings stand.
 *
 * @since 0.1.0
 * @category constructors
 */
export const versionOf = (session: CheckSession): Effect.Effect<Option.Option<string>> => Effect.option(session.version)

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("report.make")(function*(
  session: CheckSession,
  result: ToolRunResult,
  version: Option.Option<string>,
  reading: Reading
) {
  const { ctx, location } = session
  const normalized = yield* Findings.normalize(ctx, location.tool, reading.unit, reading.findings)
  const real = yield* Findings.realPaths(ctx, [
    ...Either.getOrElse(reading.listed, () => []),
    ...reading.failed.keys()
  ])
  const realPath = (file: string) => Option.toArray(real.get(file) ?? Option.none())

  const unmeasured = new Map(
    [...reading.failed].flatMap(([file, why]) => realPath(file).map((relPath) => [relPath, why] as const))
  )
  const measured = Either.map(reading.listed, (files): ReadonlySet<string> => {
    // a file with a finding was looked at, listed or not (an import that was followed)
    const looked = new Set([...files.flatMap(realPath), ...normalized.diagnostics.map((finding) => finding.relPath)])
    for (const relPath of unmeasured.keys()) looked.delete(relPath)
    return looked
  })
  const report: CheckReport = {
    ...normalized,
    execution: {
      executable: location.identity,
      version,
      args: result.args,
      cwd: ctx.root,
      startedAt: result.startedAt,
      durationMs: result.durationMs,
      exitCode: result.exitCode
    },
    measured,
    unmeasured,
    filesAnalyzed: reading.filesAnalyzed,
    unresolvedImports: reading.unresolvedImports(normalized.diagnostics),
    notices: [...session.notices, ...reading.notices]
  }
  return report
})

/**
 * Warnings of a tool as notices: the first few of those that differ, and how many more there are.
 *
 * @since 0.1.0
 * @category constructors
 */
export const warnings = (tool: string, lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const distinct = [...new Set(lines)]
  const shown = distinct.slice(0, 3).map((line) => `${tool}: ${line}`)
  return distinct.length > shown.length ? [...shown, `${tool}: ${distinct.length - shown.length} more warnings`] : shown
}
