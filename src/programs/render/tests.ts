/**
 * The tests that a change needs, for a person.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import { inert } from "../../domain/inert.js"
import type { ChangedFile, SelectedTest, TestSelection } from "../../domain/TestSelection.js"
import { plural } from "../runRecord.js"
import { renderFreshness } from "./freshness.js"
import type { Style } from "./style.js"

/** Of each test file, and of each list of reasons. */
const MAX_LISTED = 10

const listed = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length <= MAX_LISTED
    ? lines
    : [...lines.slice(0, MAX_LISTED), `and ${(lines.length - MAX_LISTED).toLocaleString("en")} more`]

const changed = ({ functions, kind, problem, relPath }: ChangedFile, style: Style): string => {
  const what = problem === null
    ? functions.length === 0 ? "no function changed" : functions.map(inert).join(", ")
    : style.yellow(inert(problem))
  return `  ${kind.padEnd(7)}  ${inert(relPath)}: ${what}`
}

const fileOf = ({ argument }: SelectedTest) => argument.split("::")[0] ?? argument

/** The reasons of its tests, the most frequent first, and then the tests. */
const ofFile = (file: string, tests: ReadonlyArray<SelectedTest>, style: Style): ReadonlyArray<string> => {
  const counts = new Map<string, number>()
  for (const reason of tests.flatMap(({ reasons }) => reasons)) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const reasons = [...counts].sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => counts.size === 1 ? inert(reason) : `${count.toLocaleString("en")}: ${inert(reason)}`)
  const names = tests.map(({ argument }) => inert(argument.slice(file.length).replace(/^::/, "")))
  return [
    `${style.bold(inert(file))}  ${plural(tests.length, "test")}`,
    ...listed(reasons).map((reason) => `  ${style.dim(reason)}`),
    ...listed(names).map((name) => `    ${name}`)
  ]
}

const answer = ({ changes, known, needed, reasons, tests }: TestSelection, style: Style): ReadonlyArray<string> => {
  if (needed === "all") {
    const all = known === null ? "all tests are needed" : `all ${plural(known, "test")} are needed`
    return [style.bold(all), ...listed(reasons).map((reason) => `  ${inert(reason)}`)]
  }
  if (needed === "none") {
    return [
      style.bold(`no test is needed: ${changes.length === 0 ? "nothing changed" : "no test reaches what changed"}`)
    ]
  }
  return [
    style.bold(`${tests.length.toLocaleString("en")} of ${plural(known ?? tests.length, "test")} are needed`),
    ...Object.entries(Arr.groupBy(tests, fileOf)).flatMap(([file, group]) => ["", ...ofFile(file, group, style)])
  ]
}

/**
 * What it rests on, what changed, and then which tests that needs, and why.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderTests = (selection: TestSelection, style: Style): string => {
  const { base, changes, freshness, ignored, repo } = selection
  return [
    freshness === null ? style.bold(inert(repo)) : renderFreshness(freshness, style),
    "",
    `changed since ${inert(base.revision)} (${base.commit.slice(0, 12)}): ${plural(changes.length, "file")}`,
    ...listed(changes.map((change) => changed(change, style))),
    ...(ignored.length === 0 ? [] : [`  ignored: ${plural(ignored.length, "file")}`]),
    "",
    ...answer(selection, style)
  ].join("\n")
}
