/**
 * Edits inside of functions and classes.
 */
import type { Node, Parser } from "web-tree-sitter"
import { indentOf, nodesOf, parses, present, type Splice, splice, withTree } from "./python.js"
import { choose, type Edit, firstOf, type Kind, makeRandom, type World } from "./world.js"

interface Change {
  readonly what: string
  readonly splices: ReadonlyArray<Splice>
}

/** What can be done to a node in this way; undefined: nothing. */
type Way = (node: Node, world: World, source: string) => Change | undefined

const before = (node: Node, text: string): Splice => ({ start: node.startIndex, end: node.startIndex, text })
const after = (node: Node, text: string): Splice => ({ start: node.endIndex, end: node.endIndex, text })
const instead = (node: Node, text: string): Splice => ({ start: node.startIndex, end: node.endIndex, text })

const nameOf = (node: Node) => node.childForFieldName("name")?.text ?? "?"

const parametersOf = (node: Node) => {
  const list = node.childForFieldName("parameters")
  return { list, parameters: present(list?.namedChildren ?? []).filter(({ type }) => type !== "comment") }
}

/** A parameter's own name; none of `*`, `/` and of patterns. */
const nameNode = (parameter: Node): Node | null =>
  parameter.type === "identifier"
    ? parameter
    : parameter.childForFieldName("name") ?? (parameter.type === "typed_parameter" ? parameter.firstNamedChild : null)

const isSelf = (name: string) => ["self", "cls", "mcs"].includes(name)

const addParameter: Way = (node, { step }) => {
  const { list, parameters } = parametersOf(node)
  if (list === null) return undefined
  const what = `a parameter more in ${nameOf(node)}`
  const text = `added${step}=None`
  const last = parameters.at(-1)
  if (last === undefined) return { what, splices: [{ start: list.startIndex + 1, end: list.startIndex + 1, text }] }
  const isRest = last.text.startsWith("**")
  return { what, splices: [isRest ? before(last, `${text}, `) : after(last, `, ${text}`)] }
}

const removeParameter: Way = (node) => {
  const { parameters } = parametersOf(node)
  const [last, previous] = [parameters.at(-1), parameters.at(-2)]
  const name = last === undefined ? null : nameNode(last)
  if (last === undefined || name === null || isSelf(name.text)) return undefined
  return {
    what: `without the parameter ${name.text} in ${nameOf(node)}`,
    splices: [{ start: previous?.endIndex ?? last.startIndex, end: last.endIndex, text: "" }]
  }
}

/** In the body as well, where it is a name of its own. */
const renameParameter: Way = (node, { random, step }) => {
  const names = parametersOf(node).parameters.flatMap((each) => nameNode(each) ?? []).filter(({ text, type }) =>
    type === "identifier" && !isSelf(text)
  )
  return choose(random, names, (name): Change => {
    const text = `${name.text}${step}`
    const uses = present(node.childForFieldName("body")?.descendantsOfType("identifier") ?? []).filter((each) => {
      const { parent } = each
      return each.text === name.text &&
        !(parent?.type === "attribute" && parent.childForFieldName("attribute")?.id === each.id) &&
        !(parent?.type === "keyword_argument" && parent.childForFieldName("name")?.id === each.id)
    })
    return {
      what: `${name.text} is ${text} in ${nameOf(node)}`,
      splices: [name, ...uses].map((each) => instead(each, text))
    }
  })
}

const changeReturnAnnotation: Way = (node) => {
  const [type, { list }] = [node.childForFieldName("return_type"), parametersOf(node)]
  if (list === null) return undefined
  return type === null
    ? { what: `${nameOf(node)} returns int`, splices: [after(list, " -> int")] }
    : {
      what: `${nameOf(node)} without return annotation`,
      splices: [{ start: list.endIndex, end: type.endIndex, text: "" }]
    }
}

const changeDefault: Way = (node, { random, step }) =>
  choose(
    random,
    parametersOf(node).parameters.flatMap((each) => each.childForFieldName("value") ?? []),
    (value): Change => ({ what: `a default of ${nameOf(node)} is ${step}`, splices: [instead(value, `${step}`)] })
  )

const changeReturnedType: Way = (node, { random }) =>
  choose(
    random,
    present(node.childForFieldName("body")?.descendantsOfType("return_statement") ?? []).flatMap((each) =>
      each.firstNamedChild ?? []
    ),
    (value): Change => ({ what: `${nameOf(node)} returns a list`, splices: [instead(value, `[${value.text}]`)] })
  )

/** A string alone at the start of a body. */
const isDocstring = (node: Node) => node.type === "expression_statement" && node.firstNamedChild?.type === "string"

const addPrivateName: Way = (node, { step }, source) => {
  const body = node.childForFieldName("body")
  const statement = present(body?.namedChildren ?? []).find((each) => each.type !== "comment" && !isDocstring(each))
  return statement === undefined ? undefined : {
    what: `a name more in ${nameOf(node)}`,
    splices: [before(statement, `_private${step} = ${step}\n${indentOf(source, statement)}`)]
  }
}

const changeDocstring: Way = (node, { step }, source) => {
  const first = node.childForFieldName("body")?.firstNamedChild
  if (!first) return undefined
  const docstring = first.type === "expression_statement" ? first.firstNamedChild : null
  if (docstring?.type === "string") {
    const content = present(docstring.namedChildren).find(({ type }) => type === "string_content")
    return content === undefined
      ? undefined
      : { what: `another docstring of ${nameOf(node)}`, splices: [before(content, `Changed ${step}. `)] }
  }
  return {
    what: `a docstring of ${nameOf(node)}`,
    splices: [before(first, `"""New ${step}."""\n${indentOf(source, first)}`)]
  }
}

/** All below it moves by a line. */
const addComment: Way = (_node, { step }) => ({
  what: "a comment at the top",
  splices: [{ start: 0, end: 0, text: `# ${step}\n` }]
})

const changeBases: Way = (node, { random }) => {
  const [name, bases] = [node.childForFieldName("name"), node.childForFieldName("superclasses")]
  if (name === null) return undefined
  const given = present(bases?.namedChildren ?? [])
  if (bases !== null && given.length > 0) {
    return { what: `${name.text} without bases`, splices: [instead(bases, "")] }
  }
  const earlier = present(node.parent?.namedChildren ?? []).filter((each) =>
    each.type === "class_definition" && each.endIndex <= node.startIndex
  )
  const base = choose(random, earlier, (each) => each.childForFieldName("name")?.text) ?? "Exception"
  return {
    what: `${name.text} is a ${base}`,
    splices: [bases === null ? after(name, `(${base})`) : instead(bases, `(${base})`)]
  }
}

const changeAttribute: Way = (node, { random, step }, source) => {
  const body = node.childForFieldName("body")
  const last = body?.lastNamedChild
  if (!body || !last) return undefined
  const types = present(body.namedChildren).flatMap((each) =>
    (each.type === "expression_statement" ? each.firstNamedChild : null)?.childForFieldName("type") ?? []
  )
  return choose(random, types, (type): Change => ({
    what: `an attribute of ${nameOf(node)} is an object`,
    splices: [instead(type, "object")]
  })) ?? {
    what: `an attribute more in ${nameOf(node)}`,
    splices: [after(last, `\n${indentOf(source, last)}added${step}: int = ${step}`)]
  }
}

const addMethod: Way = (node, { step }, source) => {
  const last = node.childForFieldName("body")?.lastNamedChild
  if (!last) return undefined
  const indent = indentOf(source, last)
  const text = `\n\n${indent}def added${step}(self) -> int:\n${indent}    return ${step}`
  return { what: `a method more in ${nameOf(node)}`, splices: [after(last, text)] }
}

const removeMethod: Way = (node, { random }) =>
  choose(
    random,
    present(node.childForFieldName("body")?.namedChildren ?? []).filter(({ type }) => type === "function_definition"),
    (method): Change => ({ what: `${nameOf(node)} without ${nameOf(method)}`, splices: [instead(method, "pass")] })
  )

/** One of these ways, on one of the nodes of a file, so that the file still parses. */
const edit =
  (kind: Kind, type: "function_definition" | "class_definition", ways: ReadonlyArray<Way>) =>
  (world: World): Edit | undefined =>
    choose(world.random, ways, (way) =>
      firstOf(world, (relPath, { text }, root) => {
        const change = choose(world.random, nodesOf(root, type), (node) => way(node, world, text))
        if (change === undefined) return undefined
        const writes = new Map([[relPath, splice(text, change.splices)]])
        return { kind, what: `${relPath}: ${change.what}`, writes }
      }))

export const signature = edit("signature", "function_definition", [
  addParameter,
  removeParameter,
  renameParameter,
  changeReturnAnnotation,
  changeDefault
])

export const body = edit("body", "function_definition", [
  changeReturnedType,
  addPrivateName,
  changeDocstring,
  addComment
])

export const classes = edit("class", "class_definition", [changeBases, changeAttribute, addMethod, removeMethod])

/** This way, on the first function of a file that it can be done to and others may know. */
const first =
  (way: Way) => (parser: Parser, source: string): { readonly what: string; readonly text: string } | undefined => {
    const world: World = {
      parser,
      random: makeRandom(0),
      files: new Map(),
      gone: new Map(),
      broken: new Map(),
      step: 0
    }
    return withTree(parser, source, (root) => {
      for (const node of nodesOf(root, "function_definition")) {
        const change = nameOf(node).startsWith("_") ? undefined : way(node, world, source)
        const text = change === undefined ? source : splice(source, change.splices)
        if (change !== undefined && text !== source && parses(parser, text)) return { what: change.what, text }
      }
      return undefined
    })
  }

/** What others see of the file stays as it is. */
export const bodyChange = first(addPrivateName)

export const signatureChange = first(addParameter)
