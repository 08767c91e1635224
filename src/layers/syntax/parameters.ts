/**
 * @since 0.1.0
 */
import type { Node } from "web-tree-sitter"

/**
 * @since 0.1.0
 * @category models
 */
export interface ParameterCount {
  readonly parameters: number
  readonly annotatedParameters: number
}

/** A node with its type, which is asked of the tree each time: it is read once. */
interface Parameter {
  readonly node: Node
  readonly type: string
}

const isPositional = ({ node, type }: Parameter): boolean => {
  switch (type) {
    case "identifier":
    case "default_parameter":
    case "typed_default_parameter":
    case "tuple_pattern": // of Python 2
      return true
    case "typed_parameter":
      return node.firstNamedChild?.type === "identifier"
    default:
      return false
  }
}

const parameterTypes: ReadonlySet<string> = new Set([
  "identifier",
  "default_parameter",
  "typed_default_parameter",
  "tuple_pattern",
  "typed_parameter",
  "list_splat_pattern",
  "dictionary_splat_pattern"
])

const isAnnotated = ({ type }: Parameter): boolean => type === "typed_parameter" || type === "typed_default_parameter"

/**
 * Counts the parameters in a `parameters` node: `*args` and `**kwargs` count, bare `*` and `/` do not. With `bound` the
 * first one is left out, unless it can only be given by name or in `*args`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const countParameters = (list: Node, bound: boolean): ParameterCount => {
  const children = list.namedChildren.map((node): Parameter => ({ node, type: node.type }))
  const all = children.filter(({ type }) => parameterTypes.has(type))
  const firstIsBare = children.find(({ type }) => type !== "comment")?.type === "keyword_separator"
  const first = all[0]
  const counted = bound && first !== undefined && !firstIsBare && isPositional(first) ? all.slice(1) : all
  return { parameters: counted.length, annotatedParameters: counted.filter(isAnnotated).length }
}
