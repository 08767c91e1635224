/** Repositories in memory, ingested by hand: texts, an index, coverage, findings. */
// @effect-diagnostics strictEffectProvide:off
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Layer, Option, Stream } from "effect"
import type { Churn } from "../../../src/domain/Churn.js"
import type { CoverageContext } from "../../../src/domain/CoverageReport.js"
import type { Diagnostic } from "../../../src/domain/Diagnostic.js"
import { ToolNotFound } from "../../../src/domain/errors.js"
import type { PipelineContext } from "../../../src/domain/PipelineContext.js"
import { type ScipPart, type ScipRelationship, SymbolRole } from "../../../src/domain/Scip.js"
import type { TestResult } from "../../../src/domain/TestReport.js"
import type { RunStatus } from "../../../src/domain/ToolRun.js"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import * as TestRepository from "../../../src/layers/testing/TestRepository.js"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { Git } from "../../../src/services/Git.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"
import { writing } from "../../layers/duckdb/laws.js"
import { link, measured, record, time, toolRun } from "../../layers/duckdb/rows.js"

export const PACKAGE = "scip-python python p 0 "

export interface World {
  readonly sources: TestRepository.Sources
  /**
   * Word -> symbol, without its package: every such word in every text is an occurrence, after `def`, `class` a definition;
   * (of one file: path, space, word); but not in a comment, before a quote, or of `x`, whose type nobody knows.
   */
  readonly words: Readonly<Record<string, string>>
  readonly overrides?: Readonly<Record<string, string>>
  readonly indexStatus?: RunStatus
  readonly unindexed?: ReadonlyArray<string>
  /** Files that no parser has seen. */
  readonly unparsed?: ReadonlyArray<string>
  /** Files that a parser has seen, and whose texts are not stored: of a database of before they were. */
  readonly textless?: ReadonlyArray<string>
  /** Path -> the lines that no test ran; those with `def` and `class`, and all others that have a text, were run. */
  readonly missed?: Readonly<Record<string, ReadonlyArray<number>>>
  /** Path -> lines that coverage was told to leave out. */
  readonly excluded?: Readonly<Record<string, ReadonlyArray<number>>>
  readonly contexts?: ReadonlyArray<CoverageContext>
  readonly diagnostics?: ReadonlyArray<Diagnostic>
  /** Files that the checker did not look at, with the reason. */
  readonly unchecked?: Readonly<Record<string, string>>
  /** What pytest said; not run unless given. */
  readonly tests?: ReadonlyArray<TestResult>
  readonly testsStatus?: RunStatus
  readonly coverageStatus?: RunStatus
  /** Of the snapshot. */
  readonly commit?: string
  readonly dirty?: boolean
}

const linesOf = (text: string) => text.split("\n")

const wordAt = /[\w]+/g

const documentOf = ({ overrides = {}, sources, words }: World, relPath: string): ScipPart => {
  const found = linesOf(sources[relPath] ?? "").flatMap((line, row) =>
    [...line.matchAll(wordAt)].flatMap((match) => {
      const symbol = words[`${relPath} ${match[0]}`] ?? words[match[0]]
      if (
        symbol === undefined || line.trim().startsWith("#") || /^["']/.test(line.slice(match.index + match[0].length))
      ) {
        return []
      }
      if (/\bx\.$/.test(line.slice(0, match.index))) return []
      const isDefinition = /\b(def|class)\s+$/.test(line.slice(0, match.index))
      return [{ symbol: PACKAGE + symbol, isDefinition, range: [row, match.index, row, match.index + match[0].length] }]
    })
  )
  const relationships = (symbol: string): ReadonlyArray<ScipRelationship> => {
    const base = overrides[symbol.slice(PACKAGE.length)]
    return base === undefined ? [] : [{
      relatedSymbol: PACKAGE + base,
      isReference: false,
      isImplementation: true,
      isTypeDefinition: false,
      isDefinition: false
    }]
  }
  return {
    _tag: "Document",
    relPath,
    occurrences: {
      symbols: found.map(({ symbol }) => symbol),
      ranges: Int32Array.from(found.flatMap(({ range }) => range)),
      roles: Int32Array.from(found, ({ isDefinition }) => isDefinition ? SymbolRole.Definition : SymbolRole.ReadAccess)
    },
    symbols: found.filter(({ isDefinition }) => isDefinition).map(({ symbol }) => ({
      symbol,
      kind: 0,
      displayName: "",
      documentation: ["```python\ndef it()\n```", "What it is.\n\n    More of it."],
      enclosingSymbol: "",
      relationships: relationships(symbol)
    }))
  }
}

export const context = (world: World, overrides: Partial<PipelineContext> = {}) =>
  TestRepository.context("/repo", world.sources, overrides)

/** Stores what an ingest would have. */
export const ingested = (world: World) =>
  Effect.gen(function*() {
    const {
      contexts,
      diagnostics = [],
      indexStatus = "ok",
      missed,
      sources,
      textless = [],
      unchecked = {},
      unindexed = [],
      unparsed = []
    } = world
    const ctx = context(world)
    const syntax = yield* PythonSyntax
    const paths = ctx.modules.map(({ relPath }) => relPath)
    const rows = yield* Effect.forEach(
      ctx.modules.filter(({ relPath }) => !unparsed.includes(relPath)),
      ({ contentHash, relPath }) =>
        Effect.map(syntax.analyze(sources[relPath] ?? ""), (facts) => ({
          contentHash,
          facts,
          source: sources[relPath] ?? ""
        })),
      { concurrency: 1 }
    )
    const hasIndex = indexStatus !== "failed" && indexStatus !== "skipped"
    const runOf = (tool: string, status: RunStatus) =>
      toolRun(tool, { runId: `${tool} of ${ctx.snapshot.id}`, status, reason: Option.none() })
    const scip = runOf("scip-python", indexStatus)
    const ruff = runOf("ruff", diagnostics.length > 0 ? "findings" : "ok")
    const coverage = runOf("coverage", world.coverageStatus ?? "ok")
    const pytest = runOf("pytest", world.testsStatus ?? "ok")
    yield* writing(ctx.paths.database, (connection) =>
      Effect.gen(function*() {
        yield* connection.writeSyntax(rows)
        for (const { contentHash } of ctx.modules.filter(({ relPath }) => textless.includes(relPath))) {
          yield* connection.query("DELETE FROM core.sources WHERE content_hash = $1", [contentHash])
        }
        yield* connection.writeCheckRun({
          run: ruff,
          files: paths.map((relPath) =>
            relPath in unchecked
              ? { relPath, measured: Option.some(false), reason: Option.some(unchecked[relPath] ?? "") }
              : measured(relPath)
          ),
          diagnostics
        })
        yield* connection.writeScipRun({
          run: scip,
          files: hasIndex
            ? paths.map((relPath) =>
              unindexed.includes(relPath)
                ? { relPath, measured: Option.some(false), reason: Option.some("it crashed") }
                : measured(relPath)
            )
            : [],
          parts: Stream.fromIterable(
            hasIndex ? paths.filter((path) => !unindexed.includes(path)).map((path) => documentOf(world, path)) : []
          )
        })
        if (world.tests !== undefined) {
          yield* connection.writeTestsRun({ run: pytest, results: world.tests })
        }
        if (missed !== undefined) {
          const lines = new Map(
            Object.entries(missed).map(([relPath, missing]) => {
              const out = world.excluded?.[relPath] ?? []
              const all = linesOf(sources[relPath] ?? "").flatMap((text, row) =>
                text.trim() === "" || out.includes(row + 1) ? [] : [row + 1]
              )
              return [relPath, { covered: all.filter((line) => !missing.includes(line)), missing }]
            })
          )
          yield* connection.writeCoverageRun({
            run: coverage,
            files: Object.keys(missed).map(measured),
            lines,
            contexts: Option.fromNullable(contexts)
          })
        }
        yield* connection.finishSnapshot(record(ctx.snapshot.id, {
          repo: ctx.root,
          snapshot: { ...ctx.snapshot, commit: Option.some(world.commit ?? "c0ffee"), dirty: world.dirty ?? false },
          modules: ctx.modules,
          runs: [
            link(ruff),
            link(scip),
            ...missed === undefined ? [] : [link(coverage)],
            ...world.tests === undefined ? [] : [link(pytest)]
          ],
          startedAt: time(0),
          finishedAt: time(60)
        }))
      }))
    return ctx
  })

const churn = (changes: Churn["changes"]): Churn => ({
  since: "2025-01-01T00:00:00.000Z",
  commits: 9,
  changes,
  uncommitted: new Map(),
  tracked: new Set(["a.py", "b.py", "src/p/a.py", "src/p/b.py", "tests/test_a.py"])
})

export const noGit = Layer.mock(Git, {
  churn: () => Effect.fail(new ToolNotFound({ tool: "git", searched: ["PATH"], hint: "install git" }))
})

export const git = (changes: Churn["changes"] = new Map()) =>
  Layer.mock(Git, { churn: () => Effect.succeedSome(churn(changes)) })

/** No file of the project can be read but these. */
export const files = (texts: Readonly<Record<string, string>> = {}) =>
  FileSystem.layerNoop({ readFileString: (path) => Effect.succeed(texts[path] ?? "") })

export const layer = Layer.mergeAll(MemoryWarehouse.layer, TreeSitterPythonSyntax.layer)
