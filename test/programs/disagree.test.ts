// @effect-diagnostics strictEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import type { Diagnostic } from "../../src/domain/Diagnostic.js"
import { Disagreements } from "../../src/domain/Disagreements.js"
import type { RunFile, RunStatus } from "../../src/domain/ToolRun.js"
import { defaultSettings } from "../../src/domain/ToolsConfig.js"
import * as MemoryWarehouse from "../../src/layers/testing/MemoryWarehouse.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { disagree, type DisagreeOptions } from "../../src/programs/disagree.js"
import { renderDisagreements } from "../../src/programs/render/disagree.js"
import { plain } from "../../src/programs/render/style.js"
import { writing } from "../layers/duckdb/laws.js"
import { checkRun, diagnostic, link, measured, record, toolRun } from "../layers/duckdb/rows.js"

const sources = { "a.py": "a", "b.py": "b", "c.py": "c", "lib/d.py": "d" }

const ctx = TestRepository.context("/repo", sources)

const unmeasured = (relPath: string, reason: string, is: Option.Option<boolean> = Option.some(false)): RunFile => ({
  relPath,
  measured: is,
  reason: Option.some(reason)
})

interface Said {
  readonly files: ReadonlyArray<RunFile>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  readonly status?: RunStatus
  readonly reason?: string
}

/** A database that knows of `ctx`, as it was when these tools had looked at it. */
const stored = Effect.fnUntraced(function*(runs: Readonly<Record<string, Said>>) {
  const all = Object.entries(runs).map(([tool, { diagnostics, files, reason, status = "findings" }]) =>
    checkRun(tool, { run: toolRun(tool, { status, reason: Option.fromNullable(reason) }), files, diagnostics })
  )
  yield* writing(ctx.paths.database, (connection) =>
    Effect.gen(function*() {
      yield* Effect.forEach(all, connection.writeCheckRun, { concurrency: 1 })
      yield* connection.finishSnapshot(record(ctx.snapshot.id, {
        repo: ctx.root,
        snapshot: { ...ctx.snapshot, commit: Option.some("c0ffeec0ffeec0ffee"), dirty: true },
        modules: ctx.modules,
        runs: all.map(({ run }) => link(run))
      }))
    }))
})

const error = (tool: string, relPath: string, line: number, rule: string, given: Partial<Diagnostic> = {}) =>
  diagnostic(tool, relPath, {
    startLine: line,
    endLine: line,
    rule,
    message: `${tool} says ${rule}\nand more`,
    fingerprint: `${relPath} ${line} ${rule}`,
    ...given
  })

const usual = stored({
  pyright: {
    files: [measured("a.py"), measured("b.py"), measured("c.py"), unmeasured("lib/d.py", "left out")],
    diagnostics: [
      error("pyright", "a.py", 1, "reportImport"),
      error("pyright", "a.py", 3, "reportArgument"),
      error("pyright", "a.py", 5, "reportUnused", { severity: "warning" }),
      error("pyright", "b.py", 2, "reportArgument"),
      error("pyright", "c.py", 1, "reportImport")
    ]
  },
  pyrefly: {
    files: [
      measured("a.py"),
      measured("b.py"),
      unmeasured("c.py", "it changed while the tool ran", Option.none()),
      unmeasured("lib/d.py", "left out")
    ],
    diagnostics: [
      error("pyrefly", "a.py", 1, "missing-import", { severity: "warning" }),
      error("pyrefly", "a.py", 7, "bad-return"),
      error("pyrefly", "b.py", 2, "bad-argument")
    ]
  }
})

const asked = (options?: DisagreeOptions) => Effect.zipRight(usual, disagree(ctx, options))

/** What it was refused with; a short failure where it was not, as a test would show the whole of what was found. */
const refusal = (...given: Parameters<typeof disagree>) => Effect.flip(Effect.as(disagree(...given), "not refused"))

const counts = ({ pairs }: Disagreements) => pairs.map(({ count, rules }) => [...rules, count])

describe("disagree", () => {
  it.effect("compares the files that both measured, and names the others with the reason", () =>
    Effect.gen(function*() {
      const found = yield* asked()
      assert.deepStrictEqual(counts(found), [
        ["reportArgument", null, 1],
        [null, "bad-return", 1],
        ["reportArgument", "bad-argument", 1],
        // a warning is no error, and it is not nothing
        ["reportImport", "missing-import", 1]
      ])
      assert.deepStrictEqual(found.filesApart, [
        { relPath: "c.py", measured: [true, false], reasons: [null, "it changed while the tool ran"] },
        { relPath: "lib/d.py", measured: [false, false], reasons: ["left out", "left out"] }
      ])
      assert.deepInclude(found, { files: 4, filesCompared: 2, alone: [1, 1], both: 2, pattern: null })
      assert.deepInclude(found.freshness, { repo: "/repo", treeChanged: false, changedFiles: [], dirty: true })
      assert.deepStrictEqual(found.pairs[0]?.places, [{
        relPath: "a.py",
        startLine: 3,
        findings: [{ startColumn: 2, severity: "error", message: "pyright says reportArgument\nand more" }, null]
      }])
      assert.deepStrictEqual(Schema.validateSync(Disagreements)(found), found)
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("takes the tools, the severity, the rule and the files that it is asked for", () =>
    Effect.gen(function*() {
      yield* usual
      const turned = yield* disagree(ctx, { tools: ["pyrefly", "pyright"] })
      assert.deepStrictEqual(counts(turned)[0], ["bad-return", null, 1])
      const warnings = yield* disagree(ctx, { severities: ["error", "warning"] })
      assert.deepStrictEqual(counts(warnings).slice(0, 2), [["reportArgument", null, 1], ["reportUnused", null, 1]])
      const rule = yield* disagree(ctx, { rules: ["bad-argument"] })
      assert.deepStrictEqual(counts(rule), [["reportArgument", "bad-argument", 1]])
      for (const files of ["b.py", "./b.py", "/repo/b.py", "b.*"]) {
        const part = yield* disagree(ctx, { files })
        assert.deepStrictEqual([part.files, part.filesCompared, part.both, part.filesApart], [1, 1, 1, []], files)
      }
      assert.strictEqual((yield* disagree(ctx, { files: "lib/" })).filesApart[0]?.relPath, "lib/d.py")
      assert.strictEqual((yield* disagree(ctx, { files: "B.py" })).files, 0)
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("lists so many places of each pair, and says how many are left out", () =>
    Effect.gen(function*() {
      const files = [measured("a.py")]
      const diagnostics = [30, 4, 200].map((line) => error("pyright", "a.py", line, "r"))
      yield* stored({ pyright: { files, diagnostics }, pyrefly: { files, diagnostics: [] } })
      const [pair] = (yield* disagree(ctx, { limit: 2 })).pairs
      assert.deepInclude(pair, { count: 3, leftOut: 1 })
      assert.deepStrictEqual(pair?.places.map(({ startLine }) => startLine), [4, 30])
      assert.strictEqual((yield* disagree(ctx)).pairs[0]?.leftOut, 0)
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("says what has changed since", () =>
    Effect.gen(function*() {
      yield* usual
      const changed = TestRepository.context("/repo", { ...sources, "a.py": "other", "new.py": "" })
      assert.deepInclude((yield* disagree(changed)).freshness, {
        treeChanged: true,
        changedFiles: ["a.py", "new.py"]
      })
      const { "b.py": _, ...less } = sources
      assert.deepInclude((yield* disagree(TestRepository.context("/repo", less))).freshness, { changedFiles: ["b.py"] })
      const readme = TestRepository.context("/repo", { ...sources, "README": "" })
      const found = yield* disagree(readme)
      assert.deepInclude(found.freshness, { treeChanged: true, changedFiles: [] })
      assert.match(
        renderDisagreements(found, plain, { agreed: false }),
        /^\/repo .*; changed since, but no Python file/
      )
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  for (const status of ["suspect", "failed", "not_found", "timed_out", "interrupted", "skipped"] as const) {
    it.effect(`does not compare a tool that is ${status}`, () =>
      Effect.gen(function*() {
        yield* stored({
          pyright: { files: [measured("a.py")], diagnostics: [] },
          pyrefly: { files: [measured("a.py")], diagnostics: [], status, reason: `because\n${"line\n".repeat(9)}` }
        })
        const refused = yield* refusal(ctx)
        assert.strictEqual(refused._tag, "NotComparable")
        assert.include(refused.message, `pyrefly: ${status}: because\n    line\n`)
        assert.strictEqual(refused.message.split("\n    line").length, 5, "of a long reason, the beginning")
        assert.notInclude(refused.message, "pyright")
      }).pipe(Effect.provide(MemoryWarehouse.layer)))
  }

  it.effect("compares what a partial run measured, and says that it is one", () =>
    Effect.gen(function*() {
      const files = [measured("a.py"), unmeasured("b.py", "it crashed there")]
      yield* stored({
        pyright: { files: [measured("a.py"), measured("b.py")], diagnostics: [] },
        pyrefly: { files, diagnostics: [], status: "partial", reason: "b.py could not be measured" }
      })
      const text = renderDisagreements(yield* disagree(ctx), plain, { agreed: false })
      assert.include(text, "\n! pyrefly: partial, looked at 1 of 4 files (b.py could not be measured)\n")
      assert.include(text, "1 not measured by pyrefly (it crashed there): b.py")
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("a tool that was not among those of the ingest, or is no checker, is no zero", () =>
    Effect.gen(function*() {
      yield* usual
      const off = { ...ctx.config, tools: { mypy: { ...defaultSettings, enabled: false } } }
      const absent = yield* refusal({ ...ctx, config: off }, { tools: ["pyright", "mypy"] })
      assert.match(
        absent.message,
        /^mypy: skipped: it is switched off: say enabled = true in \[tool\.codeintel\.mypy\]/m
      )
      const unknown = yield* refusal(ctx, { tools: ["ty", "pyright"] })
      assert.match(unknown.message, /^ty: skipped: it was not among the tools of the last ingest/m)
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("without a database, or without an ingest that has finished, there is nothing to say", () =>
    Effect.gen(function*() {
      const missing = yield* refusal(ctx)
      assert.propertyVal(missing, "reason", "Missing")
      yield* writing(ctx.paths.database, (connection) => connection.query("SELECT 1"))
      const unfinished = yield* refusal(ctx)
      assert.propertyVal(unfinished, "reason", "Missing")
      assert.match(unfinished.message, /no ingest has finished yet\nmake it: codeintel ingest \/repo/)
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("for a person: freshness first, then the pairs, then the places", () =>
    Effect.gen(function*() {
      const found = yield* asked()
      const text = (given: { readonly agreed: boolean }) => renderDisagreements(found, plain, given)
      const id = ctx.snapshot.id.slice(0, 12)
      const expected = `/repo  c0ffeec0ffee with changes, snapshot ${id} of 2023-11-14 22:13 UTC; unchanged since
rests on pyrefly (findings)
- pyright: findings, looked at 3 of 4 files
pyright 1.2.3 and pyrefly 1.2.3: errors in 2 of 4 Python files, which both measured

pyright alone: 1, pyrefly alone: 1, both: 2

pyright         pyrefly         places
reportArgument  nothing              1
nothing         bad-return           1
reportArgument  bad-argument         1
reportImport    missing-import       1

pyright reportArgument, pyrefly nothing: 1 place
  a.py:3:2  pyright says reportArgument

pyrefly bad-return, pyright nothing: 1 place
  a.py:7:2  pyrefly says bad-return

not compared: 2 of 4 files
  1 not measured by pyrefly (it changed while the tool ran): c.py
  1 measured by neither (left out): lib/d.py`
      assert.strictEqual(text({ agreed: false }), expected)
      assert.include(
        text({ agreed: true }),
        `pyright reportImport, pyrefly missing-import: 1 place
  a.py:1:2
    pyright: pyright says reportImport
    pyrefly: warning: pyrefly says missing-import
`
      )
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("what a repository wrote is inert, and a long message is cut", () =>
    Effect.gen(function*() {
      const files = [measured("a.py")]
      const message = `\u001b[31m${"x".repeat(500)}`
      const diagnostics = [error("pyright", "a.py", 1, "r\u0007", { message })]
      yield* stored({ pyright: { files, diagnostics }, pyrefly: { files, diagnostics: [] } })
      const text = renderDisagreements(yield* disagree(ctx), plain, { agreed: true })
      assert.notMatch(text, /[\u0000-\u0009\u000b-\u001f]/)
      assert.match(text, /x…$/m)
    }).pipe(Effect.provide(MemoryWarehouse.layer)))
})
