/**
 * The pipeline.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { hashesOf } from "../domain/contentChanges.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { SnapshotRun } from "../domain/ToolRun.js"
import { ChangeTracker } from "../services/ChangeTracker.js"
import { Progress, ProgressEvent } from "../services/Progress.js"
import { Repositories } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { writing } from "./database.js"
import { type Dataset, type Participant, participants } from "./datasets.js"
import { importedLinks } from "./importedIndexes.js"
import { findPrior, knownRun, type Prior } from "./prior.js"
import { publish } from "./publish.js"
import * as RunRecord from "./runRecord.js"
import { runTools, type ToolRuns } from "./runTools.js"
import { newSyntaxFacts } from "./syntaxFacts.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface IngestOptions {
  /** All unless given. Coverage brings the tests with it: it is measured while they run. */
  readonly only?: ReadonlyArray<Dataset>
  /** False: the tests are not run, and coverage is not measured; no code of the repository is executed. */
  readonly tests?: boolean
  /** The first tool that does not succeed ends the others. */
  readonly strict?: boolean
  /** Record which test ran which line. */
  readonly contexts?: boolean
  /** A report of pytest made elsewhere (report log, or JSON of pytest-json-report), absolute: pytest is not run. */
  readonly pytestReport?: string
}

/** Why a tool is not to be run; none when it is. */
const left = (ctx: PipelineContext, options: IngestOptions, enabled: ReadonlyArray<Participant>) => {
  const { only, pytestReport, tests } = options
  const isGiven = pytestReport !== undefined
  const hasPytest = enabled.some(({ dataset }) => dataset === "tests")
  return ({ dataset }: Participant): Option.Option<string> => {
    // a report that is there is read, whatever was not to be run
    if (isGiven && dataset === "tests") return Option.none()
    const runsCode = dataset === "tests" || dataset === "coverage"
    if (runsCode && tests === false) return Option.some("left out (--no-tests)")
    const wanted = only === undefined || only.includes(dataset) || (dataset === "tests" && only.includes("coverage"))
    if (!wanted) return Option.some(`not asked for (--only ${only.join(",")})`)
    if (isGiven && dataset === "coverage") {
      return Option.some("there is nothing to measure: pytest was not run, its report was given")
    }
    if (dataset === "coverage" && !hasPytest) {
      return Option.some("there is nothing to measure: pytest is switched off")
    }
    if (runsCode && ctx.config.untrusted) return Option.some("tests are code of the repository (--untrusted)")
    return ctx.modules.length === 0 ? Option.some("there is no Python file in the repository") : Option.none()
  }
}

/** An earlier run of a tool that is not to be run, while it still holds. */
const linkOf = (prior: Prior, { tool }: Participant, reason: string): SnapshotRun =>
  Option.match(knownRun(prior, tool), {
    onNone: () => RunRecord.skipped(tool, reason),
    onSome: (run) => RunRecord.linkTo(run, true)
  })

/** A tool that is off by default is not mentioned. */
const switchedOff = (ctx: PipelineContext, { tool }: Participant): ReadonlyArray<SnapshotRun> => {
  const key = `${tool}.enabled`
  const origin = ctx.config.entries.find((entry) => entry.key === key)?.origin ?? "default"
  return origin === "default" ? [] : [RunRecord.skipped(tool, `switched off: ${key} in ${origin}`)]
}

const runsTests = (prior: Prior, asked: ReadonlyArray<Participant>, { pytestReport }: IngestOptions) =>
  prior.modules.size === 0 && pytestReport === undefined && asked.some(({ dataset }) => dataset === "tests")
    ? ["the tests are run, and with them code of the repository; --no-tests leaves them out"]
    : []

/**
 * As `ingest`, by somebody who holds the lock. What a revision was measured by before and is not asked for now stays.
 *
 * @since 0.1.0
 * @category programs
 */
export const ingestLocked = Effect.fn("ingest")(function*(ctx: PipelineContext, options: IngestOptions = {}) {
  const repositories = yield* Repositories
  const changeTracker = yield* ChangeTracker
  const progress = yield* Progress
  const startedAt = yield* DateTime.now
  const { contexts = false, strict = false } = options
  const report = Option.fromNullable(options.pytestReport)

  const everyone = yield* participants(ctx)
  const enabled = everyone.filter((each) => each.enabled)
  const reasonToLeave = left(ctx, options, enabled)
  const asked = enabled.filter((each) => Option.isNone(reasonToLeave(each)))
  const others = enabled.filter((each) => !asked.includes(each))

  yield* repositories.prepareState(ctx)
  const prior = yield* findPrior(ctx, {
    asked: asked.map(({ tool }) => tool),
    others: others.map(({ tool }) => tool),
    contexts
  })
  const plan = yield* changeTracker.plan(
    prior.modules,
    hashesOf(ctx.modules)
  )
  // a revision comes after nothing
  const changes = ctx.revision === undefined ? plan.reasons : []
  yield* Effect.forEach(
    [...ctx.notices, ...changes, ...runsTests(prior, asked, options)],
    (text) => progress.emit(ProgressEvent.Noted({ text })),
    { discard: true }
  )

  const syntax = yield* Effect.fork(newSyntaxFacts(ctx, prior))
  // one that cannot be made ends the tools soon, not after minutes; what is stored now, nobody waits for at the end
  const makeDatabase = Effect.flatMap(
    Fiber.join(syntax),
    ({ rows }) => writing(ctx, (connection) => connection.writeSyntax(rows))
  )
  return yield* Effect.all([
    runTools(ctx, prior, asked, { contexts, report, strict, syntax }),
    prior.isFirst ? makeDatabase : Effect.void
  ], { concurrency: 2 }).pipe(
    Effect.flatMap(([made]) => {
      const runs: ToolRuns = {
        ...made,
        links: [
          ...made.links,
          ...others.map((each) => linkOf(prior, each, Option.getOrElse(reasonToLeave(each), () => ""))),
          ...importedLinks(prior.imported, enabled.map(({ tool }) => tool)),
          ...everyone.filter((each) => !each.enabled && !prior.imported.some(({ run }) => run.tool === each.tool))
            .flatMap((each) => switchedOff(ctx, each))
        ]
      }
      return publish(ctx, runs, { startedAt, changes, unknownContents: prior.unknownContents })
    }),
    Effect.ensuring(progress.emit(ProgressEvent.Ended()))
  )
}, Effect.scoped)

/**
 * Brings the database of `ctx` up to the present content of the repository, and reads back what it holds. A tool that
 * is missing or fails is a row with its reason. Fails when the database or the file system refuses, or another ingest
 * is under way; then readers still see the ingest before.
 *
 * @since 0.1.0
 * @category programs
 */
export const ingest = (ctx: PipelineContext, options: IngestOptions = {}) =>
  RepositoryLock.pipe(
    Effect.flatMap((lock) => lock.acquire(ctx)),
    Effect.zipRight(ingestLocked(ctx, options)),
    Effect.scoped
  )
