/**
 * What the edits need to know of a Python file, from its syntax tree.
 */
import type { Node, Parser, Tree } from "web-tree-sitter"

/** Replaces a part of a text; of length 0, it is put in. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

export const splice = (source: string, splices: ReadonlyArray<Splice>): string =>
  splices.toSorted((a, b) => b.start - a.start).reduce(
    (text, { end, start, text: replacement }) => text.slice(0, start) + replacement + text.slice(end),
    source
  )

/** A function or class at the top level of a module. */
export interface Definition {
  readonly name: string
  readonly isClass: boolean
  /** With its decorators, without the end of its last line. */
  readonly start: number
  readonly end: number
}

export const present = (nodes: ReadonlyArray<Node | null>): ReadonlyArray<Node> => nodes.filter((node) => node !== null)

/** The tree lives as long as `use` runs. */
export const withTree = <A>(parser: Parser, source: string, use: (root: Node) => A): A => {
  const tree: Tree | null = parser.parse(source)
  if (tree === null) throw new Error("a file was not parsed")
  try {
    return use(tree.rootNode)
  } finally {
    tree.delete()
  }
}

export const parses = (parser: Parser, source: string): boolean => withTree(parser, source, (root) => !root.hasError)

const isDefinition = ({ type }: Node) => type === "function_definition" || type === "class_definition"

export const definitionsOf = (root: Node): ReadonlyArray<Definition> =>
  present(root.namedChildren).flatMap((outer) => {
    const node = outer.type === "decorated_definition" ? outer.childForFieldName("definition") : outer
    const name = node?.childForFieldName("name")
    return node && name && isDefinition(node)
      ? [{ name: name.text, isClass: node.type === "class_definition", start: outer.startIndex, end: outer.endIndex }]
      : []
  })

/** Functions and methods, or classes, wherever they are, whose body begins on a line of its own. */
export const nodesOf = (root: Node, type: "function_definition" | "class_definition"): ReadonlyArray<Node> =>
  present(root.descendantsOfType(type)).filter((node) => {
    const body = node.childForFieldName("body")
    return body !== null && body.startPosition.row > node.startPosition.row && body.namedChildren.length > 0
  })

/** White space at the start of the line that the node begins on. */
export const indentOf = (source: string, node: Node): string => {
  const start = source.lastIndexOf("\n", node.startIndex - 1) + 1
  return /^[ \t]*/.exec(source.slice(start, node.startIndex))?.[0] ?? ""
}

/** The package that relative imports of a module begin at. */
export const packageOf = (relPath: string, module: string): string =>
  /(^|\/)__init__\.pyi?$/.test(relPath) ? module : module.split(".").slice(0, -1).join(".")

/** `..b` in the package `a.c` is `a.b`. */
const absolute = (written: string, from: string): string => {
  const [, dots = "", rest = ""] = /^(\.*)(.*)$/.exec(written.replaceAll(/\s/g, "")) ?? []
  if (dots === "") return rest
  const base = from.split(".").slice(0, from.split(".").length - (dots.length - 1)).join(".")
  return [base, rest].filter((part) => part !== "").join(".")
}

/** What makes the imports of a file name `to` (another name in the same package) where they name the module `from`. */
export const renameImports = (
  root: Node,
  importer: { readonly relPath: string; readonly module: string },
  from: string,
  to: string
): ReadonlyArray<Splice> => {
  const last = (module: string) => module.split(".").at(-1) ?? ""
  const inside = packageOf(importer.relPath, importer.module)
  const nameNode = (node: Node) => node.type === "aliased_import" ? node.childForFieldName("name") : node
  /** The last name in a dotted one, of the length of the old one. */
  const ending = (node: Node): Splice => ({
    start: node.endIndex - last(from).length,
    end: node.endIndex,
    text: last(to)
  })

  const direct = present(root.descendantsOfType("import_statement")).flatMap((statement) =>
    present(statement.childrenForFieldName("name")).flatMap((each) => {
      const node = nameNode(each)
      if (node === null || node.text !== from && !node.text.startsWith(`${from}.`)) return []
      return [{ start: node.startIndex, end: node.startIndex + from.length, text: to }]
    })
  )
  const named = present(root.descendantsOfType("import_from_statement")).flatMap((statement) => {
    const source = statement.childForFieldName("module_name")
    if (source === null) return []
    const module = absolute(source.text, inside)
    if (module === from && source.text.endsWith(last(from))) return [ending(source)]
    return present(statement.childrenForFieldName("name")).flatMap((each) => {
      const node = nameNode(each)
      if (node === null || `${module}.${node.text}` !== from) return []
      const text = each === node || each.type !== "aliased_import" ? `${last(to)} as ${last(from)}` : last(to)
      return [{ start: node.startIndex, end: node.endIndex, text }]
    })
  })
  return [...direct, ...named]
}
