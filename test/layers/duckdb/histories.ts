/** Random histories of a database: snapshots that come back, runs that are linked again, documents that runs share. */
import { Effect, FastCheck, Option, Stream } from "effect"
import type { ScipPart, ScipSymbol } from "../../../src/domain/Scip.js"
import type { ToolRun } from "../../../src/domain/ToolRun.js"
import type { Connection } from "../../../src/services/Warehouse.js"
import { diagnostic, facts, link, measured, module, record, toolRun } from "./rows.js"

const tools = ["ruff", "pytest", "coverage", "scip-python"] as const

type Tool = (typeof tools)[number]

/** A run of its own, none, or the earlier run of this number. */
type Choice = "new" | "none" | number

export interface Step {
  readonly id: string
  readonly dirty: boolean
  /** Path and content. */
  readonly files: ReadonlyArray<readonly [path: string, content: number]>
  readonly runs: Readonly<Record<Tool, Choice>>
  /** A run that no snapshot links: its ingest was killed. */
  readonly orphan: boolean
}

const choice: FastCheck.Arbitrary<Choice> = FastCheck.oneof(
  FastCheck.constantFrom("new" as const, "none" as const),
  FastCheck.nat({ max: 5 })
)

const step: FastCheck.Arbitrary<Step> = FastCheck.record({
  id: FastCheck.nat({ max: 6 }).map((number) => `snapshot ${number}`),
  dirty: FastCheck.boolean(),
  files: FastCheck.uniqueArray(
    FastCheck.tuple(FastCheck.constantFrom("a.py", "b.py", "c.py"), FastCheck.nat({ max: 4 })),
    {
      selector: ([path]) => path,
      minLength: 1
    }
  ),
  runs: FastCheck.record({ "ruff": choice, "pytest": choice, "coverage": choice, "scip-python": choice }),
  orphan: FastCheck.boolean()
})

export const history: FastCheck.Arbitrary<ReadonlyArray<Step>> = FastCheck.array(step, { minLength: 1, maxLength: 10 })

const symbol = (name: string, given: Partial<ScipSymbol> = {}): ScipSymbol => ({
  symbol: name,
  kind: 0,
  displayName: "",
  documentation: [`about ${name}`],
  enclosingSymbol: "",
  relationships: [],
  ...given
})

/** Each names symbols of its own in every way there is, and some that others name too. */
const document = (relPath: string, content: number): ScipPart => {
  const named = [`s py p 1 own${content}#`, "s py p 1 shared#", "local 0"]
  return {
    _tag: "Document",
    relPath,
    occurrences: {
      symbols: named,
      ranges: Int32Array.from(named.flatMap((_, line) => [line, 4, line, 9])),
      roles: Int32Array.from(named, () => 1)
    },
    symbols: [
      symbol(`s py p 1 described${content}#`, { enclosingSymbol: `s py p 1 enclosing${content % 2}#` }),
      symbol("local 0", {
        relationships: [{
          relatedSymbol: `s py p 1 related${content}#`,
          isReference: true,
          isImplementation: false,
          isTypeDefinition: false,
          isDefinition: false
        }]
      })
    ]
  }
}

/** Puts the steps of a history into a database, one after the other; `prefix` tells its runs from those of another. */
export const makeWriter = (connection: Connection, prefix = "") => {
  const made = new Map<Tool, Array<ToolRun>>(tools.map((tool) => [tool, []]))
  let numbers = 0

  const write = (tool: Tool, files: Step["files"]) =>
    Effect.gen(function*() {
      const number = numbers++
      const run = toolRun(tool, { runId: `${prefix}${tool} ${number}`, key: Option.some(`key ${number}`) })
      const looked = files.map(([path]) => measured(path))
      switch (tool) {
        case "ruff":
          yield* connection.writeCheckRun({
            run,
            files: looked,
            diagnostics: files.map(([path]) => diagnostic(tool, path))
          })
          break
        case "pytest":
          yield* connection.writeTestsRun({
            run,
            results: files.map(([path]) => ({
              testId: `${path}::test`,
              relPath: Option.some(path),
              phase: "call",
              outcome: "passed",
              durationMs: Option.some(number),
              message: Option.none()
            }))
          })
          break
        case "coverage":
          yield* connection.writeCoverageRun({
            run,
            files: looked,
            lines: new Map(files.map(([path, content]) => [path, { covered: [1, content + 2], missing: [9] }])),
            contexts: Option.some(files.map(([path]) => ({ testId: "t", relPath: path, lines: [1] })))
          })
          break
        case "scip-python":
          yield* connection.writeScipRun({
            run,
            files: looked,
            parts: Stream.fromIterable<ScipPart>([
              ...files.map(([path, content]) => document(path, content)),
              { _tag: "External", symbols: [symbol(`s py p 1 external${files.length}#`)] }
            ])
          })
      }
      return run
    })

  return (given: Step) =>
    Effect.gen(function*() {
      yield* connection.writeSyntax(given.files.map(([, content]) => ({
        contentHash: `content ${content}`,
        source: "",
        facts: facts({
          functions: [{
            qualifiedName: "f",
            startLine: 1,
            endLine: 2,
            parameters: content,
            annotatedParameters: 0,
            returnAnnotated: false
          }],
          imports: [{ module: "os", level: 0, names: [], line: content + 1 }]
        })
      })))
      if (given.orphan) yield* Effect.forEach(tools, (tool) => write(tool, given.files), { concurrency: 1 })
      const links = yield* Effect.forEach(tools, (tool) =>
        Effect.gen(function*() {
          const chosen = given.runs[tool]
          const known = made.get(tool) ?? []
          if (chosen === "none") {
            return { tool, runId: Option.none(), status: "skipped" as const, reason: Option.some("no"), reused: false }
          }
          const earlier = chosen === "new" ? undefined : known[chosen % Math.max(1, known.length)]
          if (earlier !== undefined) return link(earlier, { reused: true })
          const run = yield* write(tool, given.files)
          known.push(run)
          return link(run)
        }), { concurrency: 1 })
      yield* connection.finishSnapshot(record(given.id, {
        snapshot: { id: given.id, commit: Option.none(), dirty: given.dirty, files: new Map() },
        modules: given.files.map(([path, content]) => module(path, `content ${content}`)),
        runs: links
      }))
    })
}

/** The snapshots after these steps, the latest first. */
export const snapshotsOf = (steps: ReadonlyArray<Step>): ReadonlyArray<Pick<Step, "id" | "dirty">> => {
  const byId = new Map<string, Step>()
  for (const each of steps) {
    byId.delete(each.id)
    byId.set(each.id, each)
  }
  return [...byId.values()].reverse()
}
