// @effect-diagnostics strictEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ToolNotFound } from "../../src/domain/errors.js"
import * as MockToolService from "../../src/layers/testing/MockToolService.js"
import { reading } from "../../src/programs/database.js"
import { diff } from "../../src/programs/diff.js"
import { marks, opened, world } from "./compare.js"

const compared = Effect.gen(function*() {
  const ctx = yield* opened
  return yield* diff(ctx, { base: "base", head: "worktree" })
})

type Files = Readonly<Record<string, string>>

/** Where new, fixed and moved findings are, `path:line`. */
const between = (base: Files, head: Files) =>
  Effect.map(Effect.provide(compared, world(base, head)), ({ fixed, moved, new: added, tools: [tool] }) => {
    const at = (all: ReadonlyArray<{ readonly relPath: string; readonly startLine: number }>) =>
      all.map(({ relPath, startLine }) => `${relPath}:${startLine}`)
    return { new: at(added), fixed: at(fixed), moved: at(moved), unchanged: tool?.unchanged }
  })

const f = "def f():\n    x = 1  # !e1\n    return x\n"
const g = "def g():\n    y = 2  # !e2\n    z = 3\n    return y + z\n"
const same = (unchanged: number) => ({ new: [], fixed: [], moved: [], unchanged })

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, "    ")

describe("diff", () => {
  it.effect("nothing is new where code is shifted", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* between({ "a.py": f + g }, { "a.py": `# a\n\n${f}\n\n${g}` }), same(2))
    }))

  it.effect("nothing is new where code is indented", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* between({ "a.py": f }, { "a.py": `if True:\n${indented(f)}` }), same(1))
    }))

  it.effect("a function that is moved within its file has moved findings", () =>
    Effect.gen(function*() {
      const found = yield* between({ "a.py": f + g }, { "a.py": g + f })
      assert.deepStrictEqual(found, { new: [], fixed: [], moved: ["a.py:6"], unchanged: 1 })
    }))

  it.effect("a function that is moved to another file has moved findings, whatever the message says of the file", () =>
    Effect.gen(function*() {
      const found = yield* between({ "a.py": f + g, "b.py": "# b\n" }, { "a.py": g, "b.py": `# b\n${f}` })
      assert.deepStrictEqual(found, { new: [], fixed: [], moved: ["b.py:3"], unchanged: 1 })
    }))

  it.effect("a file that is renamed, with a change or without, has no new finding", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* between({ "a.py": f + g }, { "pkg/b.py": f + g }), same(2))
      assert.deepStrictEqual(yield* between({ "a.py": f + g }, { "pkg/b.py": `import os\n${f}${g}` }), same(2))
    }))

  it.effect("the same finding once more in a file is one new finding, and it is the one that was added", () =>
    Effect.gen(function*() {
      const line = "x = 1  # !e1\n"
      const found = yield* between({ "a.py": `a\n${line}b\n${line}c\n` }, {
        "a.py": `a\n${line}b\nn\n${line}b\n${line}c\n`
      })
      assert.strictEqual(found.new.length, 1)
      assert.deepStrictEqual(found.fixed, [])
      const first = yield* between({ "a.py": `a\n${line}` }, { "a.py": `${line}a\n${line}` })
      assert.deepStrictEqual(first.new, ["a.py:1"])
    }))

  it.effect("a new finding is new, one that is gone is fixed", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* between({ "a.py": f }, { "a.py": g }), {
        new: ["a.py:2"],
        fixed: ["a.py:2"],
        moved: [],
        unchanged: 0
      })
    }))

  it.effect("a file that the base did not look at has no new findings: they are not known", () =>
    Effect.gen(function*() {
      const { new: added, tools: [tool], unknown } = yield* compared
      assert.deepStrictEqual(added, [])
      assert.deepStrictEqual(
        unknown.map(({ reason, relPath, side }) => [relPath, side, reason]),
        [["b.py", "base", "left out by the tool's configuration"]]
      )
      assert.strictEqual(tool?.unknown, 1)
    }).pipe(Effect.provide(world({ "a.py": f, "b.py": g }, { "a.py": `${f}#\n`, "b.py": g }, {
      pyright: (ctx) =>
        Effect.map(marks("pyright")(ctx), (report) => {
          if (ctx.revision === undefined) return report
          const diagnostics = report.diagnostics.filter(({ relPath }) => relPath === "a.py")
          return MockToolService.report({ measured: ["a.py"], diagnostics, version: "1.0" })
        })
    }))))

  it.effect("a tool that is missing on one side is not compared, and that is no zero", () =>
    Effect.gen(function*() {
      const { fixed, tools } = yield* compared
      const ruff = tools.find(({ tool }) => tool === "ruff")
      assert.deepStrictEqual([ruff?.new, ruff?.fixed, ruff?.unchanged], [null, null, null])
      assert.match(ruff?.concerns.join() ?? "", /ruff is not_found in the head/)
      assert.deepStrictEqual(fixed.map(({ tool }) => tool), ["pyright"])
    }).pipe(Effect.provide(world({ "a.py": f }, { "a.py": "" }, {
      pyright: marks("pyright"),
      ruff: (ctx) =>
        ctx.revision === undefined ? new ToolNotFound({ tool: "ruff", searched: [], hint: "" }) : marks("ruff")(ctx)
    }))))

  it.effect("a tool of another version on one side is a concern", () =>
    Effect.gen(function*() {
      const { tools: [tool] } = yield* compared
      assert.deepStrictEqual(tool?.concerns, ["pyright is 1.0 in the base and 2.0 in the head"])
    }).pipe(Effect.provide(world({ "a.py": f }, { "a.py": f + g }, {
      pyright: (ctx) =>
        Effect.map(marks("pyright")(ctx), (report) =>
          ctx.revision === undefined
            ? MockToolService.report({ measured: ["a.py"], diagnostics: report.diagnostics, version: "2.0" })
            : report)
    }))))

  it.effect("the base is stored as a clean snapshot, and is not the latest", () =>
    Effect.gen(function*() {
      const ctx = yield* opened
      const { base, head } = yield* diff(ctx, { base: "base", head: "worktree" })
      const rows = yield* reading(ctx, (connection) =>
        Effect.all([
          connection.query("SELECT snapshot_id, commit, dirty, repo FROM snapshots ORDER BY commit"),
          connection.query("SELECT rel_path FROM files")
        ]))
      assert.deepStrictEqual(rows[0].rows, [
        [base.snapshotId, "base", false, "/repo"],
        [head.snapshotId, null, false, "/repo"]
      ])
      assert.deepStrictEqual(rows[1].rows, [["head.py"]])
      // and again: by the ids of what is stored
      const again = yield* diff(ctx, { base: base.snapshotId.slice(0, 12), head: head.snapshotId })
      assert.deepStrictEqual(again.files, {
        added: [],
        deleted: [],
        changed: [],
        renamed: [{ from: "base.py", to: "head.py" }]
      })
    }).pipe(Effect.provide(world({ "base.py": f }, { "head.py": `${f}#\n` }))))

  it.effect("what was measured of the content of a base stays when its checkers are run again", () =>
    Effect.gen(function*() {
      const ctx = yield* opened
      yield* diff(ctx, { base: "worktree", head: "worktree" })
      yield* diff(ctx, { base: "base", head: "base" })
      const { rows } = yield* reading(
        ctx,
        (connection) => connection.query("SELECT count(*), count(*) FILTER (of_revision) FROM core.snapshots")
      )
      assert.deepStrictEqual(rows, [[1, 0]])
    }).pipe(Effect.provide(world({ "a.py": f }, { "a.py": f }))))

  it.effect("a revision that nobody knows is said so", () =>
    Effect.gen(function*() {
      const ctx = yield* opened
      const error = yield* Effect.flip(diff(ctx, { base: "nowhere", head: "worktree" }))
      assert.strictEqual(error._tag === "RevisionError" && error.reason, "Unknown")
    }).pipe(Effect.provide(world({ "a.py": f }, { "a.py": f }))))

  it.effect("functions are compared by the syntax of both", () =>
    Effect.gen(function*() {
      const { functions } = yield* compared
      assert.deepStrictEqual(functions, {
        added: [{ symbol: "g", relPath: "a.py" }],
        removed: [{ symbol: "f", relPath: "a.py" }]
      })
    }).pipe(Effect.provide(world({ "a.py": f }, { "a.py": g }))))
})
