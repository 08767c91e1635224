/**
 * What others can see of a file, from its syntax tree.
 *
 * A type checker infers what is not written: the type of a variable from its value, that of an attribute from what methods
 * assign to it, what a function returns from its body. So the text of a declaration is all that the inference starts from.
 *
 * @since 0.1.0
 */
import type { Node } from "web-tree-sitter"
import type { Declaration, DeclarationKind } from "../../domain/Declaration.js"
import { nameOf } from "./names.js"

/** Where a statement stands. */
interface Place {
  /** What the names of members begin with. */
  readonly prefix: string
  readonly isClass: boolean
  /** Conditions and handlers around it. */
  readonly around: string
}

/** Lines that say something: comments with types do. `#` within a text of several lines is none, and no type depends on it. */
const essential = (text: string): string =>
  text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "" && !/^\s*#(?!\s*type:)/.test(line)).join(
    "\n"
  )

const children = (node: Node | null): ReadonlyArray<Node> => node?.namedChildren.filter((each) => each !== null) ?? []

const textOf = (node: Node | null): string => node?.text ?? ""

/** All below a node that `isWanted`, without going into those that `isClosed`. */
const descendants = (
  node: Node,
  isWanted: (node: Node) => boolean,
  isClosed: (node: Node) => boolean
): ReadonlyArray<Node> => {
  const found: Array<Node> = []
  const pending = [...children(node)].reverse()
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    if (isWanted(each)) found.push(each)
    if (!isClosed(each)) pending.push(...[...children(each)].reverse())
  }
  return found
}

const isDefinition = ({ type }: Node): boolean => type === "class_definition" || type === "function_definition"

/** Names that a target of an assignment, a loop or a `with` binds: `a, (b, *c)`. */
const boundNames = (target: Node | null): ReadonlyArray<string> => {
  if (target === null) return []
  if (target.type === "identifier") return [nameOf(target)]
  return /^(pattern_list|tuple_pattern|list_pattern|list_splat_pattern|as_pattern_target|tuple|list|parenthesized_expression)$/
      .test(target.type)
    ? children(target).flatMap(boundNames)
    : []
}

/** The first parameter, by which a method knows its object. */
const firstParameter = (definition: Node): string | undefined => {
  const [first] = children(definition.childForFieldName("parameters"))
  const name = first?.type === "identifier" ? first : children(first ?? null)[0]
  return name?.type === "identifier" ? nameOf(name) : undefined
}

/** Without the docstring, which no type depends on. */
const bodyOf = (body: Node | null): string => {
  const [first] = children(body).filter(({ type }) => type !== "comment")
  const isDocstring = first?.type === "expression_statement" && children(first).every(({ type }) => type === "string")
  return body === null ? "" : isDocstring ? body.text.slice(first.endIndex - body.startIndex) : body.text
}

/** All before the body. */
const headerOf = (definition: Node, decorators: string): string => {
  const body = definition.childForFieldName("body")
  const end = body === null ? definition.text.length : body.startIndex - definition.startIndex
  return `${decorators}${definition.text.slice(0, end)}`
}

/**
 * Names and annotations in the body of a class, in their order: what a dataclass is made of, a tuple unpacked to, an
 * enumeration exhausted by, is decided by a decorator or a base.
 */
const fieldsOf = (definition: Node, decorators: string): string => {
  if (decorators === "" && definition.childForFieldName("superclasses") === null) return ""
  const fields = children(definition.childForFieldName("body"))
    .filter(({ type }) => type === "expression_statement")
    .flatMap((statement) => children(statement).filter(({ type }) => type === "assignment"))
    .flatMap((each) => {
      const annotation = textOf(each.childForFieldName("type"))
      return boundNames(each.childForFieldName("left")).map((name) =>
        annotation === "" ? name : `${name}: ${annotation}`
      )
    })
  return `\n${fields.join("\n")}`
}

/** Values that say all by themselves: an annotation that names the type, and not `Final` or an alias. */
const isSettled = (annotation: Node | null): boolean =>
  annotation !== null && !/\b(Final|TypeAlias|ClassVar)\b/.test(annotation.text)

/**
 * `root` is the module of a tree without errors.
 *
 * @since 0.1.0
 * @category constructors
 */
export const declarationsOf = (root: Node): ReadonlyArray<Declaration> => {
  const found: Array<Declaration> = []

  const lines = root.text.split("\n")

  /** With the comment after it, in which a type may stand. */
  const wholeLines = (node: Node): string => lines.slice(node.startPosition.row, node.endPosition.row + 1).join("\n")

  const declare = (kind: DeclarationKind, name: string, text: string, place: Place) => {
    found.push({
      name,
      qualifiedName: `${place.prefix}${name}`,
      kind,
      isMember: place.isClass,
      text: essential(place.around === "" ? text : `${place.around}\n${text}`)
    })
  }

  /** What methods bind of their object. Its type is inferred from all that comes before in the method. */
  const attributes = (definition: Node, body: Node, place: Place) => {
    const self = firstParameter(definition)
    if (self === undefined) return
    const inferred = `${headerOf(definition, "")}${bodyOf(body)}`
    const isOfSelf = (target: Node) =>
      target.type === "attribute" && textOf(target.childForFieldName("object")) === self
    const binders = descendants(
      body,
      ({ type }) => /^(assignment|augmented_assignment|for_statement|as_pattern_target)$/.test(type),
      ({ type }) => type === "class_definition"
    )
    for (const binder of binders) {
      const left = binder.type === "as_pattern_target" ? binder : binder.childForFieldName("left")
      if (left === null) continue
      const annotation = binder.childForFieldName("type")
      const targets = isOfSelf(left) ? [left] : descendants(left, isOfSelf, ({ type }) => type === "attribute")
      for (const target of targets) {
        const text = isSettled(annotation) ? `${target.text}: ${textOf(annotation)}` : inferred
        declare("attribute", nameOf(target.childForFieldName("attribute")), text, place)
      }
    }
  }

  /** Names of the module that a function binds. */
  const globals = (body: Node) => {
    const named = descendants(body, ({ type }) => type === "global_statement", isDefinition)
      .flatMap((each) => children(each).map(nameOf))
    for (const name of named) declare("variable", name, body.text, { prefix: "", isClass: false, around: "" })
  }

  const define = (definition: Node, decorators: string, place: Place) => {
    const name = nameOf(definition.childForFieldName("name"))
    const body = definition.childForFieldName("body")
    const header = headerOf(definition, decorators)
    if (definition.type === "class_definition") {
      declare("class", name, `${header}${fieldsOf(definition, decorators)}`, place)
      if (body !== null) block(body, { prefix: `${place.prefix}${name}.`, isClass: true, around: place.around })
      return
    }
    const isAnnotated = definition.childForFieldName("return_type") !== null
    declare("function", name, isAnnotated ? header : `${header}${bodyOf(body)}`, place)
    if (body === null) return
    if (place.isClass) attributes(definition, body, place)
    globals(body)
  }

  const assign = (assignment: Node, place: Place) => {
    const left = assignment.childForFieldName("left")
    const annotation = assignment.childForFieldName("type")
    const text = isSettled(annotation)
      ? `${textOf(left)}: ${textOf(annotation)}${assignment.childForFieldName("right") === null ? "" : " = ..."}`
      : wholeLines(assignment)
    for (const name of boundNames(left)) declare("variable", name, text, place)
    // a = b = value
    const right = assignment.childForFieldName("right")
    if (right?.type === "assignment") assign(right, place)
  }

  const importNames = (statement: Node, place: Place) => {
    const source = textOf(statement.childForFieldName("module_name"))
    if (children(statement).some(({ type }) => type === "wildcard_import")) {
      declare("import", "*", statement.text, place)
    }
    for (const each of statement.childrenForFieldName("name")) {
      if (each === null) continue
      const alias = each.childForFieldName("alias")
      const name = nameOf(each.type === "aliased_import" ? each.childForFieldName("name") : each)
      const bound = alias === null ? name.split(".")[0] ?? name : nameOf(alias)
      declare("import", bound, `from ${source} import ${each.text}`, place)
    }
  }

  /** A statement with statements in it: what is before them is said around them. */
  const nest = (statement: Node, place: Place) => {
    const blocks = children(statement).filter(({ type }) => type === "block")
    const end = blocks[0]?.startIndex ?? statement.endIndex
    const header = statement.text.slice(0, end - statement.startIndex).trim()
    const inner: Place = { ...place, around: place.around === "" ? header : `${place.around}\n${header}` }
    for (const name of boundNames(statement.childForFieldName("left"))) declare("variable", name, header, place)
    if (statement.type === "with_statement") {
      for (
        const target of descendants(
          statement,
          ({ type }) => type === "as_pattern_target",
          ({ type }) => type === "block"
        )
      ) {
        for (const name of boundNames(target)) declare("variable", name, header, place)
      }
    }
    for (const each of blocks) block(each, inner)
    for (const clause of children(statement).filter(({ type }) => /_clause$/.test(type))) {
      if (clause.type !== "with_clause") nest(clause, inner)
    }
  }

  const visit = (statement: Node, place: Place) => {
    switch (statement.type) {
      case "function_definition":
      case "class_definition":
        return define(statement, "", place)
      case "decorated_definition": {
        const definition = statement.childForFieldName("definition")
        const decorators = children(statement).filter(({ type }) => type === "decorator").map(({ text }) => `${text}\n`)
        return definition === null ? undefined : define(definition, decorators.join(""), place)
      }
      case "expression_statement":
        for (const each of children(statement)) {
          if (each.type === "assignment" || each.type === "augmented_assignment") assign(each, place)
          // __all__.extend(...), and names that are bound by :=
          else if (/\b__all__\b/.test(each.text)) declare("variable", "__all__", each.text, place)
          for (const walrus of descendants(each, ({ type }) => type === "named_expression", () => false)) {
            for (const name of boundNames(walrus.childForFieldName("name"))) declare("variable", name, each.text, place)
          }
        }
        return
      case "delete_statement":
        for (
          const each of descendants(statement, ({ type }) => type === "identifier", ({ type }) => type === "attribute")
        ) {
          declare("variable", nameOf(each), statement.text, place)
        }
        return
      case "type_alias_statement":
        return declare(
          "variable",
          nameOf(descendants(statement, ({ type }) => type === "identifier", () => false)[0]),
          statement.text,
          place
        )
      case "import_statement":
      case "import_from_statement":
        return importNames(statement, place)
      case "if_statement":
      case "for_statement":
      case "while_statement":
      case "with_statement":
      case "try_statement":
      case "match_statement":
        return nest(statement, place)
    }
  }

  const block = (node: Node, place: Place) => {
    for (const statement of children(node)) {
      if (statement.type === "case_clause") nest(statement, place)
      else visit(statement, place)
    }
  }

  block(root, { prefix: "", isClass: false, around: "" })
  return found
}
