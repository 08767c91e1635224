/**
 * Python's own `ast` as the oracle, on its standard library.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Config, Duration, Effect, Layer, Option, Schema } from "effect"
import type { SyntaxFacts } from "../../src/domain/SyntaxFacts.js"
import * as Executables from "../../src/layers/executables.js"
import * as NodeToolRunner from "../../src/layers/NodeToolRunner.js"
import * as TreeSitterPythonSyntax from "../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../src/services/PythonSyntax.js"
import { ToolRunner } from "../../src/services/ToolRunner.js"

const FILES = 160

/**
 * Prints one line of JSON a file, for files spread over the standard library. Among its test suite are files that are
 * broken on purpose, and `test_compile.py`, which tree-sitter-python cannot parse: a line break after the dot of an
 * attribute.
 */
const oracle = `
import ast, json, pathlib, sys, sysconfig, warnings
warnings.simplefilter("ignore")
root = pathlib.Path(sysconfig.get_path("stdlib"))
every = sorted(p for p in root.rglob("*.py") if "site-packages" not in p.parts and p.name != "test_compile.py")
def parameters(a, bound):
    positional = (a.posonlyargs + a.args)[1 if bound else 0:]
    both = positional + a.kwonlyargs + [x for x in (a.vararg, a.kwarg) if x]
    return len(both), sum(x.annotation is not None for x in both)
def static(node):
    names = [getattr(d, "attr", getattr(d, "id", "")) for d in node.decorator_list]
    return "staticmethod" in names or "abstractstaticmethod" in names
def walk(node, prefix, in_class, functions, imports):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            start = min([child.lineno] + [d.lineno for d in child.decorator_list])
            functions.append([prefix + child.name, start, child.end_lineno,
                *parameters(child.args, in_class and not static(child)), child.returns is not None])
            walk(child, prefix + child.name + ".<locals>.", False, functions, imports)
        elif isinstance(child, ast.ClassDef):
            walk(child, prefix + child.name + ".", True, functions, imports)
        elif isinstance(child, ast.Import):
            imports.extend([a.name, 0, [], child.lineno] for a in child.names)
        elif isinstance(child, ast.ImportFrom):
            imports.append([child.module or "", child.level, [a.name for a in child.names], child.lineno])
        elif not isinstance(child, ast.expr):
            walk(child, prefix, in_class, functions, imports)
for path in every[::max(1, len(every) // ${FILES})]:
    try:
        source = path.read_text("utf-8")
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        continue
    functions, imports = [], []
    walk(tree, "", False, functions, imports)
    print(json.dumps({"path": str(path), "functions": functions, "imports": imports}))
`

const Expected = Schema.parseJson(Schema.Struct({
  path: Schema.String,
  functions: Schema.Array(
    Schema.Tuple(Schema.String, Schema.Int, Schema.Int, Schema.Int, Schema.Int, Schema.Boolean)
  ),
  imports: Schema.Array(Schema.Tuple(Schema.String, Schema.Int, Schema.Array(Schema.String), Schema.Int))
}))

const inOrder = (rows: ReadonlyArray<unknown>) => rows.map((row) => JSON.stringify(row)).sort()

const functionsOf = ({ functions }: SyntaxFacts) =>
  inOrder(functions.map((each) => [
    each.qualifiedName,
    each.startLine,
    each.endLine,
    each.parameters,
    each.annotatedParameters,
    each.returnAnnotated
  ]))

const importsOf = ({ imports }: SyntaxFacts) =>
  inOrder(imports.map(({ level, line, module, names }) => [module, level, names, line]))

const Live = Layer.merge(NodeToolRunner.layerFromEnv, TreeSitterPythonSyntax.layer).pipe(
  Layer.provideMerge(NodeContext.layer)
)

layer(Live, { excludeTestServices: true })("TreeSitterPythonSyntax", (it) => {
  it.effect("agrees with ast on the standard library", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const runner = yield* ToolRunner
      const syntax = yield* PythonSyntax
      const [python = "python3"] = yield* Executables.onPath(yield* Config.string("PATH"), "python3", Option.none())
      const { exitCode, stderr, stdout } = yield* runner.run({
        tool: "python",
        executable: python,
        args: ["-I", "-c", oracle],
        cwd: "/",
        env: {},
        timeout: Duration.minutes(2),
        maxOutputBytes: 64 * 1024 * 1024
      })
      assert.strictEqual(exitCode, 0, stderr)
      const files = yield* Effect.forEach(stdout.trim().split("\n"), (line) => Schema.decode(Expected)(line), {
        concurrency: 1
      })
      assert.isAtLeast(files.length, FILES * 0.9)
      assert.isAtLeast(files.reduce((total, { functions }) => total + functions.length, 0), 1000)
      for (const { functions, imports, path } of files) {
        const facts = yield* syntax.analyze(yield* fs.readFileString(path))
        assert.deepStrictEqual(functionsOf(facts), inOrder(functions), path)
        assert.deepStrictEqual(importsOf(facts), inOrder(imports), path)
        assert.deepStrictEqual(facts.parseError, Option.none(), path)
      }
    }), { timeout: 180_000 })
})
