/**
 * Places of functions and classes in a syntax tree.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Node } from "web-tree-sitter"
import type { Definition, Outline } from "../../domain/Outline.js"
import { nameOf } from "./names.js"

/** Statements, and the parts of them, that hold statements. */
const holders = /^(module|block|decorated_definition|(if|for|while|try|with|match)_statement|\w+_clause|ERROR)$/

const children = (node: Node | null): ReadonlyArray<Node> => node?.namedChildren.filter((each) => each !== null) ?? []

const line = (row: number) => row + 1

/** Comments after the last statement are in its block too. */
const lastLine = (definition: Node): number => {
  let node = definition
  for (;;) {
    const last = children(node).findLast(({ type }) => type !== "comment")
    if (last === undefined || !(holders.test(last.type) || /_definition$/.test(last.type))) {
      return line((last ?? node).endPosition.row)
    }
    node = last
  }
}

const signatureOf = (definition: Node, body: Node | null): string => {
  const end = body === null ? definition.text.length : body.startIndex - definition.startIndex
  const header = definition.text.slice(0, end)
  // a comment after the colon belongs to nobody
  return header.replace(/:\s*(#[^\n]*\s*)*$/, ":").trim()
}

/** Strings in a list or tuple, or in a sum of some. */
const stringsIn = (node: Node | null): ReadonlyArray<string> =>
  node === null
    ? []
    : node.type === "string"
    ? [children(node).filter(({ type }) => type === "string_content").map(({ text }) => text).join("")]
    : children(node).flatMap(stringsIn)

/** `__all__ = [...]`, `__all__ += [...]`, `__all__.extend([...])`. */
const exportsOf = (statement: Node): Option.Option<ReadonlyArray<string>> => {
  const [expression] = children(statement)
  if (expression === undefined) return Option.none()
  if (expression.type === "call") {
    return /^__all__\.(extend|append)$/.test(expression.childForFieldName("function")?.text ?? "")
      ? Option.some(stringsIn(expression.childForFieldName("arguments")))
      : Option.none()
  }
  return /assignment$/.test(expression.type) && expression.childForFieldName("left")?.text === "__all__"
    ? Option.some(stringsIn(expression.childForFieldName("right")))
    : Option.none()
}

/**
 * `root` is the module of a tree; of one with errors, what could be made sense of. No depth of nesting is too deep.
 *
 * @since 0.1.0
 * @category constructors
 */
export const outlineOf = (root: Node): Outline => {
  const definitions: Array<Definition> = []
  let exported = Option.none<ReadonlyArray<string>>()
  /** What is to be visited, the next last; `prefix` is what names in it begin with. */
  const pending: Array<{ readonly node: Node; readonly prefix: string }> = [{ node: root, prefix: "" }]

  const define = (node: Node, prefix: string) => {
    const isClass = node.type === "class_definition"
    const decorated = node.parent?.type === "decorated_definition" ? node.parent : undefined
    const name = node.childForFieldName("name")
    const body = node.childForFieldName("body")
    const qualifiedName = prefix + nameOf(name)
    definitions.push({
      qualifiedName,
      kind: isClass ? "class" : "function",
      startLine: line((decorated ?? node).startPosition.row),
      nameLine: line((name ?? node).startPosition.row),
      bodyLine: line((body ?? node).startPosition.row),
      endLine: lastLine(node),
      signature: signatureOf(node, body),
      decorators: children(decorated ?? null).filter(({ type }) => type === "decorator")
        .map(({ text }) => text.replace(/^@\s*/, "")),
      bases: isClass ? children(node.childForFieldName("superclasses")).map(({ text }) => text) : []
    })
    if (body !== null) pending.push({ node: body, prefix: `${qualifiedName}.${isClass ? "" : "<locals>."}` })
  }

  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, prefix } = next
    if (node.type === "function_definition" || node.type === "class_definition") define(node, prefix)
    else if (node.type === "expression_statement") {
      if (prefix !== "") continue
      const found = exportsOf(node)
      if (Option.isSome(found)) exported = Option.some([...Option.getOrElse(exported, () => []), ...found.value])
    } else if (holders.test(node.type)) {
      for (const child of [...children(node)].reverse()) pending.push({ node: child, prefix })
    }
  }
  return { definitions, exported }
}
