/**
 * pytest: how it is started, what its exit codes mean together with its report, and its report. Known here and in
 * `pytest/`, and nowhere else.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { TestReport, TestResult } from "../../domain/TestReport.js"
import type { PytestOptions, SelectedTestsOptions } from "../../services/ToolService.js"
import { upTheTree } from "./configuration.js"
import * as DataFile from "./coverage/dataFile.js"
import * as Failure from "./pytest/failure.js"
import { relPaths } from "./pytest/nodeId.js"
import * as Reading from "./pytest/reading.js"
import * as Run from "./pytest/run.js"
import * as Screen from "./pytest/screen.js"
import * as Selected from "./pytest/selected.js"
import * as Sidecar from "./pytest/sidecar.js"
import type { Described, ToolAccess } from "./toolAccess.js"

const NAMES = [
  ...["pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py"],
  ...["conftest.py", ".coveragerc"]
]

/**
 * What a result depends on: all there is in the repository, and what configures pytest above it.
 *
 * @since 0.1.0
 * @category instances
 */
export const pytest: Described = {
  tool: "pytest",
  description:
    "The repository's own tests, run once, by its own interpreter, with pytest-reportlog (from the tool cache) and " +
    "under coverage. pytest itself is never installed: a repository without it has no tests to measure.",
  exitCodes: [
    { code: "0", meaning: "all tests passed", accepted: true },
    { code: "1", meaning: "tests failed", accepted: true },
    { code: "2", meaning: "interrupted, or errors in collection", accepted: false },
    { code: "3", meaning: "an internal error of pytest", accepted: false },
    { code: "4", meaning: "arguments or configuration are wrong", accepted: false },
    { code: "5", meaning: "no tests were collected", accepted: true },
    { code: "others, signals", meaning: "the process was ended; what was reported until then is kept", accepted: false }
  ],
  usesInterpreter: true,
  env: Run.env,
  // which others a test looks at cannot be known
  callerVariables: (name) =>
    /^(?:PYTEST_|PYTHON|COVERAGE_|DJANGO_|FLASK_|HYPOTHESIS_|LC_)|^(?:CI|TZ|LANG|NO_COLOR)$/.test(name),
  args: () => Effect.succeed({ args: Run.baseArgs, notices: [] }),
  reads: () => true,
  readsEverything: true,
  configurationFiles: Effect.fn("pytest.configurationFiles")(function*(ctx: PipelineContext) {
    const path = yield* Path.Path
    const ignored = NAMES.filter((name) => !ctx.snapshot.files.has(name)).map((name) => path.join(ctx.root, name))
    const above = upTheTree(path, ctx.root).slice(1)
    return [...ignored, ...above.flatMap((directory) => NAMES.map((name) => path.join(directory, name)))]
  })
}

const isRepeated = (ended: string) => /errors? during collection/.test(ended)

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (access: ToolAccess) => {
  const readings = Reading.make()

  const runPytestReport = Effect.fn("ToolService.runPytestReport")(
    function*(ctx: PipelineContext, options: PytestOptions) {
      const report = options.jsonReportPath
      yield* Effect.annotateCurrentSpan({ root: ctx.root, report })
      const fs = yield* FileSystem.FileSystem
      const refused = Failure.refusedByFiles(ctx, report)
      if (yield* Effect.mapError(fs.exists(report), refused)) {
        if (report !== ctx.paths.pytestReport) return false
        const sidecar = yield* Sidecar.read(report)
        if (Option.isSome(sidecar) && (yield* Sidecar.isPresent(sidecar.value, options))) return false
      }
      yield* Run.run(access, readings, ctx, options)
      return true
    }
  )

  const confirmPytestReport = Effect.fn("ToolService.confirmPytestReport")(
    (ctx: PipelineContext, { jsonReportPath, key }: { readonly jsonReportPath: string; readonly key: string }) =>
      Effect.mapError(Sidecar.confirm(jsonReportPath, key), Failure.refusedByFiles(ctx, jsonReportPath))
  )

  const discardPytestReport = Effect.fn("ToolService.discardPytestReport")(
    function*(
      ctx: PipelineContext,
      { dataFile, jsonReportPath }: { readonly jsonReportPath: string; readonly dataFile: string }
    ) {
      const fs = yield* FileSystem.FileSystem
      const sidecar = yield* Sidecar.read(jsonReportPath)
      if (Option.isSome(Option.flatMap(sidecar, ({ key }) => key))) {
        return yield* Effect.mapError(
          DataFile.removeJournals(dataFile),
          Failure.refusedByFiles(ctx, jsonReportPath)
        )
      }
      yield* Effect.forEach(
        [Sidecar.fileOf(jsonReportPath), jsonReportPath],
        (file) => fs.remove(file, { force: true, recursive: true }),
        { concurrency: 1, discard: true }
      ).pipe(
        Effect.zipRight(DataFile.remove(dataFile)),
        Effect.mapError(Failure.refusedByFiles(ctx, jsonReportPath))
      )
    }
  )

  const readPytestReport = Effect.fn("ToolService.readPytestReport")(function*(ctx: PipelineContext, report: string) {
    yield* Effect.annotateCurrentSpan({ root: ctx.root, report })
    const raw = yield* Effect.catchTags(readings.next(ctx, report), {
      ReportMalformed: Failure.noReport(ctx, report),
      BadArgument: Failure.refusedByFiles(ctx, report),
      SystemError: Failure.refusedByFiles(ctx, report)
    })
    const beside = yield* Sidecar.read(report)
    const relPathOf = yield* relPaths(
      ctx,
      Option.orElse(raw.rootdir, () => Option.flatMap(beside, (each) => each.rootdir))
    )
    const results = yield* Effect.forEach(
      raw.results,
      (result) =>
        Effect.map(relPathOf(result), (relPath): TestResult => {
          const { durationMs, message, outcome, phase, testId } = result
          return { testId, relPath, phase, outcome, durationMs, message }
        }),
      { concurrency: 1 }
    )

    const ended = Option.filter(Option.flatMap(beside, (each) => each.ended), (why) => !isRepeated(why))
    const incomplete = [...Option.toArray(ended), ...Option.toArray(raw.incomplete)]
    const counts = Option.flatMap(beside, (each) => each.counts)
    const found: TestReport = {
      execution: Option.map(beside, (each) => each.execution),
      results,
      incomplete: incomplete.length === 0 ? Option.none() : Option.some(incomplete.join("; ")),
      notices: [
        ...raw.notices,
        ...Option.match(beside, { onNone: () => [], onSome: ({ notices }) => notices }),
        ...Option.toArray(Option.flatMap(counts, (said) => Screen.disagreement(said, results)))
      ]
    }
    return found
  })

  const runSelectedTests = Effect.fn("ToolService.runSelectedTests")(
    (ctx: PipelineContext, options: SelectedTestsOptions) => Selected.run(access, ctx, options)
  )

  return { runPytestReport, confirmPytestReport, discardPytestReport, readPytestReport, runSelectedTests }
}
