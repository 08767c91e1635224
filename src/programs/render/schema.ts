/**
 * What the database holds, for a person at a terminal or a page of documentation.
 *
 * @since 0.1.0
 */
import { type Relation, type RelationColumn, relationName } from "../../domain/Relation.js"
import { cellCode, markdownTable, prose } from "./markdown.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

/** A narrower column is left to the terminal. */
const NARROWEST = 30

const INDENT = "  "

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** Lines of whole words, each at most `width` long as far as its words are. */
const wrap = (text: string, width: number): ReadonlyArray<string> =>
  text.split(" ").reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    return last !== undefined && last.length + 1 + word.length <= width
      ? [...lines.slice(0, -1), `${last} ${word}`]
      : [...lines, word]
  }, [])

const titles = ["column", "type", "what it is (unit)"]

const explained = (relation: Relation, width: number): string => {
  const facts = relation.columns.map(({ name, type }) => [name, type])
  const before = [0, 1].reduce(
    (sum, at) => sum + 2 + Math.max(...[titles, ...facts].map((row) => row[at]?.length ?? 0)),
    INDENT.length
  )
  const left = width - before < NARROWEST ? Infinity : width - before
  const rows = relation.columns.flatMap(({ description, unit, whenNull }, index) =>
    [unit === null ? description : `${description} (${unit})`, ...(whenNull === null ? [] : [`NULL: ${whenNull}`])]
      .flatMap((text) => wrap(text, left))
      .map((line, at) => [...(at === 0 ? facts[index] ?? [] : ["", ""]), line])
  )
  return table(titles.map((title) => ({ title })), rows).split("\n").map((line) => INDENT + line).join("\n")
}

/**
 * Relations one below the other; a column without `NULL:` has none. `width`: columns of the terminal, or `Infinity`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderSchema = (relations: ReadonlyArray<Relation>, style: Style, width: number): string =>
  relations.map((relation) =>
    [
      `${style.bold(relationName(relation))} (${relation.kind})`,
      ...wrap(sentence(relation.description), width),
      explained(relation, width)
    ].join("\n")
  ).join("\n\n")

const row = ({ description, name, nullable, type, unit, whenNull }: RelationColumn) => [
  cellCode(name),
  type,
  nullable ? "yes" : "",
  prose(unit ?? ""),
  prose(whenNull === null ? description : `${description}; NULL: ${whenNull}`)
]

/**
 * A section for each relation: docs/schema.md is made of them.
 *
 * @since 0.1.0
 * @category rendering
 */
export const schemaMarkdown = (relations: ReadonlyArray<Relation>): string =>
  relations.map((relation) =>
    [
      `### ${relationName(relation)}`,
      "",
      prose(sentence(relation.description)),
      "",
      markdownTable(
        ["column", "type", "NULL", "unit", "what it is"].map((title) => ({ title })),
        relation.columns.map(row)
      ),
      ""
    ].join("\n")
  ).join("\n")
