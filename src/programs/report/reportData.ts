/**
 * What of all that is stored goes into a report.
 *
 * @since 0.1.0
 */
import type {
  ReportCheck,
  ReportData,
  ReportDetail,
  ReportFile,
  ReportFinding,
  ReportFunction,
  ReportLeftOut,
  ReportRule,
  ReportTest
} from "../../domain/ReportData.js"
import { BUDGET, fit, interning, textBytes } from "./budget.js"
import type { Stored, StoredCheck, StoredFile } from "./stored.js"

/** A tool may say anything about why. */
const MAX_REASON = 4000

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, each) => total + each, 0)

const findingsOf = ({ errors, others }: Pick<ReportCheck, "errors" | "others">) => (errors ?? 0) + (others ?? 0)

/** Ascending lines as text: `1-5,8`. */
export const rangesOf = (lines: ReadonlyArray<number>): string => {
  const ranges: Array<{ readonly first: number; last: number }> = []
  for (const line of lines) {
    const range = ranges.at(-1)
    if (range !== undefined && line === range.last + 1) range.last = line
    else ranges.push({ first: line, last: line })
  }
  return ranges.map(({ first, last }) => first === last ? `${first}` : `${first}-${last}`).join(",")
}

const maybeRanges = (lines: ReadonlyArray<number> | null) => lines === null ? null : rangesOf(lines)

const key = (...parts: ReadonlyArray<string>) => parts.join("\0")

/**
 * The parts that fit, with indexes into each other. Without the sources, which `room` is for: bytes that are left.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parts = (stored: Stored) => {
  const leftOut: Array<ReportLeftOut> = []
  const kept = <A>(
    what: ReportLeftOut["what"],
    all: number,
    bytes: number,
    items: ReadonlyArray<A>,
    of: (item: A) => number
  ) => {
    const fitting = fit(items, bytes, of)
    if (fitting.kept.length < all) leftOut.push({ what, shown: fitting.kept.length, of: all })
    return fitting
  }

  const { reindexed: _, tools, ...summary } = stored.summary
  const runOf = new Map(stored.runs.map((run) => [run.tool, run]))
  const checkers = [...new Set(stored.checks.map(({ tool }) => tool))].sort()
  const checksOf = new Map<string, Map<string, StoredCheck>>()
  for (const check of stored.checks) {
    const ofFile = checksOf.get(check.path) ?? new Map<string, StoredCheck>()
    checksOf.set(check.path, ofFile.set(check.tool, check))
  }
  const findingsIn = (path: string) => sum([...(checksOf.get(path)?.values() ?? [])].map(findingsOf))

  const reasons = interning()
  const reasonOf = (reason: string | null) => reason === null ? null : reasons.indexOf(reason)
  const toFile = (file: StoredFile): ReportFile => ({
    path: file.path,
    module: file.module,
    lines: file.lines,
    parseError: file.parseError,
    parseErrorLine: file.parseErrorLine,
    checks: checkers.map((tool) => {
      const { errors = null, others = null, reason = null } = checksOf.get(file.path)?.get(tool) ?? {}
      return { errors, others, reason: reasonOf(reason) }
    }),
    covered: file.covered,
    missing: file.missing,
    coverageReason: reasonOf(file.coverageReason),
    functions: file.functions,
    parameters: file.parameters,
    annotatedParameters: file.annotatedParameters,
    annotatedReturns: file.annotatedReturns,
    untyped: file.untyped
  })
  // those with findings, then the largest
  const byWeight = [...stored.files].sort((a, b) => findingsIn(b.path) - findingsIn(a.path) || b.lines - a.lines)
  const density = ({ bytes, path }: StoredFile) => findingsIn(path) / Math.max(1, bytes)
  const seen = new Set<string>()
  const reasonBytes = (reason: string | null) => {
    if (reason === null || seen.has(reason)) return 6
    seen.add(reason)
    return 6 + textBytes(reason)
  }
  const fileBytes = (file: StoredFile) =>
    200 + textBytes(file.path) + textBytes(file.module) + textBytes(file.parseError) +
    reasonBytes(file.coverageReason) +
    sum(checkers.map((tool) => 40 + reasonBytes(checksOf.get(file.path)?.get(tool)?.reason ?? null)))
  const files = kept("files", stored.files.length, BUDGET.files, byWeight, fileBytes)
  const storedFiles = [...files.kept].sort((a, b) => a.path < b.path ? -1 : 1)
  const indexOfFile = new Map(storedFiles.map(({ path }, index) => [path, index]))
  const inFiles = <A extends { readonly path: string }>(items: ReadonlyArray<A>) =>
    items.flatMap((item) => {
      const file = indexOfFile.get(item.path)
      return file === undefined ? [] : [{ ...item, file }]
    })

  const rules = kept<ReportRule>(
    "rules",
    stored.rules.length,
    BUDGET.rules,
    stored.rules,
    ({ rule, tool }) => 90 + textBytes(rule) + textBytes(tool)
  )
  const indexOfRule = new Map(rules.kept.map(({ rule, tool }, index) => [key(tool, rule), index]))
  const allFindings = inFiles(stored.findings).flatMap(({ column, file, line, message, rule, severity, tool }) => {
    const index = indexOfRule.get(key(tool, rule))
    return index === undefined ? [] : [{ file, rule: index, severity, line, column, message }]
  })
  const findings = kept<ReportFinding>(
    "findings",
    stored.totals.findings,
    BUDGET.findings,
    allFindings,
    ({ message }) => 95 + textBytes(message)
  )

  const functions = kept<ReportFunction>(
    "functions",
    stored.totals.functions,
    BUDGET.functions,
    inFiles(stored.functions).map(({ file, line, lines, name, parameters }) => ({
      file,
      name,
      line,
      lines,
      parameters
    })),
    ({ name }) => 70 + textBytes(name)
  )

  const testIds = interning()
  const tests = kept(
    "tests",
    stored.totals.tests,
    BUDGET.tests,
    stored.tests,
    ({ message, test }) => 110 + textBytes(message) + textBytes(test)
  )
  const toTest = ({ durationMs, message, outcome, path, test }: Stored["tests"][number]): ReportTest => ({
    test: testIds.indexOf(test),
    file: path === null ? null : indexOfFile.get(path) ?? null,
    outcome,
    durationMs: durationMs === null ? null : Math.round(durationMs * 100) / 100,
    message
  })
  const reportTests = tests.kept.map(toTest)

  const covered = inFiles(stored.coverage).map(({ covered, file, missing }) => ({
    file,
    covered: maybeRanges(covered),
    missing: maybeRanges(missing)
  }))
  const coverage = kept(
    "coverage",
    stored.totals.coverage,
    BUDGET.coverage,
    covered,
    (each) => 40 + textBytes(each.covered) + textBytes(each.missing)
  )
  const ranges = new Map(coverage.kept.map((each) => [each.file, each]))

  const byFile = new Map<number, Array<{ readonly test: string; readonly lines: string }>>()
  for (const { file, lines, test } of inFiles(stored.contexts)) {
    byFile.set(file, [...(byFile.get(file) ?? []), { test, lines: rangesOf(lines) }])
  }
  const named = new Set(tests.kept.map(({ test }) => test))
  const contexts = kept(
    "contexts",
    stored.totals.contexts,
    BUDGET.contexts,
    [...byFile],
    ([, ofFile]) =>
      sum(ofFile.map(({ lines, test }) => {
        const name = named.has(test) ? 0 : textBytes(test)
        named.add(test)
        return 30 + name + textBytes(lines)
      }))
  )
  const contextsOf = new Map(
    contexts.kept.map((
      [file, ofFile]
    ) => [file, ofFile.map(({ lines, test }) => ({ test: testIds.indexOf(test), lines }))])
  )

  const details = (sources: ReadonlyMap<string, string>): ReadonlyArray<ReportDetail> =>
    storedFiles.map(({ path }, file) => ({
      file,
      source: sources.get(path) ?? null,
      covered: ranges.get(file)?.covered ?? null,
      missing: ranges.get(file)?.missing ?? null,
      contexts: contextsOf.get(file) ?? null
    }))

  const used = sum([files, rules, findings, functions, tests, coverage, contexts].map(({ bytes }) => bytes))
  return {
    /** Whose sources to take first: many findings in few bytes, then the smallest. */
    bySource: [...storedFiles].sort((a, b) => density(b) - density(a) || a.bytes - b.bytes),
    room: BUDGET.total - used - 100 * storedFiles.length,
    leftOut,
    details,
    data: {
      ...summary,
      tools: tools.map((tool) => ({
        ...tool,
        reason: tool.reason === null ? null : tool.reason.slice(0, MAX_REASON),
        isChecker: false,
        startedAt: null,
        ...runOf.get(tool.tool)
      })),
      checkers,
      files: storedFiles.map(toFile),
      rules: rules.kept,
      findings: findings.kept,
      testResults: reportTests,
      functions: functions.kept,
      hasContexts: stored.totals.contexts > 0
    } satisfies Partial<ReportData>,
    // complete once the above are made
    interned: { reasons: reasons.values, testIds: testIds.values }
  }
}
