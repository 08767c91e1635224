/**
 * What tests, coverage, syntax and index say on two sides.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ChangedLines, Comparison } from "../../domain/Comparison.js"
import { linesOf } from "../../domain/lines.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import * as Alignment from "./alignment.js"
import { type FilePairs, touchedInHead } from "./filePairs.js"
import { becameOf, hasFacts, lookedAt, type SideFacts } from "./side.js"

const CoverageRow = Schema.Struct({
  rel_path: Schema.String,
  lines: Schema.NonNegativeInt,
  covered: Schema.NonNegativeInt
})

const TestRow = Schema.Struct({
  test_id: Schema.String,
  outcome: Schema.String,
  message: Schema.NullOr(Schema.String)
})

const SymbolRow = Schema.Struct({ symbol: Schema.String, rel_path: Schema.String })

/**
 * What the views that a connection shows say beside findings.
 *
 * @since 0.1.0
 * @category models
 */
export interface Measures {
  readonly coverage: ReadonlyMap<string, typeof CoverageRow.Type>
  readonly tests: ReadonlyMap<string, typeof TestRow.Type>
  readonly functions: ReadonlyArray<typeof SymbolRow.Type>
  readonly symbols: ReadonlyArray<typeof SymbolRow.Type>
}

const among = (column: string) => `${column} IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`

/**
 * Of the snapshot whose views `connection` shows; functions and symbols of these files alone.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fn("compare.measures")(function*(connection: Connection, relPaths: ReadonlyArray<string>) {
  const files = JSON.stringify(relPaths)
  const coverage = yield* rowsOf(connection)(
    "SELECT rel_path, count(*) AS lines, count(*) FILTER (covered) AS covered FROM coverage_lines GROUP BY rel_path",
    CoverageRow
  )
  // a test has two results when it ran and its teardown failed: what is worse counts
  const tests = yield* rowsOf(connection)(
    `SELECT test_id, outcome, message FROM test_profile
    QUALIFY row_number() OVER (PARTITION BY test_id ORDER BY outcome NOT IN ('error', 'crashed'), message IS NULL) = 1`,
    TestRow
  )
  const functions = yield* rowsOf(connection)(
    `SELECT qualified_name AS symbol, rel_path FROM functions WHERE ${among("rel_path")} ORDER BY rel_path, start_line`,
    SymbolRow,
    [files]
  )
  const symbols = yield* rowsOf(connection)(
    `SELECT DISTINCT symbol, rel_path FROM symbols WHERE symbol NOT LIKE 'local %' AND ${among("rel_path")}
    ORDER BY rel_path, symbol`,
    SymbolRow,
    [files]
  )
  const measures: Measures = {
    coverage: new Map(coverage.map((row) => [row.rel_path, row])),
    tests: new Map(tests.map((row) => [row.test_id, row])),
    functions,
    symbols
  }
  return measures
})

/** Why a tool has no facts on one of the sides; NULL: it has, on both. */
const missing = (tool: string, base: SideFacts, head: SideFacts): string | null => {
  const [one, other] = [base.tools.get(tool), head.tools.get(tool)]
  if (!hasFacts(one)) return becameOf(tool, one, "base")
  return hasFacts(other) ? null : becameOf(tool, other, "head")
}

const changesOf = (
  base: ReadonlyArray<typeof SymbolRow.Type>,
  head: ReadonlyArray<typeof SymbolRow.Type>,
  files: FilePairs
) => {
  const keyOf = (symbol: string, relPath: string) => JSON.stringify([symbol, relPath])
  const before = new Set(base.map(({ rel_path, symbol }) => keyOf(symbol, rel_path)))
  const after = new Set(head.map(({ rel_path, symbol }) => keyOf(symbol, rel_path)))
  return {
    added: head.filter(({ rel_path, symbol }) => !before.has(keyOf(symbol, files.toBase.get(rel_path) ?? rel_path)))
      .map(({ rel_path, symbol }) => ({ symbol, relPath: rel_path })),
    removed: base.filter(({ rel_path, symbol }) => !after.has(keyOf(symbol, files.toHead.get(rel_path) ?? rel_path)))
      .map(({ rel_path, symbol }) => ({ symbol, relPath: rel_path }))
  }
}

const total = (rows: ReadonlyMap<string, typeof CoverageRow.Type>, of: "lines" | "covered") =>
  [...rows.values()].reduce((sum, row) => sum + row[of], 0)

/**
 * @since 0.1.0
 * @category constructors
 */
export const compare = (
  base: SideFacts,
  head: SideFacts,
  files: FilePairs,
  measures: { readonly base: Measures; readonly head: Measures }
): Pick<Comparison, "coverage" | "tests" | "functions" | "symbols"> => {
  const noCoverage = missing("coverage", base, head)
  const noTests = missing("pytest", base, head)
  const noSymbols = missing("scip-python", base, head)

  const coverage = () => {
    const { base: before, head: after } = { base: measures.base.coverage, head: measures.head.coverage }
    const paths = [...new Set([...after.keys(), ...[...before.keys()].map((each) => files.toHead.get(each) ?? each)])]
    const changed = paths.sort().flatMap((relPath) => {
      const one = before.get(files.toBase.get(relPath) ?? relPath)
      const other = after.get(relPath)
      return one?.lines === other?.lines && one?.covered === other?.covered ? [] : [{
        relPath,
        baseLines: one?.lines ?? null,
        baseCovered: one?.covered ?? null,
        headLines: other?.lines ?? null,
        headCovered: other?.covered ?? null
      }]
    })
    return {
      baseLines: total(before, "lines"),
      baseCovered: total(before, "covered"),
      headLines: total(after, "lines"),
      headCovered: total(after, "covered"),
      files: changed
    }
  }

  const tests = () => {
    const { base: { tests: before }, head: { tests: after } } = measures
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((testId) => {
      const [one, other] = [before.get(testId), after.get(testId)]
      return one?.outcome === other?.outcome
        ? []
        : [{ testId, base: one?.outcome ?? null, head: other?.outcome ?? null, message: other?.message ?? null }]
    })
  }

  return {
    coverage: { value: noCoverage === null ? coverage() : null, reason: noCoverage },
    tests: { value: noTests === null ? tests() : null, reason: noTests },
    functions: changesOf(measures.base.functions, measures.head.functions, files),
    symbols: {
      value: noSymbols === null ? changesOf(measures.base.symbols, measures.head.symbols, files) : null,
      reason: noSymbols
    }
  }
}

const StatementRow = Schema.Struct({ rel_path: Schema.String, lineno: Schema.Int, covered: Schema.Boolean })

/**
 * Whether tests ran the lines that the head has and the base has not, as coverage of the head says. `connection` shows the
 * head. A statement counts by its first line.
 *
 * @since 0.1.0
 * @category constructors
 */
export const changedLines = Effect.fn("compare.changedLines")(function*(
  connection: Connection,
  base: SideFacts,
  head: SideFacts,
  files: FilePairs,
  textOf: (contentHash: string) => string
) {
  const run = head.tools.get("coverage")
  if (!hasFacts(run)) return { value: null, reason: becameOf("coverage", run, "head") }
  const relPaths = touchedInHead(files.changes)
  const statements = yield* rowsOf(connection)(
    `SELECT rel_path, lineno, covered FROM coverage_lines WHERE ${among("rel_path")} ORDER BY rel_path, lineno`,
    StatementRow,
    [JSON.stringify(relPaths)]
  )
  const unmeasured: Array<{ readonly relPath: string; readonly reason: string }> = []
  const measured: Array<ChangedLines["files"][number]> = []
  for (const relPath of relPaths) {
    const looked = lookedAt(head, "coverage", relPath)
    const { measured: isMeasured, reason } = looked._tag === "Some" ? looked.value : { measured: null, reason: null }
    if (isMeasured !== true) {
      unmeasured.push({ relPath, reason: reason ?? "not measured" })
      continue
    }
    const linesIn = (side: SideFacts, path: string | undefined) =>
      path === undefined ? [] : linesOf(textOf(side.modules.get(path)?.contentHash ?? ""))
    const isNew = new Set(
      Alignment.make(linesIn(base, files.toBase.get(relPath)), linesIn(head, relPath)).added
    )
    const theirs = statements.filter((row) => row.rel_path === relPath && isNew.has(row.lineno))
    if (theirs.length === 0) continue
    measured.push({
      relPath,
      lines: theirs.length,
      uncovered: theirs.filter(({ covered }) => !covered).map(({ lineno }) => lineno)
    })
  }
  const lines = measured.reduce((sum, file) => sum + file.lines, 0)
  const value: ChangedLines = {
    lines,
    covered: lines - measured.reduce((sum, { uncovered }) => sum + uncovered.length, 0),
    files: measured,
    unmeasured
  }
  return { value, reason: null }
})
