/**
 * One tool among others: it waits for its share of the machine, is shown while it runs, and is ended when another that
 * did not succeed ends all.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import { needsAttention, type SnapshotRun } from "../domain/ToolRun.js"
import { Budget, type Cost } from "../services/Budget.js"
import { Progress, ProgressEvent } from "../services/Progress.js"
import type { ToolError } from "../services/ToolService.js"
import { Attempt, type NewRun, type Verdict, withoutFacts } from "./attempt.js"
import type { Participant } from "./datasets.js"
import { detailOf } from "./detail.js"
import * as RunRecord from "./runRecord.js"

/**
 * The link and the facts, if they are new.
 *
 * @since 0.1.0
 * @category models
 */
export interface Judged {
  readonly link: SnapshotRun
  readonly run: Option.Option<NewRun>
}

/**
 * @since 0.1.0
 * @category combinators
 */
export const judge = (verdict: Verdict): (attempt: Attempt) => Judged => {
  const made = (run: NewRun): Judged => ({ link: RunRecord.linkTo(run.run, false), run: Option.some(run) })
  return Attempt.$match({
    Known: ({ run }) => ({ link: RunRecord.linkTo(run, true), run: Option.none() }),
    Skipped: ({ link }) => ({ link, run: Option.none() }),
    Settled: ({ run }) => made(run),
    Ran: (attempt) => made(attempt.judge(verdict))
  })
}

/**
 * @since 0.1.0
 * @category models
 */
export interface StageOptions {
  readonly participant: Pick<Participant, "tool" | "dataset">
  /** None: the work asks for its share itself. */
  readonly cost: Option.Option<Cost>
  /** An earlier run stands: nothing will be started, and nobody waited for. */
  readonly known: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Stage {
  /**
   * A tool that fails is a run without facts; it fails itself only with `importCounts`, which is asked when the tool has
   * ended, to say how it went.
   */
  readonly run: <R, E, R2>(
    given: StageOptions,
    work: Effect.Effect<Attempt, ToolError, R>,
    importCounts: Effect.Effect<Verdict["importCounts"], E, R2>
  ) => Effect.Effect<Attempt, E, R | R2>
}

/**
 * `strict`: the first tool that is missing, fails or is not to be trusted ends the others.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(ctx: PipelineContext, { strict }: { readonly strict: boolean }) {
  const progress = yield* Progress
  const budget = yield* Budget
  const stop = yield* Deferred.make<ToolName>()

  const stopped = (tool: ToolName) =>
    Effect.map(Deferred.await(stop), (failed) =>
      Attempt.Skipped({
        link: RunRecord.skipped(tool, `stopped because ${failed} did not succeed (--strict)`, "interrupted")
      }))

  const run: Stage["run"] = ({ cost, known, participant: { dataset, tool } }, work, importCounts) => {
    const settled = Effect.fnUntraced(function*() {
      // a tool that nothing is asked of does not start
      if (!known) yield* progress.emit(ProgressEvent.Started({ name: tool }))
      const startedAt = yield* DateTime.now
      // the decision of this program: a tool that fails is a row, and the others go on
      return yield* Effect.catchAll(
        work,
        (error) =>
          Effect.map(RunRecord.newRunId, (runId): Attempt =>
            Attempt.Settled({
              run: withoutFacts(dataset, RunRecord.ofFailure({ ctx, tool, runId, error, startedAt }))
            }))
      )
    })
    const spending = known ? settled() : Option.match(cost, {
      onNone: settled,
      onSome: (each) => budget.spend(each)(settled())
    })
    return Effect.gen(function*() {
      const attempt = yield* Effect.raceFirst(spending, stopped(tool))
      const verdict: Verdict = {
        key: Option.none(),
        changed: [],
        importCounts: attempt._tag === "Ran" ? yield* importCounts : new Map()
      }
      const { link, run } = judge(verdict)(attempt)
      if (strict && needsAttention(link.status)) yield* Deferred.succeed(stop, tool)
      const durationMs = Option.match(run, { onNone: () => 0, onSome: (made) => made.run.durationMs })
      const detail = detailOf({ link, run })
      yield* progress.emit(ProgressEvent.Finished({ name: tool, status: link.status, detail, durationMs }))
      return attempt
    })
  }

  const stage: Stage = { run }
  return stage
})
