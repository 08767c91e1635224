/**
 * What ran and what did not, and what it comes to.
 */
import type { ReportData, ReportTool } from "../domain/ReportData.js"
import { namesOfParts } from "../domain/reportParts.js"
import { type Child, h, scrolled, theirs } from "./dom.js"
import { duration, number, plural, share, time } from "./format.js"
import { mark, needsAttention } from "./marks.js"
import { notMeasured } from "./tip.js"

const whyNot = ({ reason, status, tool }: ReportTool) => reason ?? `${tool}: ${status.replaceAll("_", " ")}`

const count = (tool: ReportTool, value: number | null): Child =>
  !tool.isChecker ? "" : value === null ? notMeasured(whyNot(tool)) : number(value)

const filesOf = (total: number, tool: ReportTool): Child =>
  tool.filesMeasured !== null
    ? `${number(tool.filesMeasured)} of ${number(total)}`
    : tool.tool === "pytest" || tool.status === "skipped"
    ? ""
    : notMeasured(`which files it looked at is not known: ${whyNot(tool)}`, "unknown")

const timeOf = ({ durationMs, reused, startedAt }: ReportTool): Child =>
  durationMs === null
    ? ""
    : reused
    ? h(
      "span",
      {},
      duration(durationMs),
      h("small", {}, ` reused, of ${startedAt === null ? "before" : time(startedAt)}`)
    )
    : duration(durationMs)

const toolsTable = (data: ReportData, total: number) => {
  const ordered = [...data.tools].sort((a, b) => Number(needsAttention(b)) - Number(needsAttention(a)))
  const heads = ["tool", "status", "version", "errors", "warnings", "files", "time"]
  const numeric = new Set(["errors", "warnings", "files", "time"])
  const rows = ordered.flatMap((tool) => [
    h(
      "tr",
      {},
      h("th", { scope: "row" }, tool.tool),
      h("td", {}, mark(tool.status)),
      h("td", {}, tool.version === null ? "" : theirs(tool.version)),
      h("td", { class: "numeric" }, count(tool, tool.errors)),
      h("td", { class: "numeric" }, count(tool, tool.warnings)),
      h("td", { class: "numeric" }, filesOf(total, tool)),
      h("td", { class: "numeric" }, timeOf(tool))
    ),
    ...(tool.reason === null ? [] : [
      h(
        "tr",
        { class: "reason" },
        h(
          "td",
          { colspan: heads.length },
          ...tool.reason.split("\n").filter((line) => line.trim() !== "").map((line) => h("div", {}, theirs(line)))
        )
      )
    ])
  ])
  return scrolled(
    "tools",
    h(
      "table",
      { class: "tools-run" },
      h("caption", { class: "spoken" }, "tools"),
      h(
        "thead",
        {},
        h("tr", {}, ...heads.map((head) => h("th", { scope: "col", class: numeric.has(head) ? "numeric" : "" }, head)))
      ),
      h("tbody", {}, ...rows)
    )
  )
}

const card = (title: string, value: Child, detail: Child) =>
  h(
    "div",
    { class: "card" },
    h("div", { class: "quiet" }, title),
    h("div", { class: "value" }, value),
    h("div", {}, detail)
  )

const statusOf = (data: ReportData, name: string) => {
  const tool = data.tools.find((each) => each.tool === name)
  return tool === undefined ? `${name} is not among the tools of this snapshot` : whyNot(tool)
}

const errorsCard = (data: ReportData) => {
  const checkers = data.tools.filter(({ isChecker }) => isChecker)
  const known = checkers.filter(({ errors }) => errors !== null)
  const reason = checkers.map((tool) => `${tool.tool}: ${whyNot(tool)}`).join("\n")
  if (known.length === 0) return card("errors", notMeasured(reason || "no checker was asked for"), null)
  const total = known.reduce((sum, { errors }) => sum + (errors ?? 0), 0)
  const each = known.map(({ errors, tool }) => `${tool} ${number(errors ?? 0)}`).join(", ")
  const missing = checkers.filter(({ errors }) => errors === null)
  return card(
    "errors",
    number(total),
    h(
      "span",
      {},
      each,
      ...(missing.length === 0 ? [] : [
        "; ",
        notMeasured(
          missing.map((tool) => `${tool.tool}: ${whyNot(tool)}`).join("\n"),
          `${missing.map(({ tool }) => tool).join(", ")} not measured`
        )
      ])
    )
  )
}

const testsCard = (data: ReportData) => {
  if (data.tests === null) return card("tests", notMeasured(statusOf(data, "pytest")), null)
  const { passed, ...others } = data.tests
  const rest = Object.entries(others).flatMap(([outcome, each]) => each === 0 ? [] : [`${number(each)} ${outcome}`])
  return card("tests", `${number(passed)} passed`, rest.length === 0 ? "nothing else" : rest.join(", "))
}

const coverageCard = (data: ReportData) => {
  if (data.coverage === null) return card("coverage", notMeasured(statusOf(data, "coverage")), null)
  const { coveredLines, files, lines } = data.coverage
  const isPartial = data.tools.some(({ status, tool }) => tool === "coverage" && status === "partial")
  return card(
    "coverage",
    `${isPartial ? "at least " : ""}${share(coveredLines, lines)}`,
    `of ${plural(lines, "line")} in ${plural(files, "file")}`
  )
}

const typedCard = (data: ReportData) => {
  const { annotatedParameters, annotatedReturns, functions, parameters, untypedFunctions } = data.typedness
  return functions === null || parameters === null || annotatedParameters === null || annotatedReturns === null
    ? card("annotated", notMeasured("the syntax of a file is not known"), null)
    : card(
      "annotated",
      share(annotatedParameters + annotatedReturns, parameters + functions),
      `of parameters and returns; ${untypedFunctions === null ? "?" : number(untypedFunctions)} of ${
        plural(functions, "function")
      } without any annotation`
    )
}

const changes = (data: ReportData): Child => {
  if (!data.changed) return "no"
  if (data.changedFilesCount === 0) return "yes, in files that are not Python"
  const more = data.changedFilesCount - data.changedFiles.length
  return h(
    "details",
    {},
    h("summary", {}, `yes: ${plural(data.changedFilesCount, "Python file")}, so what follows may no longer hold`),
    h("ul", {}, ...data.changedFiles.map((path) => h("li", {}, theirs(path)))),
    more > 0 ? h("p", {}, `and ${number(more)} more`) : null
  )
}

const warnings = (data: ReportData): ReadonlyArray<HTMLElement> => {
  const suspect = data.tools.filter(({ status }) => status === "suspect").map(({ tool }) => tool)
  const wrong = data.tools.filter(needsAttention)
  const left = data.leftOut.map(({ of, shown, what }) => `${number(shown)} of ${number(of)} ${namesOfParts[what]}`)
  return [
    ...(suspect.length === 0 ? [] : [
      h(
        "p",
        { class: "warn" },
        `The Python environment is suspect: do not trust the errors of ${suspect.join(" and ")}.`
      )
    ]),
    ...(wrong.length === 0 ? [] : [
      h(
        "p",
        { class: "warn" },
        `Not all was measured: ${
          wrong.map(({ status, tool }) => `${tool} (${status.replaceAll("_", " ")})`).join(", ")
        }. ` +
          "Why is in the table below."
      )
    ]),
    ...(data.changed ? [h("p", { class: "warn" }, "The working tree has changed since this was measured.")] : []),
    ...(left.length === 0 ? [] : [
      h("p", { class: "note" }, `To keep the page small it has ${left.join(", ")}. All of it is in the database.`)
    ])
  ]
}

export const summary = (data: ReportData): HTMLElement => {
  const total = data.leftOut.find(({ what }) => what === "files")?.of ?? data.files.length
  const facts: ReadonlyArray<readonly [string, Child]> = [
    ["snapshot", data.snapshotId.slice(0, 12)],
    ["commit", data.commit === null ? "none" : `${data.commit.slice(0, 12)}${data.dirty ? " with changes" : ""}`],
    ["measured", `${time(data.startedAt)} to ${time(data.finishedAt).slice(11)}`],
    ["this page", `made ${time(data.madeAt)}`],
    ["changed since", changes(data)]
  ]
  const parsed = data.filesWithParseErrors === null || data.filesWithParseErrors === 0
    ? "Python files"
    : `Python files, ${number(data.filesWithParseErrors)} that do not parse`
  return h(
    "section",
    { "aria-labelledby": "ran" },
    ...warnings(data),
    h("h2", { id: "ran" }, "What ran"),
    h("dl", { class: "facts" }, ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    h(
      "div",
      { class: "cards" },
      card("files", number(total), parsed),
      errorsCard(data),
      testsCard(data),
      coverageCard(data),
      typedCard(data)
    ),
    toolsTable(data, total)
  )
}
