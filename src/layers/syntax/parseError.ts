/**
 * @since 0.1.0
 */
import type { Node, TreeCursor } from "web-tree-sitter"
import type { Complaint } from "./statements.js"

const names: Readonly<Record<string, string>> = {
  identifier: "a name",
  _newline: "the end of the line",
  _indent: "an indented block",
  _dedent: "the end of the block",
  string_end: "the end of the string"
}

const excerpt = (text: string): string => {
  const line = [...(text.trimStart().split("\n", 1)[0] ?? "").replace(/\p{Cc}/gu, " ").trim()]
  return line.length > 40 ? `${line.slice(0, 40).join("")}...` : line.join("")
}

const unparsed = (node: Node, source: string, end: number): Complaint => {
  const text = excerpt(source.slice(node.startIndex, end))
  return { line: node.startPosition.row + 1, message: text === "" ? "cannot be parsed" : `cannot parse: ${text}` }
}

const isWhole = (node: Node): boolean => !node.hasError && /(_statement|_definition|^comment)$/.test(node.type)

/** The grammar does not know the defaults of type parameters (PEP 696): `class A[T = int]`. */
const isTypeParameterDefault = (node: Node, source: string): boolean =>
  node.type === "type_parameter" && source.slice(node.startIndex, node.endIndex).includes("=")

/**
 * The first place that the grammar could not make sense of, with as much of it as explains the matter. Goes only into
 * nodes with an error below; none when there is no such place.
 *
 * An error can begin long before what is wrong, at the first of many statements that are fine: these are passed over.
 *
 * @since 0.1.0
 * @category constructors
 */
export const firstProblem = (cursor: TreeCursor, source: string): Complaint | undefined => {
  let around: { readonly problem: Complaint; readonly end: number } | undefined
  for (;;) {
    const node = cursor.currentNode
    if (node.isMissing) {
      return { line: node.startPosition.row + 1, message: `expected ${names[node.type] ?? node.type}` }
    }
    if (node.isError) {
      around = { problem: unparsed(node, source, node.endIndex), end: node.endIndex }
      if (!cursor.gotoFirstChild()) return around.problem
      while (isWhole(cursor.currentNode)) {
        if (!cursor.gotoNextSibling()) return around.problem
      }
      const first = cursor.currentNode
      if (!first.hasError && !first.isError) return unparsed(first, source, around.end)
      continue
    }
    if (node.hasError && !isTypeParameterDefault(node, source) && cursor.gotoFirstChild()) continue
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) return around?.problem
    }
  }
}
