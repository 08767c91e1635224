/**
 * @since 0.1.0
 */
import type { Node } from "web-tree-sitter"
import type { ImportFacts } from "../../domain/SyntaxFacts.js"
import { nameOf } from "./names.js"

const importedNames = (statement: Node): ReadonlyArray<string> =>
  statement.childrenForFieldName("name").map((each) =>
    nameOf(each.type === "aliased_import" ? each.childForFieldName("name") : each)
  )

/**
 * The modules that an import statement names: one for `from a import b, c`, two for `import a, b`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const importsOf = (statement: Node): ReadonlyArray<ImportFacts> => {
  const line = statement.startPosition.row + 1
  const names = importedNames(statement)
  if (statement.type === "import_statement") {
    return names.map((module) => ({ module, level: 0, names: [], line }))
  }
  if (statement.type === "future_import_statement") {
    return [{ module: "__future__", level: 0, names, line }]
  }
  const source = statement.childForFieldName("module_name")
  const all = statement.namedChildren.some(({ type }) => type === "wildcard_import")
  const relative = source?.type === "relative_import"
  return [{
    module: nameOf(relative ? source.namedChildren.find(({ type }) => type === "dotted_name") : source),
    level: relative ? (source.firstChild?.text.match(/\./g) ?? []).length : 0,
    names: all ? ["*"] : names,
    line
  }]
}
