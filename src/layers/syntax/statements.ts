/**
 * Functions and imports of a syntax tree.
 *
 * @since 0.1.0
 */
import type { Node, TreeCursor } from "web-tree-sitter"
import type { FunctionFacts, ImportFacts } from "../../domain/SyntaxFacts.js"
import { importsOf } from "./imports.js"
import { nameOf } from "./names.js"
import { countParameters } from "./parameters.js"

/**
 * Something that the grammar lets pass and Python does not.
 *
 * @since 0.1.0
 * @category models
 */
export interface Complaint {
  readonly line: number
  readonly message: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Statements {
  readonly functions: ReadonlyArray<FunctionFacts>
  readonly imports: ReadonlyArray<ImportFacts>
  /** The first one. */
  readonly complaint: Complaint | undefined
}

/** Nodes that hold statements. A definition or an import is in no other, so the rest is passed over. */
const holders: ReadonlySet<string> = new Set([
  "module",
  "block",
  "decorated_definition",
  "function_definition",
  "class_definition",
  "if_statement",
  "elif_clause",
  "else_clause",
  "for_statement",
  "while_statement",
  "try_statement",
  "except_clause",
  "finally_clause",
  "with_statement",
  "match_statement",
  "case_clause",
  "ERROR"
])

/** Of these, those that end with what they hold: a body, or the definition under its decorators. */
const endWithBody: ReadonlySet<string> = new Set([
  "decorated_definition",
  "function_definition",
  "class_definition",
  "elif_clause",
  "else_clause",
  "except_clause",
  "finally_clause",
  "with_statement"
])

/** CPython's own limit of indentation (`MAXINDENT`), which bounds the length of names here. */
const MAX_SCOPES = 100

interface Scope {
  readonly depth: number
  readonly isClass: boolean
  /** What the names of members begin with. */
  readonly prefix: string
  /** Index in the list of functions; none for a class. */
  readonly index: number | undefined
}

const isStatic = (decorated: Node): boolean =>
  decorated.namedChildren.some((child) =>
    child.type === "decorator" && /(^|\.)(abstract)?staticmethod$/.test(nameOf(child.firstNamedChild))
  )

const complaintAbout = (node: Node): string | undefined => {
  if (node.type === "exec_statement") return "exec statement of Python 2"
  // `print >>file, text` is an expression to Python 3
  return node.namedChildren.some(({ type }) => type === "chevron") ? undefined : "print statement of Python 2"
}

const isSpace = (type: string): boolean => type === "comment" || type === "line_continuation"

/** Where the last statement of siblings ends; none when it holds others, which were asked. */
const lastLineOf = (siblings: ReadonlyArray<Node>): number | undefined => {
  const last = siblings.findLast(({ type }) => !isSpace(type))
  return last === undefined || holders.has(last.type) ? undefined : last.endPosition.row + 1
}

const before = (block: Node): ReadonlyArray<Node> => {
  const siblings = block.parent?.children ?? []
  return siblings.slice(0, siblings.findIndex(({ id }) => id === block.id))
}

/**
 * Walks with a cursor and a stack of scopes, so that no depth of nesting is too deep.
 *
 * A function ends with its last statement, as in Python's own `ast`: comments after it are in its block too.
 *
 * Each question to the tree is a call into WebAssembly, and they cost more than the walk: of a definition nothing is
 * visited but its body, and only the last statement of a block is asked where it ends.
 *
 * `sound`: the tree has no errors. In one that has, an empty block may be what the parser made of something else, and
 * every node is visited.
 *
 * @since 0.1.0
 * @category constructors
 */
export const collectStatements = (cursor: TreeCursor, sound: boolean): Statements => {
  const functions: Array<FunctionFacts> = []
  const imports: Array<ImportFacts> = []
  const scopes: Array<Scope> = []
  let complaint: Complaint | undefined
  let depth = 0
  let lastLine = 1
  let type = ""
  /** What the cursor is on. */
  let at: "statement" | "holder" | "space" = "holder"
  /** No statement was visited since the last block began. */
  let isBare = false
  // of the definition that follows
  let decorators: { readonly startLine: number; readonly isStatic: boolean } | undefined

  const complain = (message: string | undefined, line: number) => {
    if (message !== undefined) complaint ??= { line, message }
  }

  const enterDefinition = (node: Node) => {
    const scope = scopes.at(-1)
    const line = decorators?.startLine ?? node.startPosition.row + 1
    const isClass = type === "class_definition"
    const qualifiedName = (scope?.prefix ?? "") + nameOf(node.childForFieldName("name"))
    const parameters = isClass ? null : node.childForFieldName("parameters")
    if (parameters !== null) {
      functions.push({
        qualifiedName,
        startLine: line,
        endLine: line,
        ...countParameters(parameters, scope?.isClass === true && decorators?.isStatic !== true),
        returnAnnotated: node.childForFieldName("return_type") !== null
      })
    }
    scopes.push({
      depth,
      isClass,
      prefix: isClass ? `${qualifiedName}.` : `${qualifiedName}.<locals>.`,
      index: parameters === null ? undefined : functions.length - 1
    })
    decorators = undefined
  }

  /** Whether to go into the node. */
  const visit = (): boolean => {
    type = cursor.nodeType
    at = isSpace(type) ? "space" : holders.has(type) ? "holder" : "statement"
    if (type !== "comment") isBare = false
    if (at === "space") return false
    if (at === "statement") {
      if (!sound) lastLine = cursor.endPosition.row + 1
      if (type.endsWith("import_statement") || type === "import_from_statement") {
        imports.push(...importsOf(cursor.currentNode))
      } else if (type === "print_statement" || type === "exec_statement") {
        complain(complaintAbout(cursor.currentNode), cursor.startPosition.row + 1)
      }
      return false
    }
    if (type === "block") isBare = sound
    if (type === "decorated_definition") {
      decorators = { startLine: cursor.startPosition.row + 1, isStatic: isStatic(cursor.currentNode) }
    } else if (type === "function_definition" || type === "class_definition") {
      if (scopes.length === MAX_SCOPES) {
        complain("too many levels of indentation", cursor.startPosition.row + 1)
        lastLine = cursor.endPosition.row + 1
        return false
      }
      enterDefinition(cursor.currentNode)
    }
    return true
  }

  const goInto = (): boolean => {
    if (sound && endWithBody.has(type) && cursor.gotoLastChild()) {
      if (holders.has(cursor.nodeType)) return true
      // a comment after the body
      cursor.gotoParent()
    }
    return cursor.gotoFirstChild()
  }

  const leave = () => {
    if (isBare && at === "holder") {
      isBare = false
      lastLine = lastLineOf(before(cursor.currentNode)) ?? lastLine
      complain("expected an indented block", lastLine)
    }
    const scope = scopes.at(-1)
    if (scope?.depth !== depth) return
    scopes.pop()
    const facts = scope.index === undefined ? undefined : functions[scope.index]
    if (scope.index !== undefined && facts !== undefined) functions[scope.index] = { ...facts, endLine: lastLine }
  }

  /** From the last of some siblings to what is around them; false: that was all. */
  const goOut = (): boolean => {
    // without a scope nobody wants to know
    const isAsked = sound && scopes.length > 0
    if (isAsked && at === "statement") lastLine = cursor.endPosition.row + 1
    if (!cursor.gotoParent()) return false
    if (isAsked && at === "space") lastLine = lastLineOf(cursor.currentNode.children) ?? lastLine
    at = "holder"
    depth--
    return true
  }

  for (;;) {
    if (visit() && goInto()) {
      depth++
      continue
    }
    leave()
    while (!cursor.gotoNextSibling()) {
      if (!goOut()) return { functions, imports, complaint }
      leave()
    }
  }
}
