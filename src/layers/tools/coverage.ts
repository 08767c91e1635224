/**
 * coverage 6.3 and later: arguments, exit codes and output are known here and in `coverage/`, and nowhere else. How the
 * tests are started under it is in `coverage/run.ts`.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { CoverageReport } from "../../domain/CoverageReport.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolRunResult } from "../../domain/ToolInvocation.js"
import type { ToolLocation } from "../../domain/ToolLocation.js"
import { settingsOf } from "../../domain/ToolsConfig.js"
import * as RegularFile from "../repository/regularFile.js"
import { variable } from "./configuration.js"
import * as Configuration from "./coverage/configuration.js"
import * as Contexts from "./coverage/contexts.js"
import * as DataFile from "./coverage/dataFile.js"
import * as Output from "./coverage/output.js"
import * as Placed from "./coverage/placed.js"
import * as Programs from "./coverage/programs.js"
import * as Run from "./coverage/run.js"
import { pytest } from "./pytest.js"
import * as Report from "./report.js"
import type { Described, ToolAccess } from "./toolAccess.js"

const tool = "coverage"

/**
 * What a result depends on: all that the tests depend on, and its own configuration.
 *
 * @since 0.1.0
 * @category instances
 */
export const coverage: Described = {
  ...pytest,
  tool,
  description:
    "Which lines the tests run: coverage around pytest, as the repository configures it. The repository's own, from " +
    "6.3 on, else the pinned one.",
  exitCodes: [
    { code: "0", meaning: "a report", accepted: true },
    {
      code: "1",
      meaning: "no data, a source that is missing (then it is left out, and named), a broken configuration",
      accepted: false
    },
    { code: "2", meaning: "a report, of less than `fail_under` asks for", accepted: true }
  ],
  args: Effect.fn("coverage.args")(function*(ctx: PipelineContext) {
    const { args, notices } = yield* pytest.args(ctx)
    const settings = settingsOf(ctx.config, pytest.tool)
    const variables = Object.entries(settings.env).sort().map(([name, value]) => `${name}=${value}`)
    return { args: ["run", Run.defaultSource(ctx), ...args, ...settings.args, ...variables], notices }
  }),
  configurationFiles: Effect.fn("coverage.configurationFiles")(function*(ctx: PipelineContext) {
    const path = yield* Path.Path
    const named = yield* variable(ctx, pytest.tool, "COVERAGE_RCFILE")
    const ignored = Configuration.FILES.filter((name) => !ctx.snapshot.files.has(name))
    const { rcfile } = Configuration.argumentsOf(path, ctx)
    const own = [...ignored, ...Option.toArray(named), ...Option.toArray(rcfile)].map((file) =>
      path.resolve(ctx.root, file)
    )
    return [...new Set([...yield* pytest.configurationFiles(ctx), ...own])]
  })
}

/** Options are those of `ToolService`. */
interface Data {
  readonly dataFile: string
}

interface RenamedData extends Data {
  readonly renamed?: ReadonlyMap<string, string>
}

const Names = Schema.parseJson(Schema.Array(Schema.String))

const Renames = Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.String }))

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (access: ToolAccess) => {
  /**
   * Coverage on a copy of the data, that of all processes together. Results have the user's paths in place of the copy's:
   * nobody can look at those any more.
   */
  const onCopy = Effect.fnUntraced(function*(ctx: PipelineContext, { dataFile }: Data) {
    const path = yield* Path.Path
    const location = yield* access.locate(ctx, tool)
    const { copy, directory, isParallel } = yield* Effect.mapError(
      Effect.flatMap(DataFile.scratchDirectory(ctx), (made) => DataFile.copyTo(dataFile, made)),
      DataFile.refusedByFiles(location, ctx.root)
    )
    const inPlace = (text: string) => text.replaceAll(directory, path.dirname(dataFile))
    const start = Effect.fnUntraced(function*(at: ToolLocation, args: ReadonlyArray<string>) {
      const result = yield* access.start(ctx, at, {
        args,
        env: { ...coverage.env, COVERAGE_FILE: copy },
        inherit: "caller"
      })
      const said: ToolRunResult = {
        ...result,
        args: result.args.map((arg) => arg.includes("\n") ? "..." : inPlace(arg)),
        stdout: inPlace(result.stdout),
        stderr: inPlace(result.stderr)
      }
      return said
    })
    const reject = (result: ToolRunResult) =>
      access.reject(location, ctx.root, result, Output.hasNoData(result.stdout) ? "NothingAnalyzed" : "ExitCode")
    const malformed = (result: ToolRunResult) => (cause: unknown) =>
      access.reject(location, ctx.root, result, "MalformedOutput", cause)
    const { rcfile } = Configuration.argumentsOf(path, ctx)
    /** A program of ours, by the Python that coverage runs in; fails when it does not end with 0. */
    const runProgram = (program: string, args: ReadonlyArray<string>) =>
      Effect.filterOrElse(
        start(Configuration.pythonOf(ctx, location), ["-c", program, Configuration.programArgument(rcfile), ...args]),
        ({ exitCode }) => exitCode === 0,
        reject
      )
    const session = { location, directory, copy, rcfile, start, reject, malformed, runProgram }
    if (!isParallel) return { ...session, warnings: [] }
    // to what is in the file already, as reports of later versions do by themselves
    const result = yield* start(location, ["combine", "--append", ...Configuration.flag(rcfile), `--data-file=${copy}`])
    if (result.exitCode !== 0) return yield* reject(result)
    return { ...session, warnings: Output.warningsIn(result.stderr).others }
  })

  const readCoverageFiles = Effect.fn("ToolService.readCoverageFiles")(function*(ctx: PipelineContext, data: Data) {
    yield* Effect.annotateCurrentSpan({ root: ctx.root, ...data })
    const path = yield* Path.Path
    const { directory, malformed, runProgram } = yield* onCopy(ctx, data)
    const file = path.join(directory, "files.json")
    const result = yield* runProgram(Programs.measuredFiles, [file])
    return yield* Effect.mapError(Effect.flatMap(RegularFile.readText(file), Schema.decode(Names)), malformed(result))
  }, Effect.scoped)

  /** The data with other names in it; the same data when there are none. */
  const renamedIn = Effect.fnUntraced(function*(
    ctx: PipelineContext,
    { copy, directory, location, runProgram }: Effect.Effect.Success<ReturnType<typeof onCopy>>,
    renamed: ReadonlyMap<string, string>
  ) {
    if (renamed.size === 0) return copy
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const [names, made] = [path.join(directory, "renamed.json"), path.join(directory, "renamed.coverage")]
    const text = yield* Effect.orDie(Schema.encode(Renames)(Object.fromEntries(renamed)))
    yield* Effect.mapError(fs.writeFileString(names, text), DataFile.refusedByFiles(location, ctx.root))
    return yield* Effect.as(runProgram(Programs.renamedFiles, [names, made]), made)
  })

  const runCoverageJson = Effect.fn("ToolService.runCoverageJson")(function*(
    ctx: PipelineContext,
    { dataFile, renamed = new Map() }: RenamedData
  ) {
    yield* Effect.annotateCurrentSpan({ root: ctx.root, dataFile })
    const path = yield* Path.Path
    const session = yield* onCopy(ctx, { dataFile })
    const { directory, location, malformed, rcfile, reject, start, warnings } = session
    const copy = yield* renamedIn(ctx, session, renamed)
    // not on stdout: others print there, and coverage itself does when less is covered than the configuration asks for
    const file = path.join(directory, "coverage.json")
    const changed = yield* Effect.mapError(
      Configuration.reportedWithoutContexts(access, ctx, location, { rcfile, directory }),
      (error) =>
        error._tag === "BadArgument" || error._tag === "SystemError"
          ? DataFile.refusedByFiles(location, ctx.root)(error)
          : error
    )
    const configuration = Configuration.flag(Option.orElse(changed, () => rcfile))
    const json = ["json", "--quiet", ...configuration, `--data-file=${copy}`, "-o", file]
    const first = yield* start(location, json)
    const stopped = first.exitCode === 1 && Output.stopsAtSource(first.stdout)
    const result = stopped ? yield* start(location, [...json, "--ignore-errors"]) : first
    // 2: there is a report, and less is covered than the configuration asks for
    if (result.exitCode !== 0 && result.exitCode !== 2) return yield* reject(result)

    const report = yield* Effect.mapError(
      Effect.flatMap(RegularFile.readText(file), Schema.decode(Output.Report)),
      malformed(result)
    )
    const named = Output.linesOf(report)
    const { dropped, others } = Output.warningsIn(result.stderr)
    const places = yield* Placed.placesOf(ctx, [...named.map(([name]) => name), ...dropped.keys()])
    const files = Placed.filesOf(Placed.inside(places, named))
    // No line at all was run: nothing was traced, or elsewhere, and that is no reason to call them all uncovered.
    if (![...files.values()].some(({ covered }) => covered.length > 0)) {
      const why = new Error("no line of the repository was seen to run: not by coverage, or not in this directory")
      return yield* access.reject(location, ctx.root, result, "NothingAnalyzed", why)
    }
    const lost = Placed.inside(places, dropped)
    // code that has no source here (compiled from a string, of a file that a test removed) has no lines to lose
    const isOfRepository = ([relPath]: readonly [string, string]) => ctx.snapshot.files.has(relPath)
    const ofRepository = lost.filter(isOfRepository)
    const found: CoverageReport = {
      execution: {
        executable: location.identity,
        version: Option.some(report.meta.version),
        args: result.args,
        cwd: ctx.root,
        startedAt: result.startedAt,
        durationMs: result.durationMs,
        exitCode: result.exitCode
      },
      files,
      dropped: new Map(ofRepository.filter(([, why]) => why !== Output.DOES_NOT_PARSE)),
      unparsable: new Map(ofRepository.filter(([, why]) => why === Output.DOES_NOT_PARSE)),
      incomplete: Output.lostData(warnings),
      outsideRepository: named.filter(([name]) => Option.exists(Option.fromNullable(places.get(name)), Option.isNone))
        .length,
      notices: Report.warnings(tool, [
        ...warnings,
        ...others,
        ...lost.filter((each) => !isOfRepository(each)).map(([relPath, why]) => `${relPath}: ${why}`)
      ])
    }
    return found
  }, Effect.scoped)

  const readCoverageContexts = Effect.fn("ToolService.readCoverageContexts")(
    function*(ctx: PipelineContext, data: Data) {
      yield* Effect.annotateCurrentSpan({ root: ctx.root, ...data })
      const path = yield* Path.Path
      const { directory, malformed, runProgram } = yield* onCopy(ctx, data)
      const file = path.join(directory, "contexts.txt")
      const result = yield* runProgram(Programs.contexts, [file])

      // Memory: coverage's own for one file of the repository at a time; here 8 bytes for each line of each test, and
      // some 200 for each pair of test and file.
      const rows = yield* Contexts.decode(RegularFile.stream(file).pipe(Stream.decodeText(), Stream.splitLines)).pipe(
        Stream.runCollect,
        Effect.mapBoth({ onFailure: malformed(result), onSuccess: (all) => [...all] })
      )
      return Placed.contextsOf(rows, yield* Placed.placesOf(ctx, rows.map((row) => row.path)))
    },
    Effect.scoped
  )

  return { runCoverageJson, readCoverageContexts, readCoverageFiles }
}
