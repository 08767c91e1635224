/**
 * Laws of all that reads what a checker printed: any text ends in rows or in a failure that says so, and no finding is
 * lost without a word.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import type { CheckReport } from "../../../src/domain/CheckReport.js"
import type { Checker, Files } from "../../../src/layers/tools/checker.js"
import { mypy } from "../../../src/layers/tools/mypy.js"
import { pyrefly } from "../../../src/layers/tools/pyrefly.js"
import { pyright } from "../../../src/layers/tools/pyright.js"
import { ruff } from "../../../src/layers/tools/ruff.js"
import type { ToolError } from "../../../src/services/ToolService.js"
import { count } from "../../faults/scale.js"
import { cut, outputs, withOtherValue } from "./mutations.js"
import { recorded as recordedPyright, sessionIn } from "./pyrightSession.js"
import { contextOf, type Recording, recording, sessionOf } from "./recorded.js"
import { law, total } from "./total.js"

type Changed = Partial<Pick<Recording, "stdout" | "stderr">>

interface Case {
  readonly checker: Checker
  /** A recorded run with findings. */
  readonly recorded: Recording
  /** What it was asked beside its report, if anything. */
  readonly listing?: Recording
  readonly check: (changed: Changed, listed?: string) => Effect.Effect<CheckReport, ToolError, Files>
}

const modules = ["a.py", "pkg/__init__.py", "pkg/a.py", "pkg/bad.py", "it's.py", "pkg/unused.py"]

const ofTool = (checker: Checker, first: ReadonlyArray<Recording>, listing?: Recording): Case => {
  const recorded = recording(checker.tool, "findings")
  const ctx = contextOf({ modules })
  return {
    checker,
    recorded,
    ...(listing !== undefined && { listing }),
    check: (changed, listed) =>
      checker.check(sessionOf(checker.tool, [
        ...first,
        { ...recorded, ...changed },
        ...listing === undefined ? [] : [{ ...listing, stdout: listed ?? listing.stdout }]
      ], ctx))
  }
}

const cases: ReadonlyArray<Case> = [
  ofTool(ruff, [], recording("ruff", "findings.files")),
  ofTool(pyrefly, [], recording("pyrefly", "findings.files")),
  ofTool(mypy, [recording("mypy", "nothing-named")]),
  {
    checker: pyright,
    recorded: recordedPyright("findings"),
    check: (changed) =>
      Effect.scoped(
        Effect.flatMap(
          Effect.orDie(sessionIn(recordedPyright("findings"), changed)),
          (session) => pyright.check(session)
        )
      )
  }
]

/** Findings that are somewhere: stored, or counted as outside. */
const found = ({ diagnostics, notices, outsideRepository }: CheckReport) =>
  diagnostics.length + outsideRepository +
  notices.reduce((sum, notice) => sum + Number(/^(\d+) findings are in files whose names/.exec(notice)?.[1] ?? 0), 0)

const assertConsistent = ({ diagnostics, errorsByFile }: CheckReport) => {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length
  assert.strictEqual([...errorsByFile.values()].reduce((sum, count) => sum + count, 0), errors)
}

const runs = { fastCheck: { numRuns: count(30, 500) }, timeout: 180_000 }

layer(NodeContext.layer, { excludeTestServices: true })("what a checker printed", (it) => {
  describe.each(cases)("$checker.tool", ({ check, checker: { tool }, listing, recorded }) => {
    it.effect.prop(
      "ends in a report or a typed failure, whatever it is",
      [outputs(recorded.stdout)],
      ([stdout]) => law(check({ stdout }), assertConsistent),
      runs
    )

    it.effect.prop(
      "beside any complaints",
      [outputs(recorded.stderr)],
      ([stderr]) => law(check({ stderr }), assertConsistent),
      runs
    )

    it.effect.prop(
      "that is cut is no report of less",
      [cut(recorded.stdout)],
      ([stdout]) =>
        law(check({ stdout }), (report) => {
          // its report is a line for each finding, without an end: a cut between two lines cannot be told
          assert.strictEqual(tool, "mypy", stdout.slice(-100))
          assert.match(stdout, /\}\n?$/)
          assert.strictEqual(found(report), stdout.trimEnd().split("\n").length)
        }),
      runs
    )

    it.effect.prop(
      "with another value has all its findings, or fails",
      [withOtherValue(recorded.stdout)],
      ([stdout]) =>
        Effect.gen(function*() {
          const whole = found(yield* check({}))
          assert.isAbove(whole, 0)
          const report = yield* total(check({ stdout }))
          if (Option.isSome(report)) assert.strictEqual(found(report.value), whole)
        }),
      runs
    )

    if (listing === undefined) return
    it.effect.prop(
      "and any list of files that is beside it",
      [outputs(listing.stdout)],
      ([listed]) =>
        Effect.gen(function*() {
          const expected = yield* check({})
          const report = yield* check({}, listed)
          assert.deepStrictEqual(report.diagnostics, expected.diagnostics)
          const measured = Either.getOrElse(report.measured, () => new Set<string>())
          // pyrefly says beside it how many there are: another number proves nothing
          if (tool === "pyrefly" && measured.size > 0) {
            assert.strictEqual(Option.getOrNull(report.filesAnalyzed), Option.getOrNull(expected.filesAnalyzed))
          }
        }),
      runs
    )
  })

  it.effect.prop(
    "a cut list of pyrefly's files measures nothing",
    [cut(recording("pyrefly", "findings.files").stdout)],
    ([
      listed
    ]) =>
      Effect.gen(function*() {
        const [, one] = cases
        if (one === undefined) return
        const [whole, report] = yield* Effect.all([one.check({}), one.check({}, listed)], { concurrency: 2 })
        if (Either.isRight(report.measured)) assert.deepStrictEqual(report.measured, whole.measured)
      }),
    runs
  )

  it.effect("brackets without an end in a configuration are none", () =>
    Effect.gen(function*() {
      const made = recordedPyright("findings")
      const session = yield* sessionIn({
        ...made,
        project: { ...made.project, "pyrightconfig.json": "[".repeat(100_000) }
      })
      yield* total(pyright.check(session))
    }).pipe(Effect.scoped))
})
