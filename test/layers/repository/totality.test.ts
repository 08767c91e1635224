/**
 * Laws of all that reads what git, Python, pip, a repository's files or an earlier process of ours wrote: any text ends in
 * values or in an answer that says that there are none.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Either, FastCheck, Option } from "effect"
import ignore from "ignore"
import * as Pip from "../../../src/layers/provision/pip.js"
import * as Queries from "../../../src/layers/python/queries.js"
import * as GitOutput from "../../../src/layers/repository/gitOutput.js"
import * as ProcessIdentity from "../../../src/layers/repository/processIdentity.js"
import * as StatCache from "../../../src/layers/repository/statCache.js"
import * as Toml from "../../../src/layers/repository/toml.js"
import * as ToolsConfigFiles from "../../../src/layers/repository/toolsConfigFiles.js"
import { fromTop, walk } from "../../../src/layers/repository/walk.js"
import { count } from "../../faults/scale.js"
import { anything, cut, outputs } from "../tools/mutations.js"
import { law, total } from "../tools/total.js"

const runs = { fastCheck: { numRuns: count(100, 1000) }, timeout: 180_000 }

describe("what git prints", () => {
  const index = "100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\ta.py\0" +
    "160000 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\tsub module\0"
  const status = "# branch.oid e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\0# branch.head main\0" +
    "1 .M N... 100644 100644 100644 e69de29 e69de29 a.py\0" + "1 .D N... 100644 100644 000000 e69de29 e69de29 b.py\0" +
    "u UU N... 100644 100644 100644 100644 e69 e69 e69 c.py\0" + "? new\nline.py\0? nested/\0"

  it.prop("as an index is names without a NUL", [outputs(index)], ([text]) => {
    for (const { directories, files } of Option.toArray(GitOutput.index(text))) {
      for (const name of [...directories, ...files]) assert.notInclude(name, "\0")
    }
  }, runs)

  it.prop("as a status is names, and each that is deleted or untracked has changed", [outputs(status)], ([text]) => {
    for (const { changed, commit, deleted, untracked } of Option.toArray(GitOutput.status(text, ""))) {
      for (const name of [...deleted, ...untracked]) assert.include(changed, name)
      if (Option.isSome(commit)) assert.match(commit.value, /^[0-9a-f]+$/)
    }
  }, runs)

  it.prop(
    "as a configuration is names of filters",
    [outputs("local\0filter.a.b.clean\0global\0filter.c.clean\0")],
    ([text]) => {
      for (const name of GitOutput.repositoryFilters(text)) assert.isAbove(name.length, 0)
    },
    runs
  )
})

describe("an earlier process of ours", () => {
  const hash = "e".repeat(64)
  const cache = StatCache.encode(
    new Map([
      ["a.py", { signature: "1:2:3:4", hash, lines: 3 }],
      ["new\nline.py", { signature: "1:-2:3:4", hash, lines: 0 }]
    ])
  )

  it.prop("left a stat cache that is whole, or none", [cut(cache)], ([text]) => {
    assert.isTrue(Option.isNone(StatCache.decode(text)))
  }, runs)

  it.prop("of which nothing wrong is believed", [outputs(cache)], ([text]) => {
    for (const { lines, signature } of Option.getOrElse(StatCache.decode(text), () => new Map()).values()) {
      assert.isAtLeast(lines, 0)
      assert.match(signature, /^\d+:-?\d+:-?\d+:\d+$/)
    }
  }, runs)
})

const pyproject = `[project]\nname = "x"\n[tool.codeintel]\npython = "p"\n[tool.codeintel.ruff]\nenabled = true
args = ["a"]\nenv = { A = "b" }\ntimeout = "5 minutes"\n[tool.mypy]\nplugins = []\n`

layer(NodeContext.layer, { excludeTestServices: true })("what a repository says", (it) => {
  it.prop("in TOML parses or has a line where it does not", [outputs(pyproject)], ([text]) => {
    const parsed = Toml.parse(text)
    if (Either.isLeft(parsed)) assert.isAtLeast(parsed.left.line, 1)
    Toml.lineOf(text, ["tool", "codeintel", "ruff"])
  }, runs)

  it.effect("in brackets without an end is no TOML", () =>
    Effect.sync(() => {
      for (const text of [`a = ${"[".repeat(100_000)}`, `${"[".repeat(100_000)}`, `a = ${"{a=".repeat(50_000)}`]) {
        assert.isTrue(Either.isLeft(Toml.parse(text)))
      }
    }))

  it.effect.prop(
    "in its settings ends in settings or a typed failure",
    [outputs(pyproject)],
    ([text]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* fs.makeTempDirectoryScoped()
        const ours = text.replaceAll("tool.codeintel.", "")
        yield* fs.writeFileString(`${root}/pyproject.toml`, text)
        yield* fs.writeFileString(`${root}/codeintel.toml`, ours)
        yield* total(ToolsConfigFiles.pyprojectToml(root, ["ruff"]))
        yield* total(ToolsConfigFiles.codeintelToml(root, ["ruff"]))
      }).pipe(Effect.scoped),
    { ...runs, fastCheck: { numRuns: count(30, 300) } }
  )

  const character = FastCheck.constantFrom(
    ..."ab*?[]!\\/-^#. {}()|+$\u0000é\u{1f600}\ud800",
    "**",
    "/**/",
    "[z-a]",
    "[]",
    "[!"
  )
  const pattern = FastCheck.array(character, { maxLength: 12 }).map((parts) => parts.join(""))
  const name = FastCheck.array(FastCheck.constantFrom(..."ab.-[]!\\ #é*", "..", "\u{1f600}"), {
    minLength: 1,
    maxLength: 6
  })
    .map((parts) => parts.join("")).filter((text) => text !== "." && text !== "..")

  it.prop("in patterns of what is ignored has an answer for every name", [
    FastCheck.array(pattern, { maxLength: 4 }),
    FastCheck.array(name, { minLength: 1, maxLength: 3 }),
    FastCheck.array(name, { maxLength: 2 })
  ], ([patterns, path, below]) => {
    const text = patterns.join("\n")
    const matcher = ignore({ ignoreCase: false }).add(
      [...fromTop("", text), ...fromTop(below.join("/"), text)].map((each) => ({ pattern: each }))
    )
    matcher.ignores(path.join("/"))
    matcher.ignores(`${path.join("/")}/`)
  }, { ...runs, fastCheck: { numRuns: count(500, 5000) } })

  it.effect.prop(
    "in .gitignore keeps nobody from walking it",
    [outputs("*.log\n!a.log\n/build/\n**/x\n[a-z]?.py\n")],
    ([text]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* fs.makeTempDirectoryScoped()
        yield* fs.makeDirectory(`${root}/pkg`)
        for (const file of [".gitignore", "pkg/.gitignore"]) yield* fs.writeFileString(`${root}/${file}`, text)
        const { unreadable } = yield* walk(root, [])
        assert.deepStrictEqual(unreadable, [])
      }).pipe(Effect.scoped),
    { ...runs, fastCheck: { numRuns: count(30, 300) } }
  )
})

layer(NodeContext.layer, { excludeTestServices: true })("what Python and pip say", (it) => {
  const answer = "\n" + `{"executable": "/p", "version": "3.11.7", "prefix": "/", "abi": "x", "sitePackages": ["/s"]}` +
    "\n"
  const installed = "\n" + `{"packages": [{"name": "a", "version": "1", "files": ["a.py"]}], "ignored": []}` + "\n"

  it.effect.prop(
    "of the interpreter is an answer or none",
    [outputs(answer)],
    ([text]) =>
      law(Queries.decodeLastLine(Queries.Answer)(text), ({ executable, version }) => {
        assert.isAbove(executable.length, 0)
        assert.isAbove(version.length, 0)
      }),
    runs
  )

  it.effect.prop(
    "that is cut is no list of packages",
    [cut(installed)],
    ([text]) => law(Queries.decodeLastLine(Queries.Installed)(text), () => assert.fail("a part of it is no list")),
    runs
  )

  it.prop(
    "of a failure is one line",
    [anything, outputs("ERROR: No matching distribution found for x\n")],
    ([stdout, stderr]) => {
      const why = Pip.reasonOf({ stdout, stderr })
      assert.isAtMost(why.length, 303)
      assert.notInclude(why, "\n")
    },
    runs
  )

  it.effect.prop(
    "a number of a process that there cannot be is of none",
    [
      FastCheck.oneof(
        FastCheck.integer({ min: 2 ** 31, max: 2 ** 53 - 1 }),
        FastCheck.constantFrom(1e300, 2 ** 53, 4194305)
      )
    ],
    ([pid]) => law(ProcessIdentity.isAlive(pid, Option.none()), assert.isFalse),
    runs
  )
})
