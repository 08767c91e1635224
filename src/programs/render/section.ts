/**
 * Lines that are the same in a terminal and in Markdown, but for how each shows what others wrote.
 *
 * @since 0.1.0
 */
import type { Severity } from "../../domain/Diagnostic.js"
import { inert } from "../../domain/inert.js"
import { code } from "./markdown.js"
import type { Style } from "./style.js"
import { withoutCommands } from "./workflowCommand.js"

/**
 * A string is ours; `foreign` is not, and is made inert in each form.
 *
 * @since 0.1.0
 * @category models
 */
export type Part = string | { readonly foreign: string } | { readonly severity: Severity }

/**
 * @since 0.1.0
 * @category models
 */
export type Line = ReadonlyArray<Part>

/**
 * @since 0.1.0
 * @category models
 */
export interface Section {
  readonly title: Line
  /** Before each line, in a terminal: a path at the beginning of a line could be read as a command by who reads logs. */
  readonly mark: string
  readonly lines: ReadonlyArray<Line>
}

const MOST_LINES = 50
const MOST_CHARACTERS = 1000

/**
 * Text of several lines on one, and no longer than a person reads.
 *
 * @since 0.1.0
 * @category constructors
 */
export const oneLine = (text: string): string => {
  const line = text.split(/[\r\n]/).map((part) => part.trim()).filter((part) => part !== "").join(" ")
  const characters = [...line.slice(0, 2 * MOST_CHARACTERS + 2)]
  return characters.length <= MOST_CHARACTERS ? line : `${characters.slice(0, MOST_CHARACTERS).join("")}...`
}

const ofSeverity = ({ dim, red, yellow }: Style, severity: Severity) =>
  severity === "error" ? red(severity) : severity === "warning" ? yellow(severity) : dim(severity)

/**
 * @since 0.1.0
 * @category rendering
 */
export const textOf = (line: Line, style: Style): string =>
  withoutCommands(
    line.map((part) =>
      typeof part === "string" ? part : "foreign" in part ? inert(part.foreign) : ofSeverity(style, part.severity)
    ).join("")
  )

/**
 * @since 0.1.0
 * @category rendering
 */
export const markdownOf = (line: Line): string =>
  line.map((part) => typeof part === "string" ? part : "foreign" in part ? code(part.foreign) : part.severity).join("")

const cut = <A>(lines: ReadonlyArray<A>, hint: string, show: (line: A) => string, more: (text: string) => string) =>
  lines.length <= MOST_LINES
    ? lines.map(show)
    : [
      ...lines.slice(0, MOST_LINES).map(show),
      more(`... and ${(lines.length - MOST_LINES).toLocaleString("en")} more (${hint} has all)`)
    ]

/** A list has space around it; what is said in a line of its own does not. */
const spaced = (sections: ReadonlyArray<Section>, show: (section: Section) => ReadonlyArray<string>) =>
  sections.flatMap((section, at) => {
    const isApart = section.lines.length > 0 || at === 0 || (sections[at - 1]?.lines.length ?? 0) > 0
    return [...(isApart ? [""] : []), ...show(section)]
  })

/**
 * Each with its title, and of its lines so many as a person reads; `hint` says where all are.
 *
 * @since 0.1.0
 * @category rendering
 */
export const sectionsText = (sections: ReadonlyArray<Section>, hint: string, style: Style): ReadonlyArray<string> =>
  spaced(sections, ({ lines, mark, title }) => [
    style.bold(textOf(title, style)),
    ...cut(lines, hint, (line) => `${mark} ${textOf(line, style)}`, style.dim)
  ])

/**
 * The same with headings and lists.
 *
 * @since 0.1.0
 * @category rendering
 */
export const sectionsMarkdown = (sections: ReadonlyArray<Section>, hint: string): ReadonlyArray<string> =>
  sections.flatMap(({ lines, title }) =>
    lines.length === 0
      ? ["", markdownOf(title)]
      : [
        "",
        `### ${markdownOf(title)}`,
        "",
        ...cut(lines, hint, (line) => `- ${markdownOf(line)}`, (more) => `- ${more}`)
      ]
  )
