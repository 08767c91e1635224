// @effect-diagnostics nodeBuiltinImport:off
import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { posix } from "node:path"
import { type PathMapping, type Place, place, type PlacementOptions } from "../../src/domain/Placement.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"

interface Given {
  readonly aliases?: Readonly<Record<string, string>>
  readonly importRoots?: ReadonlyArray<string>
  readonly paths?: Readonly<Record<string, ReadonlyArray<string>>>
}

const repository = (files: ReadonlyArray<string>, { aliases = {}, importRoots = ["."], paths = {} }: Given = {}) =>
  TestRepository.context("/here/x", Object.fromEntries([...files, ...Object.keys(aliases)].map((file) => [file, ""])), {
    aliases: new Map(Object.entries(aliases)),
    importRoots,
    config: { ...TestRepository.defaultConfig, paths }
  })

const shown = (found: Place | undefined): string =>
  found === undefined
    ? "lost"
    : found._tag === "File"
    ? `${found.by} ${found.relPath}`
    : found._tag === "Ambiguous"
    ? `ambiguous ${found.candidates.join(" ")}`
    : "unmatched"

const placed = (
  ctx: ReturnType<typeof repository>,
  names: ReadonlyArray<string>,
  options: PlacementOptions = {}
): Readonly<Record<string, string>> => {
  const places = place(ctx, names, options)
  return Object.fromEntries(names.map((name) => [name, shown(places.get(name))]))
}

const flask = repository([
  "setup.py",
  "src/flask/app.py",
  "src/flask/json/__init__.py",
  "src/flask/__init__.py",
  "tests/test_app.py"
], {
  importRoots: ["src", "."]
})

describe("a path of a report", () => {
  it("that is one of the repository is that file", () => {
    assert.deepStrictEqual(
      placed(flask, ["src/flask/app.py", "./src/../src/flask/app.py", "/here/x/setup.py", "src\\flask\\app.py"]),
      {
        "src/flask/app.py": "exact src/flask/app.py",
        "./src/../src/flask/app.py": "exact src/flask/app.py",
        "/here/x/setup.py": "exact setup.py",
        "src\\flask\\app.py": "exact src/flask/app.py"
      }
    )
  })

  it("of another machine is what is left of it below the directory that most have", () => {
    for (const root of ["/home/runner/work/flask/flask", "C:\\actions\\flask", "d:/a/flask"]) {
      const name = (relPath: string) =>
        root.includes("\\") ? `${root}\\${relPath.replaceAll("/", "\\")}` : `${root}/${relPath}`
      const names = [
        "setup.py",
        "src/flask/app.py",
        "src/flask/json/__init__.py",
        "tests/test_app.py",
        "build/lib/flask/app.py"
      ]
      assert.deepStrictEqual(Object.values(placed(flask, names.map(name))), [
        "suffix setup.py",
        "suffix src/flask/app.py",
        "suffix src/flask/json/__init__.py",
        "suffix tests/test_app.py",
        // it is below that directory, and not in the repository
        "unmatched"
      ])
    }
  })

  it("is no file of the repository because it ends alike", () => {
    assert.deepStrictEqual(
      placed(flask, [
        "/w/flask/src/flask/app.py",
        "/w/flask/tests/test_app.py",
        "/usr/lib/python3.11/setup.py",
        "/usr/lib/python3.11/json/__init__.py",
        "../other/setup.py",
        "/here/x/build/setup.py"
      ]),
      {
        "/w/flask/src/flask/app.py": "suffix src/flask/app.py",
        "/w/flask/tests/test_app.py": "suffix tests/test_app.py",
        "/usr/lib/python3.11/setup.py": "unmatched",
        "/usr/lib/python3.11/json/__init__.py": "unmatched",
        "../other/setup.py": "unmatched",
        // it is on this machine, in the repository, and git ignores it
        "/here/x/build/setup.py": "unmatched"
      }
    )
  })

  it("below a root that is known is not looked for elsewhere", () => {
    assert.deepStrictEqual(placed(flask, ["/here/x/build/src/flask/app.py"]), {
      "/here/x/build/src/flask/app.py": "unmatched"
    })
    assert.deepStrictEqual(
      Object.values(placed(flask, ["/w/setup.py", "/w/tests/test_app.py", "/w/build/src/flask/app.py"])),
      ["suffix setup.py", "suffix tests/test_app.py", "unmatched"]
    )
  })

  it("of the installed package is that of an import root", () => {
    const names = [
      "/venv/lib/python3.11/site-packages/flask/app.py",
      "C:\\venv\\Lib\\site-packages\\flask\\json\\__init__.py"
    ]
    assert.deepStrictEqual(Object.values(placed(flask, [...names, "/venv/lib/python3/dist-packages/app.py"])), [
      "installed src/flask/app.py",
      "installed src/flask/json/__init__.py",
      "unmatched"
    ])
    const two = repository(["src/a.py", "lib/a.py"], { importRoots: ["src", "lib"] })
    assert.deepStrictEqual(Object.values(placed(two, ["/x/site-packages/a.py"])), ["ambiguous src/a.py lib/a.py"])
    // that of the sources, and its copy
    assert.deepStrictEqual(Object.values(placed(flask, ["src/flask/app.py", ...names.slice(0, 1)])), [
      "exact src/flask/app.py",
      "ambiguous src/flask/app.py"
    ])
  })

  it("of a part of the repository is the file that ends so, when there is one", () => {
    const mono = repository(["backend/app/a.py", "backend/app/b.py", "frontend/app/a.py", "worker/main.py"])
    assert.deepStrictEqual(placed(mono, ["app/a.py"]), { "app/a.py": "ambiguous backend/app/a.py frontend/app/a.py" })
    // the other one tells which
    assert.deepStrictEqual(placed(mono, ["app/a.py", "app/b.py"]), {
      "app/a.py": "suffix backend/app/a.py",
      "app/b.py": "suffix backend/app/b.py"
    })
    // as in an image of docker
    assert.deepStrictEqual(placed(mono, ["/app/app/a.py", "/app/app/b.py"]), {
      "/app/app/a.py": "suffix backend/app/a.py",
      "/app/app/b.py": "suffix backend/app/b.py"
    })
    assert.deepStrictEqual(placed(mono, ["/image/main.py"]), { "/image/main.py": "unmatched" })
  })

  it("is ambiguous when two are one file", () => {
    const ctx = repository(["src/pkg/a.py"])
    assert.deepStrictEqual(placed(ctx, ["/one/src/pkg/a.py", "/two/src/pkg/a.py"]), {
      "/one/src/pkg/a.py": "ambiguous src/pkg/a.py",
      "/two/src/pkg/a.py": "ambiguous src/pkg/a.py"
    })
  })

  it("is below the root that the report names", () => {
    const ctx = repository(["a.py", "x/a.py"])
    assert.deepStrictEqual(placed(ctx, ["/w/x/a.py"], { roots: ["/w/x/"] }), { "/w/x/a.py": "root a.py" })
    // without it the longest end counts
    assert.deepStrictEqual(placed(ctx, ["/w/x/a.py"]), { "/w/x/a.py": "suffix x/a.py" })
  })

  it("follows the links of the repository", () => {
    const ctx = repository(["src/a.py"], { aliases: { "link": "src", "src/b.py": "src/a.py" } })
    const places = place(ctx, ["link/a.py", "src/b.py", "link"])
    assert.deepStrictEqual([...places.values()].map(shown), ["exact src/a.py", "exact src/a.py", "unmatched"])
    const [first] = places.values()
    assert.deepInclude(first, { said: "link/a.py" })
  })

  it("is what it was mapped to, before all else", () => {
    const ctx = repository(["a.py", "sub/a.py", "sub/b.py"])
    const maps = (from: string, to: string): ReadonlyArray<PathMapping> => [{ from, to }]
    const names = ["a.py", "/img/b.py", "C:\\ci\\b.py"]
    assert.deepStrictEqual(Object.values(placed(ctx, names, { maps: maps(".", "sub") })), [
      "map sub/a.py",
      "unmatched",
      "unmatched"
    ])
    assert.deepStrictEqual(Object.values(placed(ctx, names, { maps: maps("/img/", "sub") }))[1], "map sub/b.py")
    assert.deepStrictEqual(Object.values(placed(ctx, names, { maps: maps("c:/ci", "./sub") }))[2], "map sub/b.py")
    assert.deepStrictEqual(placed(ctx, ["/q/7/img/b.py"], { maps: maps("/q/*/img", "sub") }), {
      "/q/7/img/b.py": "map sub/b.py"
    })
    assert.deepStrictEqual(placed(ctx, ["/q/7/img/b.py"], { maps: maps("*/img", "sub") }), {
      "/q/7/img/b.py": "map sub/b.py"
    })
    // a mapping to nothing decides nothing
    assert.deepStrictEqual(placed(ctx, ["sub/a.py"], { maps: maps("sub", "none") }), { "sub/a.py": "exact sub/a.py" })
  })

  it("is what the configuration says, where it is none of the repository", () => {
    const ctx = repository(["src/pkg/a.py", "lib/pkg/a.py"], { paths: { src: ["/opt/app", "*/site-packages"] } })
    assert.deepStrictEqual(
      placed(ctx, ["/opt/app/pkg/a.py", "/v/lib/site-packages/pkg/a.py", "lib/pkg/a.py", "/other/pkg/a.py"]),
      {
        "/opt/app/pkg/a.py": "paths src/pkg/a.py",
        "/v/lib/site-packages/pkg/a.py": "paths src/pkg/a.py",
        "lib/pkg/a.py": "exact lib/pkg/a.py",
        "/other/pkg/a.py": "ambiguous lib/pkg/a.py src/pkg/a.py"
      }
    )
  })
})

describe("whatever the names are", () => {
  const part = FastCheck.constantFrom(
    "a",
    "b.py",
    "src",
    "..",
    ".",
    "",
    "site-packages",
    "*",
    "__proto__",
    "C:",
    "ü.py"
  )
  const name = FastCheck.oneof(
    FastCheck.array(part, { maxLength: 5 }).map((parts) => parts.join("/")),
    FastCheck.array(part, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
    FastCheck.string({ maxLength: 20 })
  )
  it("each has a place, which is a file of the snapshot, and no two guesses are one file", () => {
    FastCheck.assert(FastCheck.property(FastCheck.array(name), FastCheck.array(name), (files, names) => {
      const ctx = repository(files.filter((file) => file !== ""))
      const places = place(ctx, names, {
        roots: names.slice(0, 2),
        maps: names.slice(0, 3).map((from) => ({ from, to: "src" }))
      })
      const guessed = new Map<string, string>()
      for (const each of names) {
        const found = places.get(each)
        if (found === undefined) assert.fail(each)
        if (found._tag !== "File") continue
        assert.isTrue(ctx.snapshot.files.has(found.relPath))
        if (found.by !== "suffix") continue
        const normal = posix.normalize(each.replaceAll("\\", "/")).replace(/\/$/, "").toLowerCase()
        assert.strictEqual(guessed.get(found.relPath) ?? normal, normal)
        guessed.set(found.relPath, normal)
      }
    }))
  })
})
