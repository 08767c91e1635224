/**
 * The page of one file.
 */
import { type Child, h, theirLines, theirs } from "./dom.js"
import { number, plural } from "./format.js"
import { mark, severityOrder } from "./marks.js"
import { type Model } from "./model.js"
import { fileHref } from "./route.js"
import { type Source, source } from "./source.js"
import { table } from "./table.js"
import { coverageCell, typedCell } from "./tables.js"
import { notMeasured } from "./tip.js"

export interface FilePage {
  readonly element: HTMLElement
  readonly select: (line: number) => void
}

const back = () => h("p", {}, h("a", { href: "#/" }, "← overview"))

export const missingPage = (path: string): FilePage => ({
  element: h(
    "div",
    {},
    back(),
    h("h1", { tabindex: "-1" }, "No such file"),
    h("p", {}, theirs(path), " is not in this report.")
  ),
  select: () => {}
})

const legend = (isMeasured: boolean, hasContexts: boolean) =>
  h(
    "ul",
    { class: "legend", "aria-label": "legend of the source" },
    ...(isMeasured
      ? [
        h("li", {}, h("span", { class: "swatch gutter covered" }), "covered"),
        h("li", {}, h("span", { class: "swatch gutter missing" }), "not covered"),
        h("li", {}, h("span", { class: "swatch gutter none" }), "no statement begins here")
      ]
      : [h("li", {}, h("span", { class: "swatch gutter unmeasured" }), "coverage was not measured")]),
    ...(hasContexts
      ? [h("li", {}, h("span", { class: "tests" }, "7"), "tests that ran it: pick the line to see which")]
      : [])
  )

export const filePage = (model: Model, index: number): FilePage => {
  const file = model.file(index)
  const detail = model.detail(index)
  const findings = [...model.findingsOf(index)].sort((a, b) =>
    severityOrder[a.severity] - severityOrder[b.severity] || a.line - b.line || a.column - b.column
  )
  const facts: ReadonlyArray<readonly [Child, Child]> = [
    ["module", file.module === "" ? "none" : theirs(file.module)],
    ["lines", number(file.lines)],
    ...model.data.checkers.map((tool, at): readonly [Child, Child] => {
      const check = file.checks[at]
      return [
        tool,
        check === undefined || check.errors === null
          ? notMeasured(model.reason(check?.reason ?? null))
          : `${plural(check.errors, "error")}${
            check.others === null || check.others === 0 ? "" : `, ${number(check.others)} other`
          }`
      ]
    }),
    ["covered", coverageCell(model, file)],
    ["annotated", typedCell(file)]
  ]
  const counted = file.checks.reduce((total, { errors, others }) => total + (errors ?? 0) + (others ?? 0), 0)
  const shown: Source | undefined = detail === undefined || detail.source === null
    ? undefined
    : source(model, file, detail, findings, detail.source)
  const noContexts = model.data.hasContexts && file.covered !== null && (detail?.contexts ?? null) === null
  const noRanges = file.covered !== null && file.covered + (file.missing ?? 0) > 0 &&
    (detail?.covered ?? detail?.missing ?? null) === null
  const element = h(
    "div",
    {},
    back(),
    h("h1", { tabindex: "-1" }, theirs(file.path)),
    h("dl", { class: "facts" }, ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    file.parseError === null ? null : h(
      "p",
      { class: "warn" },
      `It does not parse${file.parseErrorLine === null ? "" : ` (line ${number(file.parseErrorLine)})`}: `,
      theirs(file.parseError)
    ),
    h("h2", {}, "Findings"),
    findings.length < counted
      ? h("p", { class: "note" }, `${number(findings.length)} of ${plural(counted, "finding")} are in this page.`)
      : null,
    findings.length === 0 && counted === 0
      ? h(
        "p",
        { class: "quiet" },
        file.checks.some(({ errors }) => errors !== null)
          ? "None by the checkers that looked at it."
          : "No checker looked at it."
      )
      : table({
        name: "findings",
        rows: findings,
        none: "They were left out of this page.",
        text: ({ message, rule }) => `${model.data.rules[rule]?.tool} ${model.data.rules[rule]?.rule} ${message}`,
        pageSize: 20,
        columns: [
          {
            title: "line",
            numeric: true,
            value: ({ line }) => line,
            cell: ({ line }) => h("a", { href: fileHref(file.path, line) }, String(line))
          },
          {
            title: "severity",
            value: ({ severity }) => severityOrder[severity],
            cell: ({ severity }) => mark(severity)
          },
          {
            title: "tool",
            value: ({ rule }) => model.data.rules[rule]?.tool ?? "",
            cell: ({ rule }) => theirs(model.data.rules[rule]?.tool ?? "")
          },
          {
            title: "rule",
            value: ({ rule }) => model.data.rules[rule]?.rule ?? "",
            cell: ({ rule }) => theirs(model.data.rules[rule]?.rule ?? "")
          },
          { title: "message", value: ({ message }) => message, cell: ({ message }) => theirLines(message) }
        ]
      }).element,
    h("h2", {}, "Source"),
    noRanges ? h("p", { class: "note" }, "Which lines are covered was left out, to keep the page small.") : null,
    noContexts ? h("p", { class: "note" }, "No test that ran a line of this file is in this page.") : null,
    shown === undefined
      ? h(
        "p",
        { class: "note" },
        "Its text is not in this page",
        (model.leftOut("sources")?.of ?? 0) > 0 ? ", to keep the page small. It is in the database: " : ". ",
        h("code", {}, "SELECT source FROM files JOIN core.sources USING (content_hash)")
      )
      : h("div", {}, legend(file.covered !== null, (detail?.contexts ?? null) !== null), shown.element)
  )
  return { element, select: (line) => shown?.select(line) }
}
