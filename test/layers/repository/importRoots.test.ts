import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as ImportRoots from "../../../src/layers/repository/importRoots.js"

/** Files with a text are written, those without are only listed. */
const roots = (files: Readonly<Record<string, string | null>>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const root = yield* fs.makeTempDirectoryScoped()
    for (const [name, text] of Object.entries(files)) {
      if (text === null) continue
      yield* fs.makeDirectory(path.dirname(`${root}/${name}`), { recursive: true })
      yield* fs.writeFileString(`${root}/${name}`, text)
    }
    return yield* ImportRoots.find(root, Object.keys(files))
  }).pipe(Effect.scoped)

const project = "[project]\nname = \"x\"\n"

layer(NodeContext.layer)("importRoots.find", (it) => {
  it.effect.each<[string, Record<string, string | null>, ReadonlyArray<string>]>([
    ["nothing", {}, ["."]],
    ["a flat layout", { "a/__init__.py": null, "setup.py": null }, ["."]],
    ["a src layout, configured or not", { "src/a/__init__.py": null, "tests/test_a.py": null }, ["src", "."]],
    ["a module in src", { "src/a.py": null }, ["src", "."]],
    ["a package that is named src", { "src/__init__.py": null, "src/a.py": null }, ["."]],
    ["a stub package that is named src", { "src/__init__.pyi": null }, ["."]],
    ["a src without Python", { "src/main.rs": null, "a.py": null }, ["."]],
    ["examples that stand alone", {
      "pyproject.toml": project,
      "src/flask/app.py": null,
      "examples/tutorial/pyproject.toml": project,
      "examples/tutorial/flaskr/__init__.py": null,
      "examples/celery/pyproject.toml": "[build-system]\nrequires = []",
      "examples/celery/src/task_app/__init__.py": null,
      "examples/javascript/pyproject.toml": project,
      "examples/javascript/index.js": null
    }, ["examples/celery/src", "examples/celery", "examples/tutorial", "src", "."]],
    ["members of a workspace", {
      "pyproject.toml": "[tool.uv.workspace]\nmembers = [\"packages/*\"]\nexclude = [\"packages/seeds\"]",
      "packages/b/pyproject.toml": project,
      "packages/b/src/b/__init__.py": null,
      "packages/b/tests/test_b.py": null,
      "packages/a/pyproject.toml": "[tool.poetry]\nname = \"a\"",
      "packages/a/a/__init__.py": null,
      "packages/old/setup.cfg": null,
      "packages/old/old.py": null
    }, ["packages/b/src", "packages/a", "packages/b", "packages/old", "."]],
    ["settings for a directory, which is no project", {
      "tests/pyproject.toml": "[tool.ruff]\n",
      "tests/test_a.py": null,
      "broken/pyproject.toml": "[project",
      "broken/a.py": null
    }, ["."]],
    ["a package with a setup.py", { "a/__init__.py": null, "a/setup.py": null, "a/src/b.py": null }, ["."]]
  ])("%s", ([, files, expected]) => Effect.map(roots(files), (found) => assert.deepStrictEqual(found, expected)))

  const files = { "lib/a/__init__.py": null, "other/b.py": null, "python/c/d.py": null, "n.py": null }
  it.effect.each<[string, string, ReadonlyArray<string>]>([
    ["setuptools package-dir", "[tool.setuptools]\npackage-dir = {\"\" = \"lib\", c = \"./python/c/\"}", [
      "lib",
      "python"
    ]],
    ["setuptools, renamed", "[tool.setuptools.package-dir]\nx = \"lib/a\"\n", []],
    ["setuptools find", "[tool.setuptools.packages.find]\nwhere = [\"lib\", \"other\"]", ["lib", "other"]],
    ["poetry", "[tool.poetry]\npackages = [{ include = \"a\", from = \"lib\" }, { include = \"n.py\" }]", ["lib"]],
    ["hatch packages", "[tool.hatch.build.targets.wheel]\npackages = [\"lib/a\", \"python/c/\", \"n.py\"]", [
      "lib",
      "python"
    ]],
    ["hatch sources", "[tool.hatch.build]\nsources = [\"lib\"]\ndev-mode-dirs = [\".\", \"other\"]", ["lib", "other"]],
    ["hatch sources as a table", "[tool.hatch.build.targets.wheel.sources]\nlib = \"\"\n\"python/c\" = \"x\"", ["lib"]],
    ["pdm", "[tool.pdm.build]\npackage-dir = \"lib\"", ["lib"]],
    ["pdm before 2.6", "[tool.pdm]\npackage-dir = \"lib\"", ["lib"]],
    ["maturin", "[tool.maturin]\npython-source = \"python\"", ["python"]],
    ["uv", "[tool.uv.build-backend]\nmodule-root = \"lib\"", ["lib"]],
    ["scikit-build", "[tool.scikit-build]\nwheel.packages = [\"python/c\"]", ["python"]],
    [
      "directories elsewhere, without Python or not there",
      "[tool.setuptools.packages.find]\nwhere = [\"..\", \"/lib\", \"docs\", \"lib/../..\"]",
      []
    ],
    [
      "wrong types",
      "[tool.setuptools]\npackage-dir = 1\npackages = \"find\"\n[tool.poetry]\npackages = [1]\n[tool.pdm]\npackage-dir = []",
      []
    ],
    ["no TOML at all", "[tool", []]
  ])(
    "reads %s",
    ([, toml, expected]) =>
      Effect.map(
        roots({ ...files, "docs/index.md": null, "pyproject.toml": toml }),
        (found) => assert.deepStrictEqual(found, [...expected, "."])
      )
  )

  it.effect("a declaration of a member is relative to it, and cannot lead out of the repository", () =>
    Effect.map(
      roots({
        "m/pyproject.toml": `${project}[tool.setuptools.packages.find]\nwhere = ["../lib", "lib", "../../x"]`,
        "m/lib/a.py": null,
        "lib/b.py": null
      }),
      (found) => assert.deepStrictEqual(found, ["m/lib", "lib", "m", "."])
    ))
})

describe("importRoots.moduleName", () => {
  const all = ["examples/celery/src", "examples/celery", "src", "."]
  it.each([
    ["src/flask/app.py", "flask.app"],
    ["src/flask/__init__.py", "flask"],
    ["src/flask/__init__.pyi", "flask"],
    ["src/flask/sansio/__init__.py", "flask.sansio"],
    ["src/flask/__main__.py", "flask.__main__"],
    ["src/one.py", "one"],
    ["srcs/one.py", "srcs.one"],
    ["tests/test_a.py", "tests.test_a"],
    ["examples/celery/src/task_app/views.py", "task_app.views"],
    ["examples/celery/make.py", "make"],
    ["requests-stubs/__init__.pyi", "requests"],
    ["src/requests-stubs/api.pyi", "requests.api"],
    ["a/b-stubs/c.pyi", "a.b-stubs.c"],
    ["my-stubs.py", "my-stubs"],
    ["__init__.py", "__init__"],
    ["docs/my script.py", "docs.my script"],
    ["dash-ed/é.py", "dash-ed.é"],
    ["a.b.py", "a.b"]
  ])("%s is %s", (relPath, name) => assert.strictEqual(ImportRoots.moduleName(relPath, all), name))

  const segment = FastCheck.stringMatching(/^[a-z_]{1,4}$/)
  const path = FastCheck.array(segment, { minLength: 1, maxLength: 5 })

  it.prop(
    "is the path below the deepest root that has it",
    [path, path, FastCheck.array(path)],
    ([above, below, others]) => {
      const root = above.join("/")
      const more = others.map((other) => other.join("/")).filter((other) =>
        !`${root}/${below.join("/")}`.startsWith(other)
      )
      const sorted = [root, ...more, "."].sort((a, b) => b.split("/").length - a.split("/").length)
      FastCheck.pre(below.at(-1) !== "__init__")
      assert.strictEqual(ImportRoots.moduleName(`${root}/${below.join("/")}.py`, sorted), below.join("."))
    }
  )

  it.prop(
    "is never empty",
    [FastCheck.string({ minLength: 1 }), FastCheck.array(FastCheck.string())],
    ([relPath, any]) => {
      assert.isNotEmpty(ImportRoots.moduleName(`${relPath.replace(/^\//, "_")}.py`, any))
    }
  )
})
