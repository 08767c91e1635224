/**
 * All tools, side by side under one budget: each is linked again when nothing that it depends on has changed, else run.
 *
 * @since 0.1.0
 */
import * as Array from "effect/Array"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { RepositoryError } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { SnapshotRun, ToolRun } from "../domain/ToolRun.js"
import { Repositories } from "../services/Repositories.js"
import { ToolService } from "../services/ToolService.js"
import type { SyntaxRow } from "../services/Warehouse.js"
import { Attempt, type NewRun, type Verdict } from "./attempt.js"
import { checkAttempt } from "./checkAttempt.js"
import { byLength, costOf } from "./costs.js"
import type { Participant } from "./datasets.js"
import { knownRun, type Prior } from "./prior.js"
import * as RunRecord from "./runRecord.js"
import { scipAttempt } from "./scipAttempt.js"
import * as Stage from "./stage.js"
import type { NewSyntaxFacts } from "./syntaxFacts.js"
import * as TestRun from "./testRun.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface RunOptions extends Omit<TestRun.TestRunOptions, "coverage"> {
  /** The first tool that is missing, fails or is not to be trusted ends the others. */
  readonly strict: boolean
  /** What is found out beside the tools. */
  readonly syntax: Fiber.Fiber<NewSyntaxFacts, RepositoryError>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolRuns {
  readonly syntax: ReadonlyArray<SyntaxRow>
  /** The runs that were made now. */
  readonly runs: ReadonlyArray<NewRun>
  readonly links: ReadonlyArray<SnapshotRun>
}

interface Outcome {
  readonly tool: ToolName
  readonly attempt: Attempt
}

const nothingYet: Verdict = { key: Option.none(), changed: [], importCounts: new Map() }

const untestable = (reason: string) =>
  Attempt.Skipped({ link: RunRecord.skipped("coverage", `there is nothing to measure: ${reason}`) })

/** What there is to cover: all tests, those that ran until pytest died, or none. */
type Covered = Data.TaggedEnum<{
  Tests: { readonly incomplete: Option.Option<string> }
  NoTests: { readonly run: ToolRun }
  Nothing: { readonly attempt: Attempt }
}>

const Covered = Data.taggedEnum<Covered>()

const afterTests = (tests: Attempt): Covered => {
  const { link, run } = Stage.judge(nothingYet)(tests)
  const isWhole = link.status === "ok" || link.status === "findings"
  if (Option.isSome(run) && run.value._tag === "Tests" && run.value.results.length === 0) {
    if (isWhole) return Covered.NoTests({ run: run.value.run })
    return Covered.Nothing({ attempt: untestable(`pytest is ${link.status}`) })
  }
  return Option.isNone(link.runId)
    ? Covered.Nothing({ attempt: untestable(`pytest is ${link.status}`) })
    : Covered.Tests({ incomplete: isWhole ? Option.none() : link.reason })
}

/**
 * Writes nothing. What a tool's result depends on may change while it runs: then its run is stored without a key, and
 * the files that changed count as not measured.
 *
 * @since 0.1.0
 * @category programs
 */
export const runTools = Effect.fn("runTools")(function*(
  ctx: PipelineContext,
  prior: Prior,
  asked: ReadonlyArray<Participant>,
  options: RunOptions
) {
  const service = yield* ToolService
  const repositories = yield* Repositories
  const stage = yield* Stage.make(ctx, options)
  const coverage = Array.findFirst(asked, ({ dataset }) => dataset === "coverage")
  const importCounts = Effect.map(Fiber.join(options.syntax), (facts) => facts.importCounts)
  const testRun = yield* TestRun.make(ctx, prior, { ...options, coverage: Option.isSome(coverage) })

  const { facts, outcomes } = yield* Effect.gen(function*() {
    const queued = yield* Deferred.make<void>()
    const onQueued = Effect.asVoid(Deferred.succeed(queued, undefined))

    const alone = Effect.fnUntraced(function*(participant: Participant) {
      const { dataset, tool } = participant
      const known = Option.isSome(knownRun(prior, tool))
      const attempt = dataset === "scip"
        ? yield* stage.run(
          { participant, known, cost: Option.none() },
          scipAttempt(ctx, prior, { onQueued }),
          importCounts
        )
        : yield* stage.run(
          { participant, known, cost: Option.some(costOf(tool)) },
          checkAttempt(ctx, tool, prior),
          importCounts
        )
      return [{ tool, attempt }] satisfies ReadonlyArray<Outcome>
    })

    const tested = Effect.fnUntraced(function*(pytest: Participant, coverage: Option.Option<Participant>) {
      const tests = yield* stage.run(
        { participant: pytest, known: testRun.testsAreKnown, cost: Option.some(costOf(pytest.tool)) },
        testRun.tests(),
        importCounts
      )
      const outcomes: Array<Outcome> = [{ tool: pytest.tool, attempt: tests }]
      if (Option.isSome(coverage)) {
        const { tool } = coverage.value
        const known = tests._tag === "Known" && Option.isSome(knownRun(prior, tool))
        const given = { participant: coverage.value, known, cost: Option.some(costOf(tool)) }
        const attempt = yield* Covered.$match(afterTests(tests), {
          Nothing: ({ attempt }) => Effect.succeed(attempt),
          NoTests: ({ run }) =>
            stage.run({ ...given, cost: Option.none() }, testRun.coverageOfNothing(run), importCounts),
          Tests: ({ incomplete }) => stage.run(given, testRun.coverage(tests, incomplete), importCounts)
        })
        outcomes.push({ tool, attempt })
      }
      return outcomes
    })

    // in this order they ask for their share of the machine
    const [first, ...others] = Array.sort(asked.filter(({ dataset }) => dataset !== "coverage"), byLength)
    const work = (participant: Participant) =>
      participant.dataset === "tests" ? tested(participant, coverage) : alone(participant)
    const outcomes = first === undefined ? [] : yield* Effect.forEach(
      [first, ...others],
      (participant) =>
        participant === first
          ? Effect.ensuring(work(participant), onQueued)
          : first.dataset === "scip"
          // the index asks for itself, after it has planned
          ? Effect.zipRight(Deferred.await(queued), work(participant))
          : work(participant),
      { concurrency: "unbounded" } // how many run at once is the budget's to say
    )
    return { outcomes: outcomes.flat(), facts: yield* Fiber.join(options.syntax) }
  })

  const ran = outcomes.flatMap(({ attempt }) => attempt._tag === "Ran" ? [attempt.tool] : [])
  const [changed, keysNow] = ran.length === 0
    ? [[], new Map<ToolName, never>()]
    : yield* Effect.all([repositories.changedSince(ctx), service.runKeys(ran, ctx)], { concurrency: 2 })

  /** The key that held from before the tool was started until now. */
  const keyOf = ({ attempt, tool }: Outcome) => {
    const now = Option.flatMap(Option.fromNullable(keysNow.get(tool)), Either.getRight)
    const before = attempt._tag === "Ran" ? attempt.key : Option.none()
    return Option.filter(before, (each) => Option.contains(Option.flatMap(now, ({ key }) => key), each))
  }
  const judged = outcomes.map((outcome) =>
    Stage.judge({ key: keyOf(outcome), changed, importCounts: facts.importCounts })(outcome.attempt)
  )
  if (changed.length === 0) {
    const held = (name: ToolName) => Option.flatMap(Array.findFirst(outcomes, ({ tool }) => tool === name), keyOf)
    yield* testRun.confirm(held("pytest"), held("coverage"))
  }
  yield* testRun.discard
  const result: ToolRuns = {
    syntax: facts.rows,
    runs: judged.flatMap(({ run }) => Option.toArray(run)),
    links: judged.map(({ link }) => link)
  }
  return result
})
