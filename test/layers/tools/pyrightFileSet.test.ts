import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { SystemError } from "@effect/platform/Error"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as CommandLine from "../../../src/layers/tools/pyright/commandLine.js"
import * as Configuration from "../../../src/layers/tools/pyright/configuration.js"
import * as FileSet from "../../../src/layers/tools/pyright/fileSet.js"
import * as FileSpec from "../../../src/layers/tools/pyright/fileSpec.js"
import { directoryOf, recordedTrees } from "./pyrightSession.js"
import { content, type Tree, trees } from "./pyrightTrees.js"

const laidOut = (tree: Tree) =>
  directoryOf(
    {
      ...Object.fromEntries(tree.files.map((name) => [name, content])),
      ...tree.settings,
      "../outside/o.py": content
    },
    tree.links
  )

const unknown: FileSet.KnownKind = () => undefined

const filesIn = Effect.fnUntraced(function*(
  directory: string,
  { args = [], root = "." }: Pick<Tree, "args" | "root">,
  version = "1.1.414",
  known = unknown
) {
  const path = yield* Path.Path
  const configuration = yield* Configuration.read(path.join(directory, root), CommandLine.parse(args))
  const walk = FileSet.walkOf(path, configuration, version)
  const { files, missing, unreadable } = yield* FileSet.make(configuration.include, walk, known)
  const names = (all: Iterable<string>) => [...all].map((file) => path.relative(directory, file)).sort()
  return { configuration, files: names(files), missing: names(missing), unreadable: names(unreadable) }
})

layer(NodeContext.layer, { excludeTestServices: true })("the files of pyright", (it) => {
  describe.each(trees.map((tree) => [tree.name, tree] as const))("%s", (name, tree) => {
    it.scoped("are those that pyright names", () =>
      Effect.gen(function*() {
        const { files } = yield* filesIn(yield* laidOut(tree), tree)
        const said = recordedTrees[name]
        assert.strictEqual(files.length, said?.filesAnalyzed)
        // what is ignored is counted and not named
        assert.deepStrictEqual(files.filter((file) => name !== "ignore" || !/^(src\/gen|tests)/.test(file)), [
          ...said?.named ?? []
        ])
      }))
  })

  describe("before 1.1.414", () => {
    const tree: Tree = {
      name: "own exclude",
      files: ["a.py", ".hidden/b.py", "venv/pyvenv.cfg", "venv/c.py", "gen/d.py"],
      links: { outside: "../outside" }
    }

    // recorded from 1.1.403 and 1.1.414
    describe.each<[string, string, ReadonlyArray<string>]>([
      ["1.1.403", "{\"exclude\": [\"gen\"]}", [".hidden/b.py", "a.py", "outside/o.py", "venv/c.py"]],
      ["1.1.403", "{}", ["a.py", "gen/d.py", "outside/o.py"]],
      ["1.1.414", "{\"exclude\": [\"gen\"]}", ["a.py"]],
      ["1.2.0", "{\"exclude\": [\"gen\"]}", ["a.py"]],
      ["2.0.0", "{\"exclude\": [\"gen\"]}", ["a.py"]]
    ])("%s with %s", (version, settings, expected) => {
      it.scoped("excludes as that version does", () =>
        Effect.gen(function*() {
          const directory = yield* laidOut({ ...tree, settings: { "pyrightconfig.json": settings } })
          assert.deepStrictEqual((yield* filesIn(directory, tree, version)).files, [...expected])
        }))
    })
  })

  it.scoped("are not asked about when they are known", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* laidOut({ name: "", files: ["a.py", "b.txt", "c/d.py"] })
      const asked: Array<string> = []
      const recording: FileSystem.FileSystem = {
        ...fs,
        stat: (file) => {
          asked.push(file.slice(directory.length))
          return fs.stat(file)
        }
      }
      const known: FileSet.KnownKind = (file) =>
        file.endsWith(".py") ? "file" : file.endsWith(".txt") ? "other" : undefined
      const { files } = yield* filesIn(directory, {}, "1.1.414", known).pipe(
        Effect.provideService(FileSystem.FileSystem, recording)
      )
      assert.deepStrictEqual(files, ["a.py", "c/d.py"])
      assert.deepStrictEqual(asked, ["", "/c"])
    }))

  it.scoped("are not those of a directory that cannot be listed, which is said", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* laidOut({ name: "", files: ["a.py", "shut/b.py"] })
      const refusing: FileSystem.FileSystem = {
        ...fs,
        readDirectory: (file, options) =>
          file.endsWith("/shut")
            ? Effect.fail(
              new SystemError({
                reason: "PermissionDenied",
                module: "FileSystem",
                method: "readDirectory",
                pathOrDescriptor: file
              })
            )
            : fs.readDirectory(file, options)
      }
      const { files, unreadable } = yield* filesIn(directory, {}).pipe(
        Effect.provideService(FileSystem.FileSystem, refusing)
      )
      assert.deepStrictEqual([files, unreadable], [["a.py"], ["shut"]])
    }))

  it.scoped("are under the first name of a directory, in whatever order it is listed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* laidOut({ name: "", files: ["pkg/a.py"], links: { a_link: "pkg", z_link: "pkg" } })
      const reversing: FileSystem.FileSystem = {
        ...fs,
        readDirectory: (file, options) => Effect.map(fs.readDirectory(file, options), (names) => names.reverse())
      }
      const { files } = yield* filesIn(directory, {}).pipe(Effect.provideService(FileSystem.FileSystem, reversing))
      assert.deepStrictEqual(files, ["a_link/a.py"])
    }))

  it.scoped("are missed when an include is not there", () =>
    Effect.gen(function*() {
      const tree = trees.find(({ name }) => name === "include")
      const directory = yield* laidOut(tree ?? { name: "", files: [] })
      assert.deepStrictEqual((yield* filesIn(directory, {})).missing, ["nope"])
    }))
})

layer(NodeContext.layer, { excludeTestServices: true })("the configuration of pyright", (it) => {
  const read = Effect.fnUntraced(function*(settings: Readonly<Record<string, string>>) {
    const directory = yield* directoryOf(settings)
    return { directory, ...(yield* Configuration.read(directory, CommandLine.parse([]))) }
  })
  const json = (settings: object) => ({ "pyrightconfig.json": JSON.stringify(settings) })

  describe.each<[string, Readonly<Record<string, string>>, boolean]>([
    ["nothing is configured", {}, true],
    ["every mode reports them", json({ typeCheckingMode: "off" }), true],
    ["none", json({ reportMissingImports: "none" }), false],
    ["false", json({ reportMissingImports: false }), false],
    ["true", json({ reportMissingImports: true }), true],
    ["a level that there is not", json({ reportMissingImports: "loud" }), true],
    [
      "a part of the project",
      json({
        executionEnvironments: [{ root: "a" }, { root: "b", reportMissingImports: "none" }]
      }),
      false
    ],
    [
      "a part that is louder",
      json({
        reportMissingImports: "none",
        executionEnvironments: [{ root: "a", reportMissingImports: "error" }]
      }),
      false
    ],
    ["what it extends", { ...json({ extends: "b.json" }), "b.json": "{\"reportMissingImports\":\"none\"}" }, false],
    ["what it extends, forgotten by naming a mode", {
      ...json({ extends: "b.json", typeCheckingMode: "basic" }),
      "b.json": "{\"reportMissingImports\":\"none\"}"
    }, true]
  ])("imports that do not resolve: %s", (_, settings, expected) => {
    it.scoped("are judged or not", () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* read(settings)).judgesImports, expected)
      }))
  })

  it.scoped("reads each file of a circle once", () =>
    Effect.gen(function*() {
      const { directory, files } = yield* read({
        ...json({ extends: "b.json" }),
        "b.json": "{\"extends\":\"pyrightconfig.json\"}"
      })
      assert.deepStrictEqual(files, [`${directory}/pyrightconfig.json`, `${directory}/b.json`])
    }))

  it.effect("may have the root of the file system as its project", () =>
    Effect.gen(function*() {
      const path = yield* Path.Path
      const spec = FileSpec.make(path, "/", ".")
      assert.strictEqual(spec.root, "/")
      assert.isTrue(FileSpec.matchesAny(path, [spec], "/a/b.py"))
    }))

  it.scoped("takes the environment of two documents together", () =>
    Effect.gen(function*() {
      const { directory, environment } = yield* read({
        ...json({ extends: "conf/b.json", venv: "v" }),
        "conf/b.json": "{\"venvPath\":\"envs\",\"venv\":\"w\"}"
      })
      assert.strictEqual(Option.getOrNull(environment), `${directory}/conf/envs/v`)
    }))

  describe.each<[string, Readonly<Record<string, string>>, boolean]>([
    ["a document cut short", { "pyrightconfig.json": "{" }, true],
    ["an empty file", { "pyrightconfig.json": "" }, true],
    ["a table that does not parse", { "pyproject.toml": "[tool.black" }, true],
    ["a base that is not there", json({ extends: "nope.json" }), true],
    ["comments", { "pyrightconfig.json": "{ // c\n}" }, false],
    ["no object", { "pyrightconfig.json": "[]" }, false]
  ])("%s", (_, settings, expected) => {
    it.scoped("is broken or not", () =>
      Effect.gen(function*() {
        assert.strictEqual(Option.isSome((yield* read(settings)).broken), expected)
      }))
  })
})

layer(NodeContext.layer)("the command line of pyright", (it) => {
  describe.each<
    [string, ReadonlyArray<string>, Omit<CommandLine.CommandLine, "project"> & { readonly project: string | null }]
  >([
    ["nothing", [], { project: null, files: [], namesInterpreter: false }],
    ["files between options", ["--outputjson", "a", "--level", "error", "--warnings", "b"], {
      project: null,
      files: ["a", "b"],
      namesInterpreter: false
    }],
    ["a value after a sign of equality", ["--project=a=b", "c"], {
      project: "a=b",
      files: ["c"],
      namesInterpreter: false
    }],
    ["a short option", ["-p", "x", "-v", "y"], { project: "x", files: [], namesInterpreter: true }],
    ["an option without its value", ["--threads", "--pythonpath", "z"], {
      project: null,
      files: [],
      namesInterpreter: true
    }],
    ["standard input", ["-"], { project: null, files: ["-"], namesInterpreter: false }]
  ])("%s", (_, args, expected) => {
    it("is understood", () => {
      const { project, ...rest } = CommandLine.parse(args)
      assert.deepStrictEqual({ ...rest, project: Option.getOrNull(project) }, expected)
    })
  })
})
