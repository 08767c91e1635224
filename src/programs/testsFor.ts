/**
 * The tests that a change needs.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import ignore from "ignore"
import type { Freshness } from "../domain/Freshness.js"
import { type PipelineContext, repositoryOf } from "../domain/PipelineContext.js"
import type { TestSelection } from "../domain/TestSelection.js"
import { Repositories } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { type Connection, Warehouse } from "../services/Warehouse.js"
import { reading } from "./database.js"
import { freshness } from "./freshness.js"
import { plural } from "./runRecord.js"
import type { ChangedFunction } from "./tests/changedFunctions.js"
import { type FileChange, fileChanges } from "./tests/fileChanges.js"
import { kept } from "./tests/keeping.js"
import { processStarters } from "./tests/processes.js"
import * as Reached from "./tests/reached.js"
import { type Recorded, recordedFor } from "./tests/recorded.js"
import * as RecordedTests from "./tests/recordedTests.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface TestsOptions {
  /** What the change is from: the commit where the histories of `HEAD` and of this revision part. */
  readonly revision: string
  /** Patterns as in a .gitignore, of files of which the user knows that no test needs them; none unless given. */
  readonly ignored?: ReadonlyArray<string>
}

interface Found extends Pick<TestSelection, "tests" | "known" | "reasons"> {
  readonly freshness: Freshness | null
}

/** What was recorded is of a part of the changed files as they were, and of the others as they are. */
const definitionIn = (recorded: Recorded, base: PipelineContext, relPath: string) => {
  const before = base.modules.find((module) => module.relPath === relPath)?.contentHash
  return ({ base, head }: ChangedFunction) => recorded.hashes.get(relPath) === before ? base : head
}

/** The tests of functions, and those that are needed whatever changed. */
const selected = Effect.fnUntraced(function*(
  connection: Connection,
  recorded: Recorded,
  base: PipelineContext,
  changes: ReadonlyArray<readonly [relPath: string, functions: ReadonlyArray<ChangedFunction>]>
) {
  const tests = yield* RecordedTests.read(connection)
  const { outlineOf, reach } = yield* Reached.make(connection, tests)
  const { isCut, keepers } = yield* kept(connection, outlineOf)
  const reasons = new Map<string, Set<string>>()
  const add = (testId: string, reason: string) => {
    const known = reasons.get(testId)
    if (known === undefined) reasons.set(testId, new Set([reason]))
    else known.add(reason)
  }
  const problems: Array<string> = []

  for (const [relPath, functions] of changes) {
    const definitionOf = definitionIn(recorded, base, relPath)
    for (const changed of functions) {
      const target = { relPath, definition: definitionOf(changed) }
      const reached = yield* reach(target)
      const keeper = keepers.get(Reached.named(target))
      if (keeper !== undefined) {
        problems.push(`what ${Reached.named(target)} returns is kept from test to test by ${keeper}`)
      }
      for (const [testId, reason] of reached.tests) add(testId, reason)
      problems.push(...Option.toArray(reached.problem))
    }
  }
  if (isCut) problems.push("more functions run for those that keep their results than are followed")
  for (const { name, relPath } of yield* processStarters(connection)) {
    const unrecorded = "starts processes, and what runs in them is not recorded"
    if (name === null) {
      problems.push(`${relPath} ${unrecorded}: it does so on import, or gives them another name`)
      continue
    }
    // several have a name where one overrides the other: which of them it is would have to be told by lines
    const definitions = (yield* outlineOf(relPath)).filter((each) => each.qualifiedName === name)
    if (definitions.length === 0) problems.push(`where ${relPath}:${name} stands is not known; it ${unrecorded}`)
    for (const definition of definitions) {
      const { problem, tests: starting } = yield* reach({ relPath, definition })
      for (const testId of starting.keys()) {
        add(testId, `starts processes (${relPath}:${name}), and what runs in them is not recorded`)
      }
      if (Option.isSome(problem) && tests.testsOf(relPath, name).length === 0) {
        problems.push(`${problem.value}; it ${unrecorded}`)
      }
    }
  }
  for (const [testId, why] of tests.always) add(testId, why)

  return {
    known: tests.count,
    reasons: problems,
    tests: problems.length > 0 ? [] : [...reasons]
      .map(([testId, why]) => ({ testId, argument: tests.argumentOf(testId), reasons: [...why] }))
      .sort((one, other) => one.argument < other.argument ? -1 : 1)
  }
})

const nothing: Found = { tests: [], known: null, reasons: [], freshness: null }

const fromDatabase = Effect.fnUntraced(function*(
  ctx: PipelineContext,
  base: PipelineContext,
  changes: ReadonlyArray<FileChange>
) {
  const warehouse = yield* Warehouse
  if (!(yield* warehouse.exists(ctx.paths.database))) {
    return { ...nothing, reasons: ["nothing is stored yet: codeintel ingest --contexts"] }
  }
  const functions = changes.flatMap((change) =>
    Either.isRight(change.functions) ? [[change.relPath, change.functions.right] as const] : []
  )
  const isSure = functions.length === changes.length
  return yield* reading(ctx, (connection) =>
    Effect.gen(function*() {
      const recorded = yield* recordedFor(connection, { base, head: ctx })
      if (Either.isLeft(recorded)) return { ...nothing, reasons: [recorded.left] }
      const fresh = yield* freshness(connection, ctx, ["pytest", "coverage", "scip-python"])
      if (!isSure) return { ...nothing, known: (yield* RecordedTests.read(connection)).count, freshness: fresh }
      return { ...yield* selected(connection, recorded.right, base, functions), freshness: fresh }
    }))
})

/**
 * By what was recorded (`ingest --contexts`) and by the references of the index together: tests that ran a line of a
 * function whose body changed, that refer to it, that start processes, that failed or of which nothing was recorded. All
 * tests, with the reasons, where that would not be sure: a file changed that is not Python, is new or gone, a conftest.py, a
 * fixture, what runs on import; or what was recorded is missing, or of another content. Runs no test.
 *
 * @since 0.1.0
 * @category programs
 */
export const testsFor = Effect.fn("testsFor")(
  function*(ctx: PipelineContext, { ignored = [], revision }: TestsOptions) {
    const repositories = yield* Repositories
    const commit = yield* repositories.commitOf(ctx, revision, { branchedOff: true })
    const lock = yield* RepositoryLock
    const patterns = ignore({ ignoreCase: false }).add([...ignored])
    const { base, files } = yield* Effect.scoped(Effect.gen(function*() {
      yield* lock.acquire(ctx)
      const opened = yield* repositories.openRevision(ctx, commit)
      return {
        base: opened,
        files: yield* fileChanges({ base: opened, head: ctx }, (relPath) => patterns.ignores(relPath))
      }
    }))
    const { changes } = files
    const unsure = changes.flatMap(({ functions, relPath }) =>
      Either.isLeft(functions) ? [`${relPath}: ${functions.left}`] : []
    )
    const found: Found = changes.length === 0 ? nothing : yield* fromDatabase(ctx, base, changes)
    const reasons = [...unsure, ...found.reasons]
    const isAll = reasons.length > 0 || (found.known !== null && found.known > 0 && found.tests.length === found.known)
    const selection: TestSelection = {
      repo: repositoryOf(ctx),
      base: { revision, commit },
      needed: isAll ? "all" : found.tests.length > 0 ? "some" : "none",
      reasons: isAll && reasons.length === 0
        ? [`each of the ${plural(found.tests.length, "test")} is needed`]
        : reasons,
      tests: isAll ? [] : found.tests,
      known: found.known,
      changes: changes.map(({ functions, kind, relPath }) => ({
        relPath,
        kind,
        functions: Either.match(functions, {
          onLeft: () => [],
          onRight: (all) => all.map(({ head }) => head.qualifiedName)
        }),
        problem: Either.match(functions, { onLeft: (why) => why, onRight: () => null })
      })),
      ignored: files.ignored,
      freshness: found.freshness
    }
    return selection
  }
)
