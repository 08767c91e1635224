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
    // from the end: a body may have many statements, and each costs a call into the parser
    let last = node.lastNamedChild
    while (last?.type === "comment") last = last.previousNamedSibling
    if (last === null || !(holders.test(last.type) || /_definition$/.test(last.type))) {
      return line((last ?? node).endPosition.row)
    }
    node = last
  }
}

/** Row after a docstring where the code begins; below the definition where it has no other code. */
const codeRow = (body: Node, definition: Node): number => {
  const [first, next] = children(body).filter(({ type }) => type !== "comment")
  const isDocumented = first?.type === "expression_statement" && /string$/.test(children(first)[0]?.type ?? "")
  return (isDocumented ? next?.startPosition.row ?? lastLine(definition) : first?.startPosition.row) ??
    body.startPosition.row
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

/** Statements of the module, whatever conditions they stand under. */
const exportedBy = (root: Node): Option.Option<ReadonlyArray<string>> => {
  const found = root.descendantsOfType("expression_statement").filter((each) => each !== null)
    .filter((statement) => /^__all__\b/.test(statement.text) && !isInDefinition(statement))
    .map(exportsOf).filter(Option.isSome)
  return found.length === 0 ? Option.none() : Option.some(found.flatMap(({ value }) => value))
}

const isInDefinition = (statement: Node): boolean => {
  for (let node = statement.parent; node !== null; node = node.parent) if (/_definition$/.test(node.type)) return true
  return false
}

/**
 * `root` is the module of a tree; of one with errors, what could be made sense of. No depth of nesting is too deep. The tree is searched by the
 * parser itself: to walk it from here takes ten times as long.
 *
 * @since 0.1.0
 * @category constructors
 */
export const outlineOf = (root: Node): Outline => {
  const definitions: Array<Definition> = []
  /** What the definition that comes next stands in. */
  const around: Array<{ readonly endIndex: number; readonly prefix: string }> = []
  for (const node of root.descendantsOfType(["function_definition", "class_definition"])) {
    if (node === null) continue
    const { endIndex, startIndex, type } = node
    while ((around.at(-1)?.endIndex ?? Infinity) <= startIndex) around.pop()
    const isClass = type === "class_definition"
    const decorated = node.parent?.type === "decorated_definition" ? node.parent : undefined
    const name = node.childForFieldName("name")
    const body = node.childForFieldName("body")
    const qualifiedName = (around.at(-1)?.prefix ?? "") + nameOf(name)
    definitions.push({
      qualifiedName,
      kind: isClass ? "class" : "function",
      startLine: line((decorated ?? node).startPosition.row),
      nameLine: line((name ?? node).startPosition.row),
      bodyLine: line((body ?? node).startPosition.row),
      codeLine: line(body === null ? node.startPosition.row : codeRow(body, node)),
      isBlock: body !== null && (body.previousSibling?.endPosition.row ?? Infinity) < body.startPosition.row,
      endLine: lastLine(node),
      signature: signatureOf(node, body),
      decorators: children(decorated ?? null).filter((child) => child.type === "decorator")
        .map(({ text }) => text.replace(/^@\s*/, "")),
      bases: isClass ? children(node.childForFieldName("superclasses")).map(({ text }) => text) : []
    })
    around.push({ endIndex, prefix: `${qualifiedName}.${isClass ? "" : "<locals>."}` })
  }
  // few files have it, and every statement would have to be asked
  return { definitions, exported: root.text.includes("__all__") ? exportedBy(root) : Option.none() }
}
