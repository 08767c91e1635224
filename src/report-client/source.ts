/**
 * The text of a file, with what is known of each line beside it.
 */
import { inert } from "../domain/inert.js"
import type { ReportDetail, ReportFile, ReportFinding } from "../domain/ReportData.js"
import { h, spoken, theirLines, theirs } from "./dom.js"
import { number, plural } from "./format.js"
import { mark, severityOrder, shapes } from "./marks.js"
import { linesOf, type Model } from "./model.js"
import { fileHref } from "./route.js"
import { roving } from "./roving.js"

/** Characters of a line that are shown. */
const MAX_LINE = 2000

/** Lines that the browser lays out together, and only when they are near. */
const CHUNK = 100

/** Names of tests that are given for a line. */
const MAX_TESTS = 50

/** As Python counts lines. A tab stays. */
const textOf = (line: string): string => {
  const text = line.split("\t").map(inert).join("\t")
  return text.length > MAX_LINE
    ? `${text.slice(0, MAX_LINE)} … ${number(text.length - MAX_LINE)} more characters`
    : text
}

type Coverage = "covered" | "missing" | "none" | "unmeasured"

const spokenOf: Readonly<Record<Coverage, string>> = {
  covered: "covered",
  missing: "not covered",
  none: "",
  unmeasured: ""
}

export interface Source {
  readonly element: HTMLElement
  /** Marks the line, and shows which tests ran it. */
  readonly select: (line: number) => void
}

const findingLine = (model: Model, { column, message, rule, severity }: ReportFinding) => {
  const of = model.data.rules[rule]
  return h(
    "div",
    { class: `inline ${severity}` },
    mark(severity),
    " ",
    theirs(of?.tool ?? ""),
    " ",
    theirs(of?.rule ?? "", { class: "rule" }),
    ` at ${column}: `,
    theirLines(message)
  )
}

export const source = (
  model: Model,
  file: ReportFile,
  detail: ReportDetail,
  findings: ReadonlyArray<ReportFinding>,
  text: string
): Source => {
  const covered = linesOf(detail.covered)
  const missing = linesOf(detail.missing)
  const isMeasured = file.covered !== null
  const byLine = new Map<number, Array<ReportFinding>>()
  for (const finding of findings) byLine.set(finding.line, [...(byLine.get(finding.line) ?? []), finding])
  const testsOf = new Map<number, Array<number>>()
  for (const { lines, test } of detail.contexts ?? []) {
    for (const line of linesOf(lines)) testsOf.set(line, [...(testsOf.get(line) ?? []), test])
  }

  const texts = text.split(/\r\n|\r|\n/)
  if (texts.at(-1) === "" && texts.length > 1) texts.pop()
  const coverageOf = (line: number): Coverage =>
    covered.has(line) ? "covered" : missing.has(line) ? "missing" : isMeasured ? "none" : "unmeasured"

  const elements = texts.map((each, at) => {
    const line = at + 1
    const coverage = coverageOf(line)
    const here = (byLine.get(line) ?? []).sort((a, b) => severityOrder[a.severity] - severityOrder[b.severity])
    const tests = testsOf.get(line)?.length ?? 0
    const worst = here[0]?.severity
    return h(
      "div",
      { class: "line", "data-line": line },
      h(
        "a",
        { class: "number", href: fileHref(file.path, line), tabindex: "-1", "aria-label": `line ${line}` },
        String(line)
      ),
      h(
        "span",
        { class: `gutter ${coverage}`, title: spokenOf[coverage] || undefined },
        spokenOf[coverage] === "" ? null : spoken(spokenOf[coverage])
      ),
      tests === 0 ? h("span") : h(
        "a",
        { class: "tests", href: fileHref(file.path, line), tabindex: "-1", title: `${plural(tests, "test")} ran it` },
        number(tests),
        spoken(` ${tests === 1 ? "test" : "tests"} ran line ${line}`)
      ),
      h(
        "span",
        { class: `flag ${worst ?? ""}`, "aria-hidden": "true" },
        worst === undefined ? "" : shapes[worst] ?? ""
      ),
      h("code", {}, textOf(each)),
      ...here.map((finding) => findingLine(model, finding))
    )
  })
  const chunks = Array.from({ length: Math.ceil(elements.length / CHUNK) }, (_, at) => {
    const inside = elements.slice(at * CHUNK, (at + 1) * CHUNK)
    const chunk = h("div", { class: "chunk" }, ...inside)
    chunk.style.setProperty("contain-intrinsic-block-size", `auto ${inside.length * 20}px`)
    return chunk
  })

  const body = h("div", {
    class: "source",
    role: "group",
    "aria-label": `source of ${inert(file.path)}; up and down go from line to line, Enter picks one`
  }, ...chunks)
  const numbers = elements.flatMap((element) => [...element.querySelectorAll<HTMLElement>(".number")])
  const arrows = roving(body, () => numbers, (from, key, all) => {
    const at = all.indexOf(from)
    switch (key) {
      case "ArrowDown":
        return all[at + 1]
      case "ArrowUp":
        return all[at - 1]
      case "PageDown":
        return all[Math.min(all.length - 1, at + 25)]
      case "PageUp":
        return all[Math.max(0, at - 25)]
      case "Home":
        return all[0]
      case "End":
        return all.at(-1)
      default:
        return undefined
    }
  })
  arrows.renew()

  const testsPanel = (line: number) => {
    const tests = testsOf.get(line) ?? []
    if (detail.contexts === null) return null
    const shown = tests.slice(0, MAX_TESTS)
    return h(
      "div",
      { class: "inline tests-panel" },
      tests.length === 0
        ? covered.has(line) ? "It ran, but in no test: when its module was imported." : "No test ran this line."
        : `${plural(tests.length, "test")} ran this line:`,
      h("ul", {}, ...shown.map((test) => h("li", {}, theirs(model.data.testIds[test] ?? "")))),
      tests.length > shown.length ? h("p", {}, `and ${number(tests.length - shown.length)} more`) : null
    )
  }

  const select = (line: number) => {
    for (const each of body.querySelectorAll(".tests-panel")) each.remove()
    for (const each of body.querySelectorAll(".selected")) each.classList.remove("selected")
    const element = elements[line - 1]
    if (element === undefined) return
    element.classList.add("selected")
    const panel = testsPanel(line)
    if (panel !== null) element.append(panel)
    element.scrollIntoView({ block: "center" })
    element.querySelector<HTMLElement>(".number")?.focus({ preventScroll: true })
  }
  return { element: body, select }
}
