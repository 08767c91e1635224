/**
 * The parts of a comparison, as lines.
 *
 * @since 0.1.0
 */
import type {
  ChangedLines,
  ComparedFinding,
  Comparison,
  FileCoverageChange,
  Side,
  SymbolChange,
  SymbolChanges,
  TestChange,
  ToolComparison
} from "../../domain/Comparison.js"
import { type Line, oneLine, type Part, type Section } from "./section.js"
import { share } from "./summary.js"

const count = (value: number) => value.toLocaleString("en")

const foreign = (text: string): Part => ({ foreign: text })

const ofSide = ({ commit, dirty, finishedAt, name }: Side): Line => [
  ...(name === commit ? [] : [foreign(name), " "]),
  ...(commit === null ? ["no commit"] : [foreign(commit.slice(0, 12))]),
  dirty ? " with changes (" : " (",
  foreign(finishedAt),
  ")"
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const sidesOf = ({ base, head }: Comparison): Line => ["base ", ...ofSide(base), ", head ", ...ofSide(head)]

/**
 * Why numbers are missing, or may not be all there is; by tool.
 *
 * @since 0.1.0
 * @category rendering
 */
export const concernsOf = ({ tools }: Comparison): ReadonlyArray<Line> =>
  tools.flatMap(({ concerns, tool }) => concerns.map((concern) => [`${tool}: `, foreign(oneLine(concern))]))

/**
 * @since 0.1.0
 * @category rendering
 */
export const toolColumns = ["tool", "new", "fixed", "moved", "unchanged", "not comparable"] as const

/**
 * NULL is an empty cell.
 *
 * @since 0.1.0
 * @category rendering
 */
export const toolRow = (
  { fixed, moved, new: added, tool, unchanged, unknown }: ToolComparison
): ReadonlyArray<string> => [
  tool,
  ...[added, fixed, moved, unchanged, unknown].map((value) => value === null ? "" : count(value))
]

/**
 * `path:line:column severity tool rule message`
 *
 * @since 0.1.0
 * @category rendering
 */
export const findingLine = (finding: ComparedFinding): Line => {
  const { message, relPath, rule, severity, startColumn, startLine, tool } = finding
  const place = foreign(`${relPath}:${startLine}:${startColumn}`)
  return [place, " ", { severity }, ` ${tool} `, foreign(rule), " ", foreign(oneLine(message))]
}

/**
 * Nothing is a section of nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const listed = (title: string, mark: string, lines: ReadonlyArray<Line>): ReadonlyArray<Section> =>
  lines.length === 0 ? [] : [{ title: [`${title}: ${count(lines.length)}`], mark, lines }]

const notCompared = (what: string, reason: string | null): ReadonlyArray<Section> => [
  {
    title: [`${what}: not compared`, ...(reason === null ? [] : [": ", foreign(oneLine(reason))])],
    mark: "",
    lines: []
  }
]

const findings = ({ fixed, moved, new: added, unknown }: Comparison): ReadonlyArray<Section> => [
  ...listed("new findings", "+", added.map(findingLine)),
  ...listed("fixed findings", "-", fixed.map(findingLine)),
  ...listed(
    "moved findings",
    "~",
    moved.map((each) => [foreign(`${each.from.relPath}:${each.from.startLine}`), " -> ", ...findingLine(each)])
  ),
  ...listed(
    "findings that cannot be compared",
    "?",
    unknown.map((each) => [...findingLine(each), ` (only in ${each.side}: `, foreign(oneLine(each.reason)), ")"])
  )
]

const files = ({ files: { added, changed, deleted, renamed } }: Comparison): ReadonlyArray<Section> => {
  const named = (path: string): Line => [foreign(path)]
  return [
    ...listed("files added", "+", added.map(named)),
    ...listed("files deleted", "-", deleted.map(named)),
    ...listed("files renamed", "~", renamed.map(({ from, to }) => [foreign(from), " -> ", foreign(to)])),
    ...(changed.length === 0 ? [] : [{ title: [`files changed: ${count(changed.length)}`], mark: "", lines: [] }])
  ]
}

const ofLines = (covered: number | null, lines: number | null) =>
  covered === null || lines === null ? "not measured" : `${count(covered)} of ${count(lines)} lines`

const coverage = ({ coverage: { reason, value } }: Comparison): ReadonlyArray<Section> => {
  if (value === null) return notCompared("coverage", reason)
  const { baseCovered, baseLines, files, headCovered, headLines } = value
  const line = (each: typeof FileCoverageChange.Type): Line => [
    foreign(each.relPath),
    `: ${ofLines(each.baseCovered, each.baseLines)} -> ${ofLines(each.headCovered, each.headLines)}`
  ]
  return [{
    title: [
      `coverage: ${share(baseCovered, baseLines)} of ${count(baseLines)} lines -> `,
      `${share(headCovered, headLines)} of ${count(headLines)} lines`
    ],
    mark: "~",
    lines: files.map(line)
  }]
}

/** `3, 5-7` */
const ranges = (lines: ReadonlyArray<number>): string => {
  const found: Array<[number, number]> = []
  for (const line of lines) {
    const last = found.at(-1)
    if (last !== undefined && line === last[1] + 1) last[1] = line
    else found.push([line, line])
  }
  return found.map(([from, to]) => from === to ? String(from) : `${from}-${to}`).join(", ")
}

const uncovered = ({ files, unmeasured }: ChangedLines): ReadonlyArray<Line> => [
  ...files.filter(({ uncovered }) => uncovered.length > 0).map(({ relPath, uncovered }): Line => [
    foreign(relPath),
    `: not covered: ${oneLine(ranges(uncovered))}`
  ]),
  ...unmeasured.map(({ reason, relPath }): Line => [foreign(relPath), ": not measured: ", foreign(oneLine(reason))])
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const changedLinesSection = ({ changedLines: { reason, value } }: Comparison): ReadonlyArray<Section> =>
  value === null
    ? notCompared("coverage of changed lines", reason)
    : [{
      title: [`changed lines: ${ofLines(value.covered, value.lines)} covered (${share(value.covered, value.lines)})`],
      mark: "!",
      lines: uncovered(value)
    }]

const tests = ({ tests: { reason, value } }: Comparison): ReadonlyArray<Section> => {
  if (value === null) return notCompared("tests", reason)
  const outcome = (given: string | null): Part => given === null ? "not there" : foreign(given)
  const line = ({ base, head, message, testId }: typeof TestChange.Type): Line => [
    foreign(testId),
    ": ",
    outcome(base),
    " -> ",
    outcome(head),
    ...(message === null ? [] : [" ", foreign(oneLine(message))])
  ]
  return [{ title: [`tests with another outcome: ${count(value.length)}`], mark: "~", lines: value.map(line) }]
}

const names = (what: string, { added, removed }: typeof SymbolChanges.Type): ReadonlyArray<Section> => {
  const line = ({ relPath, symbol }: typeof SymbolChange.Type): Line => [foreign(symbol), " in ", foreign(relPath)]
  return [...listed(`${what} added`, "+", added.map(line)), ...listed(`${what} removed`, "-", removed.map(line))]
}

const symbols = ({ symbols: { reason, value } }: Comparison): ReadonlyArray<Section> =>
  value === null
    ? notCompared("symbols", reason)
    : value.added.length + value.removed.length === 0
    ? [{ title: ["symbols: none added, none removed"], mark: "", lines: [] }]
    : names("symbols", value)

/**
 * All that is compared, but for the numbers of the tools. What is not compared is said.
 *
 * @since 0.1.0
 * @category rendering
 */
export const sectionsOf = (comparison: Comparison): ReadonlyArray<Section> => [
  ...findings(comparison),
  ...files(comparison),
  ...coverage(comparison),
  ...changedLinesSection(comparison),
  ...tests(comparison),
  ...names("functions", comparison.functions),
  ...symbols(comparison)
]
