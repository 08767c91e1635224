/**
 * All tools, side by side under one budget: each is linked again when nothing that it depends on has changed, else run.
 *
 * @since 0.1.0
 */
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { SnapshotRun } from "../domain/ToolRun.js"
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
import { newSyntaxFacts } from "./syntaxFacts.js"
import * as TestRun from "./testRun.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface RunOptions extends TestRun.TestRunOptions {
  /** The first tool that is missing, fails or is not to be trusted ends the others. */
  readonly strict: boolean
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

/** Coverage after the tests: of all of them, of those that ran until pytest died, or none. */
const afterTests = (tests: Attempt, options: RunOptions) => {
  const { link, run } = Stage.judge(nothingYet)(tests)
  if (Option.isSome(options.report)) return Either.left(untestable("pytest was not run, its report was given"))
  const none = Option.isNone(link.runId) ||
    Option.exists(run, (made) => made._tag === "Tests" && made.results.length === 0)
  if (none && link.status !== "ok") return Either.left(untestable(`pytest is ${link.status}`))
  return Either.right(link.status === "ok" || link.status === "findings" ? Option.none<string>() : link.reason)
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
  const testRun = TestRun.make(ctx, prior, options)

  const { facts, outcomes } = yield* Effect.gen(function*() {
    const syntax = yield* Effect.fork(newSyntaxFacts(ctx, prior))
    const importCounts = Effect.map(Fiber.join(syntax), (facts) => facts.importCounts)

    const alone = Effect.fnUntraced(function*(participant: Participant) {
      const { dataset, tool } = participant
      const known = Option.isSome(knownRun(prior, tool))
      const attempt = dataset === "scip"
        ? yield* stage.run({ participant, known, cost: Option.none() }, scipAttempt(ctx, prior), importCounts)
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
        const attempt = yield* Either.match(afterTests(tests, options), {
          onLeft: Effect.succeed,
          onRight: (incomplete) =>
            stage.run(
              {
                participant: coverage.value,
                known: Option.isSome(knownRun(prior, tool)),
                cost: Option.some(costOf(tool))
              },
              testRun.coverage(incomplete),
              importCounts
            )
        })
        outcomes.push({ tool, attempt })
      }
      return outcomes
    })

    const coverage = Array.findFirst(asked, ({ dataset }) => dataset === "coverage")
    // in this order they ask for their share of the machine
    const outcomes = yield* Effect.forEach(
      Array.sort(asked.filter(({ dataset }) => dataset !== "coverage"), byLength),
      (participant) => participant.dataset === "tests" ? tested(participant, coverage) : alone(participant),
      { concurrency: "unbounded" } // how many run at once is the budget's to say
    )
    return { outcomes: outcomes.flat(), facts: yield* Fiber.join(syntax) }
  })

  const ran = outcomes.flatMap(({ attempt }) => attempt._tag === "Ran" ? [attempt.tool] : [])
  const [changed, keysNow] = ran.length === 0
    ? [[], new Map<ToolName, never>()]
    : yield* Effect.all([repositories.changedSince(ctx), service.runKeys(ran, ctx)], { concurrency: 2 })

  const judged = outcomes.map(({ attempt, tool }) => {
    const now = Option.flatMap(Option.fromNullable(keysNow.get(tool)), Either.getRight)
    const before = attempt._tag === "Ran" ? attempt.key : Option.none()
    const key = Option.filter(before, (each) => Option.contains(Option.flatMap(now, ({ key }) => key), each))
    return Stage.judge({ key, changed, importCounts: facts.importCounts })(attempt)
  })
  const result: ToolRuns = {
    syntax: facts.rows,
    runs: judged.flatMap(({ run }) => Option.toArray(run)),
    links: judged.map(({ link }) => link)
  }
  return result
})
