/**
 * Laws of all that reads reports made elsewhere: any text ends in rows that the database can hold, or in one failure that
 * says so; and a report that was cut is none.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FastCheck, Layer, Option } from "effect"
import type { ForeignReport } from "../../../src/domain/ForeignReport.js"
import type { ReportFormat } from "../../../src/domain/ReportFormat.js"
import * as FileReportReader from "../../../src/layers/FileReportReader.js"
import { MAX_NUMBER } from "../../../src/layers/tools/findings.js"
import { ReportReader } from "../../../src/services/ReportReader.js"
import { count } from "../../faults/scale.js"
import { exampleContext, importFixture } from "./exampleContext.js"
import { cut, outputs } from "./mutations.js"
import { law } from "./total.js"

const formats: ReadonlyArray<readonly [string, ReportFormat]> = [
  ["ruff.json", "ruff"],
  ["pyright.json", "pyright"],
  ["pyrefly.json", "pyrefly"],
  ["ruff.sarif", "sarif"],
  ["coverage.json", "coverage-json"],
  ["junit.xml", "junit"],
  ["pytest-report.json", "pytest-json"]
]

const isPosition = (position: number) => Number.isInteger(position) && position >= 1 && position <= MAX_NUMBER + 1

const assertStorable = (report: ForeignReport) => {
  if (report._tag === "Checks") {
    for (const { diagnostics } of report.checks) {
      for (const { endColumn, endLine, startColumn, startLine } of diagnostics) {
        assert.isTrue([startLine, startColumn, endLine, endColumn].every(isPosition))
      }
    }
  }
  if (report._tag === "Coverage") {
    for (const { covered, missing } of report.coverage.files.values()) {
      assert.isTrue([...covered, ...missing].every((line) => Number.isInteger(line) && line >= 0 && line <= MAX_NUMBER))
    }
  }
  if (report._tag === "Tests") {
    for (const { durationMs } of report.report.results) {
      if (Option.isSome(durationMs)) assert.isTrue(Number.isFinite(durationMs.value) && durationMs.value >= 0)
    }
  }
}

const read = Effect.fnUntraced(function*(text: string, format: Option.Option<ReportFormat>) {
  const fs = yield* FileSystem.FileSystem
  const reader = yield* ReportReader
  const file = yield* fs.makeTempFileScoped()
  yield* fs.writeFileString(file, text)
  return yield* reader.read(yield* exampleContext, file, { format })
}, Effect.scoped)

layer(Layer.provideMerge(FileReportReader.layer, NodeContext.layer), { excludeTestServices: true })(
  "a report that was made elsewhere",
  (it) => {
    it.effect.each(formats)(
      "%s ends in rows or in a typed failure, whatever becomes of it",
      ([name, format]) =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const text = yield* fs.readFileString(importFixture(name))
          const each = (
            arbitrary: FastCheck.Arbitrary<string>,
            given: Option.Option<ReportFormat>,
            holds: (report: ForeignReport) => void
          ) =>
            Effect.forEach(FastCheck.sample(arbitrary, count(6, 200)), (changed) => law(read(changed, given), holds), {
              concurrency: 1,
              discard: true
            })
          yield* each(outputs(text), Option.none(), assertStorable)
          yield* each(outputs(text), Option.some(format), assertStorable)
          yield* each(cut(text), Option.some(format), () => assert.fail("a part of it is no report"))
        }),
      { timeout: 300_000 }
    )

    describe("nested deeply", () => {
      const deep = (open: string, close: string) => open.repeat(50_000) + close.repeat(50_000)
      it.effect.each([
        `{"runs":${deep("[", "]")},"version":"2.1.0"}`,
        `{"errors":${deep("[", "]")}}`,
        `{"errors":${"[".repeat(50_000)}`,
        `{"meta":{"version":"7"},"files":${deep("{\"a\":", "}")}}`,
        `<testsuite>${deep("<a>", "</a>")}</testsuite>`,
        `<testsuite>${"<testcase>".repeat(50_000)}`
      ])("is refused, or read", (text) => law(read(text, Option.none()), assertStorable))
    })
  }
)
