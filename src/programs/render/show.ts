/**
 * All that is known of a file or a symbol, for a person.
 *
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"
import type { Known } from "../../domain/Known.js"
import type { Changes, Covered, Findings, Shown, ShownFile, ShownSymbol, TestsOf } from "../../domain/Show.js"
import { plural } from "../runRecord.js"
import { renderFreshness } from "./freshness.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

const LINES_SHOWN = 12

const indented = (text: string) => text.split("\n").map((line) => `  ${line}`).join("\n")

const textLines = (text: string) => text.split("\n").map(inert)

/** What is known, then what keeps it from being whole; or why it is not known at all. */
const part = <A>(title: string, { reason, value }: Known<A>, style: Style, say: (value: A) => string): string => {
  const why = reason === null ? "" : inert(reason.split("\n")[0] ?? "")
  if (value === null) return `${style.bold(title)}: ${style.yellow("not known")} (${why})`
  const said = say(value)
  return `${style.bold(title)}:${said.startsWith("\n") ? "" : " "}${said}${
    why === "" ? "" : `\n  ${style.yellow(`not all: ${why}`)}`
  }`
}

const listed = (head: string, rows: ReadonlyArray<string>, total: number) =>
  [
    head,
    ...rows.map((row) => `  ${row}`),
    ...(total > rows.length && rows.length > 0 ? [`  and ${total - rows.length} more`] : [])
  ]
    .join("\n")

const rowsOf = (rows: ReadonlyArray<ReadonlyArray<string>>) =>
  rows.length === 0
    ? []
    : table((rows[0] ?? []).map(() => ({ title: "" })), rows).split("\n").slice(1)

/** `12-15, 20`. */
const ranges = (lines: ReadonlyArray<number>): string => {
  const found: Array<[number, number]> = []
  for (const line of lines) {
    const last = found.at(-1)
    if (last !== undefined && line === last[1] + 1) last[1] = line
    else found.push([line, line])
  }
  const shown = found.slice(0, LINES_SHOWN).map(([from, to]) => from === to ? String(from) : `${from}-${to}`).join(", ")
  return found.length > LINES_SHOWN ? `${shown} ...` : shown
}

const covered = ({ covered, lines, missing }: Covered) =>
  lines === 0
    ? "no line that a test can run"
    : `${missing === null ? "at least " : ""}${covered} of ${plural(lines, "line")}${
      missing === null || missing.length === 0 ? "" : `; not run: ${ranges(missing)}`
    }`

const churned = ({ changes, since }: Changes) => `${plural(changes, "change")} since ${since.slice(0, 10)}`

const tested = ({ first, total }: TestsOf) => listed(total === 0 ? "none" : String(total), first.map(inert), total)

const findings = ({ checkers, first }: Findings, style: Style): string => {
  if (checkers.length === 0) {
    return `${style.bold("findings")}: ${style.yellow("not known")} (no checker was run: codeintel ingest)`
  }
  const counts = checkers.filter((each) => each.findings !== null).map((each) =>
    `${each.findings} of ${inert(each.tool)}`
  )
  const missing = checkers.filter((each) => each.findings === null).map(({ reason, tool }) =>
    `  ${style.yellow(`${inert(tool)}: not measured`)} (${inert((reason ?? "").split("\n")[0] ?? "")})`
  )
  const total = checkers.reduce((sum, each) => sum + (each.findings ?? 0), 0)
  const rows = first.map(({ line, message, rule, severity, tool }) =>
    `${line}: ${severity} ${inert(tool)} ${inert(rule)}: ${inert(message.split("\n")[0] ?? "")}`
  )
  return [
    listed(`${style.bold("findings")}: ${counts.length === 0 ? "not known" : counts.join(", ")}`, rows, total),
    ...missing
  ].join("\n")
}

const share = (some: number, all: number) => all === 0 ? "none" : `${some} of ${all}`

const file = (shown: ShownFile, style: Style): ReadonlyArray<string> => [
  `${style.bold(inert(shown.relPath))}  module ${inert(shown.moduleName)}, ${plural(shown.lines, "line")}`,
  ...(shown.parseError === null ? [] : [style.red(`does not parse: ${inert(shown.parseError)}`)]),
  part(
    "functions",
    shown.functions,
    style,
    (all) =>
      listed(
        String(all.length),
        all.map((each) => `${inert(each.qualifiedName)}  ${each.startLine}-${each.endLine}`),
        all.length
      )
  ),
  part(
    "typed",
    shown.typedness,
    style,
    (typed) =>
      `${share(typed.annotatedParameters, typed.parameters)} parameters, ${
        share(typed.annotatedReturns, typed.functions)
      } returns; ${plural(typed.untypedFunctions, "function")} without any annotation`
  ),
  part(
    "imported by",
    shown.importedBy,
    style,
    (all) =>
      all.length === 0
        ? "no file"
        : listed(plural(all.length, "file"), all.map(({ line, relPath }) => `${inert(relPath)}:${line}`), all.length)
  ),
  findings(shown.findings, style),
  part("coverage", shown.coverage, style, covered),
  part("tests that run it", shown.tests, style, tested),
  part("churn", shown.churn, style, churned)
]

/** The start, as far as a screen goes. */
const documented = (text: string) => {
  if (text === "") return "none"
  const lines = textLines(text)
  return `\n${indented(lines.slice(0, LINES_SHOWN).join("\n"))}${
    lines.length > LINES_SHOWN ? `\n  ... ${plural(lines.length - LINES_SHOWN, "more line")}` : ""
  }`
}

const place = (relPath: string, line: number) => `${inert(relPath)}:${line}`

const kin = (all: ReadonlyArray<string>) =>
  all.length === 0 ? "none" : listed(String(all.length), all.map(inert), all.length)

const symbol = (shown: ShownSymbol, style: Style): ReadonlyArray<string> => [
  `${style.bold(inert(`${shown.module}:${shown.qualifiedName}`))}  ${shown.kind}, ${
    inert(shown.relPath)
  }:${shown.startLine}-${shown.endLine}`,
  ...(shown.symbol === null ? [] : [style.dim(inert(shown.symbol))]),
  ...(shown.others.length === 0
    ? []
    : [`also so called: ${shown.others.map(({ subject }) => inert(subject)).join(", ")}`]),
  part("definition", shown.signature, style, (text) => `\n${indented(textLines(text).join("\n"))}`),
  part("documentation", shown.documentation, style, documented),
  part("references", shown.references, style, ({ files, first, imports, total }) =>
    total === 0 ? "none" : listed(
      `${total} in ${plural(files.length, "file")}${
        imports === null || imports === 0 ? "" : `, ${imports} of them in imports`
      }`,
      rowsOf(first.map(({ line, relPath, text }) => [place(relPath, line), text ?? ""])),
      total - (imports ?? 0)
    )),
  part("callers", shown.callers, style, ({ first, total }) =>
    first.length === 0 ? "none" : listed(
      plural(total, "function"),
      rowsOf(
        first.map((
          each
        ) => [
          place(each.relPath, each.line),
          each.function ?? "(in no function)",
          each.references > 1 ? `${each.references} times` : ""
        ])
      ),
      total
    )),
  part("overrides or derives from", shown.bases, style, kin),
  part("overridden or derived by", shown.derived, style, kin),
  findings(shown.findings, style),
  part("coverage", shown.coverage, style, covered),
  part("tests that run it", shown.tests, style, tested),
  part("churn", shown.churn, style, churned)
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderShow = (shown: Shown, style: Style): string =>
  [
    renderFreshness(shown.freshness, style),
    ...(shown.changedSince
      ? [style.yellow(`${inert(shown.relPath)} has changed since: lines and numbers are of before`)]
      : []),
    "",
    ...(shown._tag === "File" ? file(shown, style) : symbol(shown, style))
  ].join("\n")
