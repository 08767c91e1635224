/**
 * The tables of the overview, one at a time.
 */
import type { ReportFile } from "../domain/ReportData.js"
import { type Child, h, theirLines, theirs } from "./dom.js"
import { duration, number, share } from "./format.js"
import { mark, severityOrder } from "./marks.js"
import { coverageOf, type Model, typednessOf } from "./model.js"
import { fileHref, tableHref, type TableName, tables as names } from "./route.js"
import { type Column, type Table, table } from "./table.js"
import { notMeasured } from "./tip.js"

export const link = (path: string, line?: number, text: string = path): HTMLElement => {
  const element = theirs(text)
  return h("a", { href: fileHref(path, line) }, element)
}

const pathColumn: Column<{ readonly path: string; readonly line?: number }> = {
  title: "file",
  value: ({ path }) => path,
  cell: ({ line, path }) => link(path, line, line === undefined ? path : `${path}:${line}`)
}

const checkColumns = (model: Model): ReadonlyArray<Column<ReportFile>> =>
  model.data.checkers.map((tool, at) => ({
    title: tool,
    numeric: true,
    value: ({ checks }) => checks[at]?.errors ?? null,
    cell: ({ checks }) => {
      const check = checks[at]
      if (check === undefined || check.errors === null) return notMeasured(model.reason(check?.reason ?? null))
      return check.others === null || check.others === 0
        ? number(check.errors)
        : h("span", {}, number(check.errors), h("small", {}, ` +${number(check.others)}`))
    }
  }))

export const coverageCell = (model: Model, file: ReportFile, meter: HTMLElement | null = null): Child => {
  const known = coverageOf(file)
  return known === undefined
    ? notMeasured(model.reason(file.coverageReason))
    : known.whole === 0
    ? "no lines"
    : meter === null
    ? share(known.part, known.whole)
    : h("span", {}, meter, h("span", { class: "beside" }, share(known.part, known.whole)))
}

export const typedCell = (file: ReportFile): Child => {
  const known = typednessOf(file)
  return known === undefined
    ? notMeasured("its syntax is not known")
    : known.whole === 0
    ? "no functions"
    : share(known.part, known.whole)
}

const ratio = (known: { readonly part: number; readonly whole: number } | undefined) =>
  known === undefined || known.whole === 0 ? null : known.part / known.whole

export const filesTable = (model: Model, files: ReadonlyArray<ReportFile> = model.data.files): Table =>
  table({
    name: "files",
    rows: files,
    none: "There is no Python file.",
    text: ({ module, path }) => `${path} ${module}`,
    columns: [
      pathColumn,
      { title: "lines", numeric: true, value: ({ lines }) => lines, cell: ({ lines }) => number(lines) },
      ...checkColumns(model),
      {
        title: "covered",
        numeric: true,
        value: (file) => ratio(coverageOf(file)),
        cell: (file) => coverageCell(model, file)
      },
      { title: "annotated", numeric: true, value: (file) => ratio(typednessOf(file)), cell: typedCell }
    ]
  })

const nothingFound = ({ data }: Model) => {
  const ran = data.tools.filter(({ errors }) => errors !== null).map(({ tool }) => tool)
  return ran.length === 0
    ? "No checker has measured a file, so there is nothing to show."
    : `${ran.join(", ")}: no finding.`
}

const findingsTable = (model: Model) => {
  const { findings, rules } = model.data
  const rows = findings.map((finding) => ({
    ...finding,
    path: model.file(finding.file).path,
    tool: rules[finding.rule]?.tool ?? "",
    name: rules[finding.rule]?.rule ?? ""
  })).sort((a, b) =>
    severityOrder[a.severity] - severityOrder[b.severity] ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line)
  )
  return table({
    name: "findings",
    rows,
    none: nothingFound(model),
    text: ({ message, name, path, tool }) => `${path} ${tool} ${name} ${message}`,
    choices: [{ label: "severity", of: ({ severity }) => severity }, { label: "tool", of: ({ tool }) => tool }],
    columns: [
      { title: "severity", value: ({ severity }) => severityOrder[severity], cell: ({ severity }) => mark(severity) },
      pathColumn,
      { title: "tool", value: ({ tool }) => tool, cell: ({ tool }) => theirs(tool) },
      { title: "rule", value: ({ name }) => name, cell: ({ name }) => theirs(name) },
      { title: "message", value: ({ message }) => message, cell: ({ message }) => theirLines(message) }
    ]
  })
}

const rulesTable = (model: Model) =>
  table({
    name: "rules",
    rows: model.data.rules,
    none: nothingFound(model),
    text: ({ rule, tool }) => `${tool} ${rule}`,
    choices: [{ label: "tool", of: ({ tool }) => tool }],
    columns: [
      {
        title: "rule",
        value: ({ rule }) => rule,
        cell: ({ rule, tool }) =>
          h("a", { href: tableHref("findings", `${tool} ${rule}`) }, theirs(rule || "(no rule)"))
      },
      { title: "tool", value: ({ tool }) => tool, cell: ({ tool }) => theirs(tool) },
      { title: "errors", numeric: true, value: ({ errors }) => errors, cell: ({ errors }) => number(errors) },
      { title: "warnings", numeric: true, value: ({ warnings }) => warnings, cell: ({ warnings }) => number(warnings) },
      {
        title: "information",
        numeric: true,
        value: ({ information }) => information,
        cell: ({ information }) => number(information)
      },
      { title: "files", numeric: true, value: ({ files }) => files, cell: ({ files }) => number(files) }
    ]
  })

const whyNoTests = ({ data }: Model) => {
  const pytest = data.tools.find(({ tool }) => tool === "pytest")
  return pytest === undefined || pytest.status === "ok"
    ? "There is no test."
    : `No results of tests. pytest: ${pytest.status.replaceAll("_", " ")}${
      pytest.reason === null ? "" : `: ${pytest.reason}`
    }`
}

const testsTable = (model: Model) =>
  table({
    name: "tests",
    rows: model.data.testResults.map((test) => ({
      ...test,
      id: model.data.testIds[test.test] ?? "",
      path: test.file === null ? null : model.file(test.file).path
    })),
    none: whyNoTests(model),
    text: ({ id, message }) => `${id} ${message ?? ""}`,
    choices: [{ label: "outcome", of: ({ outcome }) => outcome }],
    columns: [
      { title: "outcome", value: ({ outcome }) => outcome, cell: ({ outcome }) => mark(outcome) },
      {
        title: "test",
        value: ({ id }) => id,
        cell: ({ id, path }) => path === null ? theirs(id) : link(path, undefined, id)
      },
      {
        title: "time",
        numeric: true,
        value: ({ durationMs }) => durationMs,
        cell: ({ durationMs }) => durationMs === null ? notMeasured("nothing was timed") : duration(durationMs)
      },
      {
        title: "message",
        value: ({ message }) => message ?? "",
        cell: ({ message }) => message === null ? "" : theirLines(message)
      }
    ]
  })

const functionsTable = (model: Model) =>
  table({
    name: "untyped functions",
    rows: model.data.functions.map((each) => ({ ...each, path: model.file(each.file).path })),
    none: model.data.typedness.functions === null
      ? "Not measured: the syntax of a file is not known."
      : "There is no function without any annotation.",
    text: ({ name, path }) => `${path} ${name}`,
    columns: [
      { title: "function", value: ({ name }) => name, cell: ({ line, name, path }) => link(path, line, name) },
      pathColumn,
      {
        title: "parameters",
        numeric: true,
        value: ({ parameters }) => parameters,
        cell: ({ parameters }) => number(parameters)
      },
      { title: "lines", numeric: true, value: ({ lines }) => lines, cell: ({ lines }) => number(lines) }
    ]
  })

const shareCovered = (file: ReportFile) => ratio(coverageOf(file))

/** Least covered first; what was not measured, or has no line to cover, is last. */
const leastFirst = (file: ReportFile) => shareCovered(file) ?? 2

const meterOf = (file: ReportFile): HTMLElement | null => {
  const share = shareCovered(file)
  if (share === null) return null
  const part = h("span")
  part.style.setProperty("width", `${(100 * share).toFixed(1)}%`)
  return h("span", { class: "meter", "aria-hidden": "true" }, part)
}

const coverageTable = (model: Model) => {
  const tool = model.data.tools.find((each) => each.tool === "coverage")
  return table({
    name: "files",
    // where there is nothing else than "not measured", this is said once
    rows: model.data.coverage === null ? [] : [...model.data.files].sort((a, b) => leastFirst(a) - leastFirst(b)),
    none: `Not measured. coverage: ${
      tool === undefined ? "not asked for" : tool.reason ?? tool.status.replaceAll("_", " ")
    }`,
    text: ({ path }) => path,
    columns: [
      pathColumn,
      {
        title: "covered",
        numeric: true,
        value: ({ covered }) => covered,
        cell: ({ covered, coverageReason }) =>
          covered === null ? notMeasured(model.reason(coverageReason)) : number(covered)
      },
      {
        title: "missing",
        numeric: true,
        value: ({ missing }) => missing,
        cell: ({ coverageReason, missing }) =>
          missing === null ? notMeasured(model.reason(coverageReason)) : number(missing)
      },
      { title: "percent", numeric: true, value: shareCovered, cell: (file) => coverageCell(model, file, meterOf(file)) }
    ]
  })
}

const makers: Readonly<Record<TableName, (model: Model) => Table>> = {
  files: filesTable,
  findings: findingsTable,
  rules: rulesTable,
  tests: testsTable,
  functions: functionsTable,
  coverage: coverageTable
}

const titles: Readonly<Record<TableName, string>> = {
  files: "Files",
  findings: "Findings",
  rules: "Rules",
  tests: "Tests",
  functions: "Untyped functions",
  coverage: "Coverage"
}

export interface Tables {
  readonly element: HTMLElement
  readonly open: (name: TableName, query?: string) => void
}

export const tables = (model: Model): Tables => {
  const made = new Map<TableName, Table>()
  const panel = h("div", { role: "tabpanel", id: "panel", tabindex: "0" })
  const tabs = new Map(names.map((name) => [
    name,
    h("button", {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      "aria-controls": "panel",
      click: () => open(name)
    }, titles[name])
  ]))
  const open = (name: TableName, query?: string) => {
    const shown = made.get(name) ?? makers[name](model)
    made.set(name, shown)
    for (const [each, tab] of tabs) {
      tab.setAttribute("aria-selected", String(each === name))
      tab.setAttribute("tabindex", each === name ? "0" : "-1")
    }
    panel.setAttribute("aria-labelledby", `tab-${name}`)
    panel.replaceChildren(shown.element)
    if (query !== undefined) shown.filter(query)
  }
  const list = h("div", { role: "tablist", "aria-label": "tables" }, ...tabs.values())
  list.addEventListener("keydown", (event) => {
    const all = [...tabs.values()]
    const at = all.findIndex((tab) => tab === document.activeElement)
    const to = event.key === "ArrowRight"
      ? at + 1
      : event.key === "ArrowLeft"
      ? at - 1
      : event.key === "Home"
      ? 0
      : event.key === "End"
      ? -1
      : undefined
    if (at < 0 || to === undefined) return
    event.preventDefault()
    const tab = all.at(to % all.length)
    tab?.focus()
    tab?.click()
  })
  open("files")
  const element = h(
    "section",
    { "aria-labelledby": "tables" },
    h("h2", { id: "tables" }, "Tables"),
    list,
    panel
  )
  return { element, open }
}
