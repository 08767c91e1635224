/**
 * A `ToolRunner` that starts nothing: canned answers by tool, calls recorded.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HashSet from "effect/HashSet"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import { type ToolExecution, ToolNotFound } from "../../domain/errors.js"
import type { ToolInvocation, ToolRunResult } from "../../domain/ToolInvocation.js"
import type { ToolName } from "../../domain/ToolName.js"
import { ToolRunner } from "../../services/ToolRunner.js"

/**
 * What a tool says, or how it fails; exit code 0, empty streams and 0 ms unless given.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer =
  | Partial<Pick<ToolRunResult, "exitCode" | "stdout" | "stderr" | "durationMs">>
  | ToolNotFound
  | ToolExecution

/**
 * An answer for the invocations that have all of these arguments, wherever they stand; none given: for any.
 *
 * @since 0.1.0
 * @category models
 */
export interface Expectation {
  readonly args?: ReadonlyArray<string>
  readonly answer: Answer
}

/**
 * The answers of one tool: the same one always; one by a function of the invocation; or the first of a list whose
 * arguments match. In a list each expectation is used once, but the last one that matches is used again and again.
 *
 * @since 0.1.0
 * @category models
 */
export type Answers = Answer | ReadonlyArray<Expectation> | ((invocation: ToolInvocation) => Answer)

/**
 * The invocations so far, oldest first.
 *
 * @since 0.1.0
 * @category tags
 */
export class ToolCalls extends Context.Tag("codeintel/ToolCalls")<
  ToolCalls,
  Effect.Effect<ReadonlyArray<ToolInvocation>>
>() {}

const isList = (answers: Answers): answers is ReadonlyArray<Expectation> => Array.isArray(answers)

const linesOf = (text: string): ReadonlyArray<string> => {
  const lines = text.split("\n")
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines
}

/**
 * A tool without answers is `ToolNotFound`, as on an empty machine. A tool with a list in which nothing matches is a
 * mistake in the test, and dies.
 *
 * @example
 * import { MockToolRunner } from "codeintel/testing"
 *
 * const runner = MockToolRunner.layer({
 *   pyright: { exitCode: 1, stdout: recorded },
 *   ruff: [
 *     { args: ["--version"], answer: { stdout: "ruff 0.17.6\n" } },
 *     { args: ["--show-files"], answer: { stdout: "/repo/a.py\n" } },
 *     { answer: { stdout: "[]" } }
 *   ],
 *   git: ({ args }) => args.includes("ls-files") ? { stdout: "a.py\0" } : { exitCode: 128 }
 * })
 * // afterwards: const calls = yield* Effect.flatten(MockToolRunner.ToolCalls)
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (answers: Readonly<Record<ToolName, Answers>>): Layer.Layer<ToolRunner | ToolCalls> =>
  Layer.effectContext(Effect.gen(function*() {
    const calls = yield* Ref.make<ReadonlyArray<ToolInvocation>>([])
    const used = yield* Ref.make(HashSet.empty<Expectation>())

    const nextOf = Effect.fnUntraced(function*(list: ReadonlyArray<Expectation>, { args, tool }: ToolInvocation) {
      const matching = list.filter((expectation) => (expectation.args ?? []).every((arg) => args.includes(arg)))
      const before = yield* Ref.get(used)
      const next = matching.find((expectation) => !HashSet.has(before, expectation)) ?? matching.at(-1)
      if (next === undefined) {
        return yield* Effect.dieMessage(`MockToolRunner: no answer of ${tool} matches ${JSON.stringify(args)}`)
      }
      yield* Ref.update(used, HashSet.add(next))
      return next.answer
    })

    const answerTo = (invocation: ToolInvocation): Effect.Effect<Answer> => {
      const { tool } = invocation
      const given = answers[tool] ?? new ToolNotFound({ tool, searched: [], hint: "MockToolRunner: give it an answer" })
      if (typeof given === "function") return Effect.sync(() => given(invocation))
      return isList(given) ? nextOf(given, invocation) : Effect.succeed(given)
    }

    const run = Effect.fn("ToolRunner.run")(function*(invocation: ToolInvocation) {
      const { args, onLine, tool } = invocation
      yield* Ref.update(calls, (all) => [...all, invocation])
      const answer = yield* answerTo(invocation)
      if ("_tag" in answer) return yield* answer
      const startedAt = yield* DateTime.now
      const result: ToolRunResult = {
        tool,
        args,
        exitCode: 0,
        stdout: "",
        stderr: "",
        startedAt,
        durationMs: 0,
        ...answer
      }
      if (onLine !== undefined) {
        const lines = (["stdout", "stderr"] as const).flatMap((stream) =>
          linesOf(result[stream]).map((line) => onLine(line, stream))
        )
        yield* Effect.all(lines, { concurrency: 1, discard: true })
      }
      return result
    })

    return Context.make(ToolRunner, { run }).pipe(Context.add(ToolCalls, Ref.get(calls)))
  }))
