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

const isPositional = (parameter: Node): boolean => {
  switch (parameter.type) {
    case "identifier":
    case "default_parameter":
    case "typed_default_parameter":
    case "tuple_pattern": // of Python 2
      return true
    case "typed_parameter":
      return parameter.firstNamedChild?.type === "identifier"
    default:
      return false
  }
}

const isParameter = (node: Node): boolean =>
  isPositional(node) || node.type === "typed_parameter" || node.type === "list_splat_pattern" ||
  node.type === "dictionary_splat_pattern"

const isAnnotated = ({ type }: Node): boolean => type === "typed_parameter" || type === "typed_default_parameter"

/**
 * Counts the parameters in a `parameters` node: `*args` and `**kwargs` count, bare `*` and `/` do not. With `bound` the
 * first one is left out, unless it can only be given by name or in `*args`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const countParameters = (list: Node, bound: boolean): ParameterCount => {
  const all = list.namedChildren.filter(isParameter)
  const firstIsBare = list.namedChildren.find(({ type }) => type !== "comment")?.type === "keyword_separator"
  const first = all[0]
  const counted = bound && first !== undefined && isPositional(first) && !firstIsBare ? all.slice(1) : all
  return { parameters: counted.length, annotatedParameters: counted.filter(isAnnotated).length }
}
