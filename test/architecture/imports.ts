/**
 * Every form of import in a TypeScript file: static, type-only, side effect, re-export, `import()`, `import("x").T`,
 * `require` and `import x = require()`.
 */
import ts from "typescript"

/** What an import whose name is not written out is reported as. */
export const COMPUTED = "(computed)"

export const importsOf = (file: string, text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const add = (node: ts.Node | undefined) =>
    found.push(node !== undefined && ts.isStringLiteralLike(node) ? node.text : COMPUTED)
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier)
    else if (ts.isExternalModuleReference(node)) add(node.expression)
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined)
    else if (ts.isCallExpression(node)) {
      const { expression } = node
      const isRequire = ts.isIdentifier(expression) && expression.text === "require"
      if (isRequire || expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0])
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  return found
}
