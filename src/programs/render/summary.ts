/**
 * What an ingest came to, for a person.
 *
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"
import type {
  CoverageSummary,
  IngestSummary,
  ScipSummary,
  TestsSummary,
  ToolSummary,
  TypednessSummary
} from "../../domain/IngestSummary.js"
import { otherTools } from "../../domain/ToolName.js"
import { needsAttention } from "../../domain/ToolRun.js"
import { ofStatus, type Style } from "./style.js"
import { table } from "./table.js"

const number = (value: number | null) => value === null ? "not measured" : value.toLocaleString("en")

/**
 * @since 0.1.0
 * @category rendering
 */
export const duration = (ms: number): string => ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`

/** 100 % and 0 % are said of all and nothing alone. */
const percent = (part: number, whole: number) =>
  part === 0 || part === whole ? 100 * part / whole : Math.min(99, Math.max(1, Math.round((100 * part) / whole)))

/**
 * `93 %` of something, `none` of nothing, `?` of what is not known.
 *
 * @since 0.1.0
 * @category rendering
 */
export const share = (part: number | null, whole: number | null): string =>
  part === null || whole === null ? "?" : whole === 0 ? "none" : `${percent(part, whole)} %`

const typed = ({ annotatedParameters, annotatedReturns, functions, parameters, untypedFunctions }: TypednessSummary) =>
  functions === null
    ? "typed: not measured"
    : `typed: ${share(annotatedParameters, parameters)} of parameters, ${
      share(annotatedReturns, functions)
    } of returns; ` +
      `${number(untypedFunctions)} of ${number(functions)} functions untyped`

const tested = (tests: TestsSummary | null) => {
  if (tests === null) return "tests: no results"
  const { errors, ...others } = tests
  const counts = Object.entries({ ...others, [errors === 1 ? "error" : "errors"]: errors })
    .flatMap(([outcome, count]) => count > 0 ? [`${number(count)} ${outcome}`] : [])
  return `tests: ${counts.length === 0 ? "none" : counts.join(", ")}`
}

/** With tests that did not run, more may be covered. */
const covered = (coverage: CoverageSummary | null, isWhole: boolean) =>
  coverage === null
    ? "coverage: not measured"
    : `coverage: ${isWhole ? "" : "at least "}${share(coverage.coveredLines, coverage.lines)} of ${
      number(coverage.lines)
    } lines in ` +
      `${number(coverage.files)} files`

const indexed = (scip: ScipSummary | null) =>
  scip === null
    ? "symbols: not indexed"
    : `symbols: ${number(scip.symbols)}, ${number(scip.occurrences)} occurrences in ${number(scip.documents)} documents`

const isChecker = ({ status, tool }: ToolSummary) => !otherTools.includes(tool) && status !== "imported"

/** pytest has no files; a tool that was not run has none to know of. */
const filesUnknown = ({ status, tool }: ToolSummary) => tool === "pytest" || status === "skipped" ? "" : "unknown"

const reasonsOf = ({ reason, status, tool }: ToolSummary, style: Style): ReadonlyArray<string> =>
  reason === null
    ? []
    : reason.split("\n").filter((line) => line.trim() !== "").map((line, index) =>
      index === 0
        ? `${ofStatus(style, status)(`${needsAttention(status) ? "!" : "-"} ${inert(tool)}`)}: ${inert(line)}`
        : `    ${inert(line)}`
    )

/**
 * What needs attention comes first, since the numbers below are to be read with it in mind.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderSummary = (summary: IngestSummary, style: Style): string => {
  const { commit, coverage, dirty, files, filesWithParseErrors, interpreter, scip, tests, tools, typedness } = summary
  const attention = tools.filter(({ status }) => needsAttention(status))
  const state = commit === null ? "no commit" : `${commit.slice(0, 12)}${dirty ? " with changes" : ""}`
  const broken = !filesWithParseErrors ? "" : `, ${filesWithParseErrors} that do not parse`
  const python = interpreter === null
    ? "no Python interpreter"
    : `Python ${interpreter.version}, ${interpreter.executable} (${interpreter.chosenBecause})`
  const suspect = attention.filter(({ status }) => status === "suspect").map(({ tool }) => tool)

  const rows = tools.map((each) => [
    each.tool,
    each.status,
    each.version ?? "",
    isChecker(each) ? number(each.errors) : "",
    isChecker(each) ? number(each.warnings) : "",
    each.filesMeasured === null ? filesUnknown(each) : `${each.filesMeasured} of ${files}`,
    each.status === "skipped" ? "" : each.reused ? "reused" : duration(each.durationMs ?? 0)
  ])
  const columns = [
    { title: "tool" },
    { title: "status" },
    { title: "version" },
    { title: "errors", align: "right" },
    { title: "warnings", align: "right" },
    { title: "files", align: "right" },
    { title: "time", align: "right" }
  ] as const
  const paint = (text: string, row: number, column: number) => {
    const status = tools[row]?.status
    return column === 1 && status !== undefined ? ofStatus(style, status)(text) : text
  }

  const head = suspect.length === 0 ? [] : [
    style.yellow(`The Python environment is suspect: do not trust the errors of ${suspect.join(" and ")}.`),
    ""
  ]
  const notes = [...attention, ...tools.filter((tool) => !attention.includes(tool))].flatMap((tool) =>
    reasonsOf(tool, style)
  )
  return [
    ...head,
    `${style.bold(inert(summary.repo))}  ${state}, snapshot ${summary.snapshotId.slice(0, 12)}`,
    `${files.toLocaleString("en")} Python files${broken}. ${inert(python)}`,
    "",
    table(columns, rows, paint),
    ...(notes.length > 0 ? ["", ...notes] : []),
    "",
    typed(typedness),
    tested(tests),
    covered(coverage, !tools.some(({ status, tool }) => tool === "coverage" && status === "partial")),
    indexed(scip),
    `database: ${inert(summary.database)}`
  ].join("\n")
}
