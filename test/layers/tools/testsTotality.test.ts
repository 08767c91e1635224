// @effect-diagnostics preferSchemaOverJson:off
/**
 * Laws of all that reads what pytest and coverage left: any text ends in rows that the database can hold, or in a failure
 * that says so; and what is missing in it is said.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FastCheck, Option, Schema, Stream } from "effect"
import { make as makeCoverage } from "../../../src/layers/tools/coverage.js"
import * as Contexts from "../../../src/layers/tools/coverage/contexts.js"
import * as Output from "../../../src/layers/tools/coverage/output.js"
import { MAX_NUMBER } from "../../../src/layers/tools/findings.js"
import * as Attempts from "../../../src/layers/tools/pytest/attempts.js"
import * as LogLine from "../../../src/layers/tools/pytest/logLine.js"
import type { RawReport } from "../../../src/layers/tools/pytest/outcome.js"
import { readRaw } from "../../../src/layers/tools/pytest/report.js"
import * as Screen from "../../../src/layers/tools/pytest/screen.js"
import * as Sidecar from "../../../src/layers/tools/pytest/sidecar.js"
import { count } from "../../faults/scale.js"
import { contextIn, recorded, replaying } from "./coverageSession.js"
import { anything, cut, mutated, outputs, withOtherNumber } from "./mutations.js"
import { fixture, logOf, recordingOf } from "./pytestSession.js"
import { law, total } from "./total.js"

const runs = { fastCheck: { numRuns: count(15, 300) }, timeout: 180_000 }

const read = Effect.fnUntraced(function*(text: string) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.makeTempFileScoped()
  yield* fs.writeFileString(file, text)
  return yield* readRaw(file)
}, Effect.scoped)

const assertStorable = ({ results }: RawReport) => {
  for (const { durationMs } of results) {
    if (Option.isSome(durationMs)) assert.isTrue(Number.isFinite(durationMs.value) && durationMs.value >= 0)
  }
}

layer(NodeContext.layer, { excludeTestServices: true })("a report of pytest", (it) => {
  const logs = ["outcomes", "subtests", "reruns", "xdist", "collection"].map((name) => ({
    name,
    text: Option.getOrElse(logOf(name), () => "")
  }))
  describe.each(logs)("as a log, $name", ({ text }) => {
    it.effect.prop(
      "ends in results or a typed failure, whatever it is",
      [outputs(text)],
      ([changed]) => law(read(changed), assertStorable),
      runs
    )

    it.effect.prop(
      "that is cut is incomplete, and says so",
      [cut(text)],
      ([part]) => law(read(part), ({ incomplete }) => assert.isTrue(Option.isSome(incomplete))),
      runs
    )

    it.effect.prop(
      "with another number has all results, or says what is missing",
      [withOtherNumber(text)],
      ([changed]) =>
        Effect.gen(function*() {
          const whole = yield* read(text)
          const report = yield* total(read(changed))
          if (Option.isNone(report) || Option.isSome(report.value.incomplete)) return
          assert.strictEqual(report.value.results.length, whole.results.length)
        }),
      runs
    )
  })

  const jsons = ["json_report_outcomes", "json_report_collection", "json_report_none", "json_report_sigint"]
  it.effect.each(jsons)("as JSON, %s, is read", (name) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const text = yield* fs.readFileString(fixture(`${name}.json`))
      const check = (arbitrary: FastCheck.Arbitrary<string>, holds: (report: RawReport) => void) =>
        Effect.forEach(FastCheck.sample(arbitrary, count(15, 200)), (changed) => law(read(changed), holds), {
          discard: true
        })
      yield* check(outputs(text), assertStorable)
      yield* check(cut(text), () => assert.fail("a part of it is no report"))
    }))

  it.effect("has no time that nobody measured, and a value that is nested too deeply has no text", () =>
    Effect.gen(function*() {
      const test = { nodeid: "a.py::t", outcome: "failed", when: "call", longrepr: "E x" }
      const line = (more: string) => `{"$report_type":"TestReport",${JSON.stringify(test).slice(1, -1)},${more}}`
      for (const duration of ["1e999", "1e300", "NaN", "null", "\"1\""]) {
        assert.strictEqual(LogLine.read(line(`"duration":${duration}`))._tag, "Left", duration)
      }
      assert.strictEqual(LogLine.read(line("\"duration\":1.5"))._tag, "Right")
      const nested = `{"msg":null,"kwargs":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`
      const report = yield* read(`${line(`"duration":1,"_subtest.context":${nested}`)}\n`)
      assert.deepStrictEqual(report.results.map(({ message }) => Option.getOrNull(message)), ["(a=...): x"])
      assert.isTrue(Option.isSome(Attempts.ofSubtest({ ...test, longrepr: "" }, "", Option.none())))
    }))

  it.effect.prop(
    "whose screen says anything at all",
    [outputs(recordingOf("outcomes").stdout)],
    ([stdout]) =>
      Effect.sync(() => {
        const { counts, early } = Screen.endOf(stdout)
        Option.map(early, Screen.isExit)
        Option.map(counts, (said) => Screen.disagreement(said, []))
        stdout.split("\n").forEach(Screen.rootdirIn)
      }),
    runs
  )
})

layer(NodeContext.layer, { excludeTestServices: true })("what is kept beside a report", (it) => {
  const sidecar = JSON.stringify({
    key: "k",
    complete: true,
    coverage: { dataFile: "/d", contexts: true },
    rootdir: "/r",
    ended: null,
    counts: { passed: 3 },
    notices: [],
    execution: {
      executable: "/p",
      version: "9",
      args: [],
      cwd: "/r",
      startedAt: "2026-01-01T00:00:00Z",
      durationMs: 1,
      exitCode: 0
    }
  })
  it.effect.prop(
    "is whole, or not there",
    [FastCheck.oneof(outputs(sidecar), cut(sidecar))],
    ([text]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const report = yield* fs.makeTempFileScoped()
        yield* fs.writeFileString(Sidecar.fileOf(report), text)
        const found = yield* total(Sidecar.read(report))
        yield* fs.remove(Sidecar.fileOf(report))
        const kept = Option.flatten(found)
        if (Option.isNone(kept)) return
        assert.isTrue(text.length >= sidecar.length - 100)
        const { durationMs, exitCode } = kept.value.execution
        assert.isTrue(Number.isSafeInteger(Math.round(durationMs)))
        assert.strictEqual(exitCode, exitCode | 0)
      }).pipe(Effect.scoped),
    runs
  )
})

const isLine = (line: number) => Number.isInteger(line) && line >= 0 && line <= MAX_NUMBER

layer(NodeContext.layer, { excludeTestServices: true })("a report of coverage", (it) => {
  const made = recorded("ignoring")
  const text = made.file ?? ""
  const decode = Schema.decode(Output.Report)

  it.effect.prop(
    "ends in lines that there are, or in a failure",
    [outputs(text)],
    ([changed]) =>
      law(decode(changed), ({ files }) => {
        for (const { executed_lines, missing_lines } of Object.values(files)) {
          assert.isTrue([...executed_lines, ...missing_lines].every(isLine))
        }
      }),
    runs
  )

  it.effect.prop(
    "that is cut is none",
    [cut(text)],
    ([part]) => law(decode(part), () => assert.fail("a part of it is no report")),
    runs
  )

  it.effect.prop("is read to its end by the tool's file", [mutated(text)], ([file]) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const state = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${state}/coverage.data`, "data")
      const { access } = yield* replaying([{ ...made, exitCode: 0, file }])
      const ctx = contextIn(state)
      yield* total(makeCoverage(access).runCoverageJson(ctx, { dataFile: ctx.paths.coverageData }))
    }).pipe(Effect.scoped), runs)

  it.effect.prop("may warn of anything", [anything], ([stderr]) =>
    Effect.sync(() => {
      Output.warningsIn(stderr)
      Output.hasNoData(stderr)
      Output.stopsAtSource(stderr)
    }), runs)

  const answer = recorded("contexts").file ?? ""
  it.effect.prop(
    "of contexts has lines that there are, ascending, or fails",
    [outputs(answer)],
    ([changed]) =>
      law(Stream.runCollect(Contexts.decode(Stream.fromIterable(changed.split("\n")))), (rows) => {
        for (const { lines } of rows) {
          assert.isTrue(lines.every((line, at) => isLine(line) && line > (lines[at - 1] ?? 0)))
        }
      }),
    runs
  )

  it.effect.each(["0 1-99999999999", "0 5-1", "0 3,2", "0 1-2147483647", "0 0", "0 4294967297"])(
    "of contexts has no lines %s",
    (row) =>
      Effect.gen(function*() {
        const lines = ["f\"a.py\"", "t\"a.py::t\"", row]
        const failure = yield* Effect.flip(Stream.runCollect(Contexts.decode(Stream.fromIterable(lines))))
        assert.strictEqual(failure, row)
      })
  )
})
