/**
 * From the paths that coverage has for files to those of the database: relative, real, each once.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CoverageContext, FileCoverage } from "../../../domain/CoverageReport.js"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { isBelow } from "../../repository/paths.js"
import * as Findings from "../findings.js"
import type { RawContext } from "./contexts.js"

/**
 * Path, as coverage has it -> relative and real; none when it is outside the repository.
 *
 * @since 0.1.0
 * @category models
 */
export type Places = ReadonlyMap<string, Option.Option<string>>

/**
 * Our own files (the plugin) have no place at all.
 *
 * @since 0.1.0
 * @category constructors
 */
export const placesOf = Effect.fnUntraced(function*(ctx: PipelineContext, names: ReadonlyArray<string>) {
  const path = yield* Path.Path
  const places: Places = yield* Findings.realPaths(
    ctx,
    names.filter((name) => !isBelow(ctx.paths.state, path.resolve(ctx.root, name)))
  )
  return places
})

/**
 * What has a place in the repository, under that.
 *
 * @since 0.1.0
 * @category constructors
 */
export const inside = <A>(
  places: Places,
  named: Iterable<readonly [string, A]>
): ReadonlyArray<readonly [string, A]> =>
  Array.from(named).flatMap(([name, value]) =>
    Option.toArray(places.get(name) ?? Option.none()).map((relPath) => [relPath, value] as const)
  )

const ascending = (lines: Iterable<number>): ReadonlyArray<number> => [...new Set(lines)].sort((a, b) => a - b)

const both = (one: FileCoverage, other: FileCoverage): FileCoverage => {
  const covered = new Set([...one.covered, ...other.covered])
  return {
    covered: ascending(covered),
    missing: ascending([...one.missing, ...other.missing].filter((line) => !covered.has(line)))
  }
}

/**
 * Of a file that was measured under several paths, a line is covered that was so under one of them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const filesOf = (
  coverages: Iterable<readonly [string, FileCoverage]>
): ReadonlyMap<string, FileCoverage> => {
  const files = new Map<string, FileCoverage>()
  for (const [relPath, coverage] of coverages) {
    const known = files.get(relPath)
    files.set(relPath, known === undefined ? coverage : both(known, coverage))
  }
  return files
}

const sorted = <A>(byName: ReadonlyMap<string, A>) => [...byName].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)

/**
 * By file, then by test; each of these pairs once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const contextsOf = (rows: ReadonlyArray<RawContext>, places: Places): ReadonlyArray<CoverageContext> => {
  const byFile = new Map<string, Map<string, ReadonlyArray<number>>>()
  for (const [relPath, { lines, testId }] of inside(places, rows.map((row) => [row.path, row] as const))) {
    const tests = byFile.get(relPath) ?? new Map<string, ReadonlyArray<number>>()
    const known = tests.get(testId)
    byFile.set(relPath, tests.set(testId, known === undefined ? lines : ascending([...known, ...lines])))
  }
  return sorted(byFile).flatMap(([relPath, tests]) =>
    sorted(tests).map(([testId, lines]) => ({ testId, relPath, lines }))
  )
}
