/**
 * Running: a pytest that replays recorded sessions.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Ref, Stream } from "effect"
import type { PipelineContext } from "../../../src/domain/PipelineContext.js"
import { make, pytest as keyed } from "../../../src/layers/tools/pytest.js"
import * as Sidecar from "../../../src/layers/tools/pytest/sidecar.js"
import type { ToolAccess } from "../../../src/layers/tools/toolAccess.js"
import type { PytestOptions } from "../../../src/services/ToolService.js"
import { contextIn, groups, logOf, replay } from "./pytestSession.js"
import { contextOf } from "./recorded.js"

const optionsOf = (ctx: PipelineContext, given: Partial<PytestOptions> = {}): PytestOptions => ({
  jsonReportPath: ctx.paths.pytestReport,
  coverage: Option.none(),
  key: Option.some("now"),
  ...given
})

/** A repository, and a pytest that replays a recording in it. */
const session = Effect.fnUntraced(function*(name: string, missing: ReadonlyArray<string> = []) {
  const fs = yield* FileSystem.FileSystem
  const home = yield* fs.makeTempDirectoryScoped()
  const { access, recording, starts } = yield* replay(name, missing)
  const ctx = contextIn(home, recording)
  const tests = make(access)
  const report = ctx.paths.pytestReport
  const runAlone = (given: Partial<PytestOptions> = {}) => tests.runPytestReport(ctx, optionsOf(ctx, given))
  /** Nothing changes meanwhile. */
  const run = (given: Partial<PytestOptions> = {}) => {
    const { jsonReportPath, key } = optionsOf(ctx, given)
    return Effect.tap(runAlone(given), () =>
      Option.match(key, {
        onNone: () => Effect.void,
        onSome: (each) => tests.confirmPytestReport(ctx, { jsonReportPath, key: each })
      }))
  }
  const read = tests.readPytestReport(ctx, report)
  const left = Effect.map(
    fs.readDirectory(`${home}/state`, { recursive: true }),
    (names) => names.filter((each) => !each.startsWith("scratch")).sort()
  )
  return { access, ctx, fs, home, left, read, report, run, runAlone, starts, tests }
})

layer(NodeContext.layer)("runPytestReport", (it) => {
  it.scoped("what is started, and how", () =>
    Effect.gen(function*() {
      const { ctx, fs, left, run, starts } = yield* session("outcomes")
      assert.isTrue(yield* run())
      const [start] = yield* starts
      assert.deepStrictEqual(start?.prefixArgs, ["-m", "pytest"])
      assert.deepStrictEqual(start?.args.map((arg) => arg.replace(/pytest-\w+$/, "pytest-*")), [
        "-p",
        "pytest_reportlog",
        "--verbosity=0",
        "--color=no",
        `--override-ini=cache_dir=${ctx.paths.scratch}/pytest-*`,
        `--report-log=${ctx.paths.pytestReport}.partial`
      ])
      assert.deepInclude(start, {
        env: { PYTHONDONTWRITEBYTECODE: "1" },
        pythonPath: ["/cache/pytest-reportlog"],
        inherit: "caller"
      })
      assert.deepStrictEqual(yield* left, ["report.json", "report.json.json"])
      assert.deepStrictEqual(yield* fs.readDirectory(ctx.paths.scratch), [])
    }))

  it.scoped("configured arguments come last", () =>
    Effect.gen(function*() {
      const { access, ctx, starts } = yield* session("outcomes")
      const settings = { pytest: { args: ["--maxfail=0", "tests"] } }
      const configured = { ...ctx, config: contextOf({ settings }).config }
      yield* make(access).runPytestReport(configured, optionsOf(ctx))
      const [start] = yield* starts
      assert.deepStrictEqual(start?.args.slice(-2), ["--maxfail=0", "tests"])
    }))

  it.scoped("under coverage, which is first removed with what it recorded before", () =>
    Effect.gen(function*() {
      const { ctx, fs, read, run, starts } = yield* session("outcomes")
      const dataFile = ctx.paths.coverageData
      yield* fs.makeDirectory(ctx.paths.scratch, { recursive: true })
      yield* fs.writeFileString(`${dataFile}.host.pid1.X`, "stale")
      yield* run({ coverage: Option.some({ dataFile, contexts: true }) })
      const [start] = yield* starts
      assert.deepStrictEqual(start?.prefixArgs.slice(0, 3), ["-m", "coverage", "run"])
      assert.include(start?.prefixArgs.join(" "), "-m pytest -p ")
      assert.deepInclude(start?.env, { PYTHONDONTWRITEBYTECODE: "1", COVERAGE_FILE: dataFile })
      assert.strictEqual(start?.pythonPath?.[0], "/cache/pytest-reportlog")
      assert.strictEqual(start?.pythonPath?.at(-1), "/cache/coverage")
      assert.isFalse(yield* fs.exists(`${dataFile}.host.pid1.X`))
      assert.include((yield* read).notices.join("\n"), "--source")
    }))

  it.scoped("the report is read once, and again when it is another one", () =>
    Effect.gen(function*() {
      const { ctx, fs, home, read, report, run, tests } = yield* session("outcomes")
      const streamed = yield* Ref.make<ReadonlyArray<string>>([])
      const counting: FileSystem.FileSystem = {
        ...fs,
        stream: (file, options) =>
          Stream.unwrap(Effect.as(Ref.update(streamed, (all) => [...all, file]), fs.stream(file, options)))
      }
      yield* Effect.gen(function*() {
        const times = Effect.map(Ref.get(streamed), (all) => all.length)
        yield* run()
        const first = yield* read
        assert.deepStrictEqual([yield* times, first.results.length > 0], [1, true])
        // what was handed on is not kept
        assert.deepStrictEqual([yield* read, yield* times], [first, 2])
        yield* run({ key: Option.some("later") })
        assert.strictEqual(yield* times, 3)
        yield* fs.writeFileString(report, (yield* fs.readFileString(report)).split("\n").slice(0, 2).join("\n"))
        assert.isBelow((yield* read).results.length, first.results.length)
        yield* run({ key: Option.some("much later") })
        yield* fs.writeFileString(`${home}/other.jsonl`, "no report")
        yield* Effect.flip(tests.readPytestReport(ctx, `${home}/other.jsonl`))
      }).pipe(Effect.provideService(FileSystem.FileSystem, counting))
    }))

  it.scoped("how it was run is kept with the report", () =>
    Effect.gen(function*() {
      const { read, run } = yield* session("outcomes")
      yield* run()
      const { execution, incomplete, notices } = yield* read
      const { args, startedAt: _, ...rest } = Option.getOrThrow(execution)
      assert.deepStrictEqual(rest, {
        executable: "/site/pytest/__init__.py",
        version: Option.some("9.2.0"),
        cwd: "/repo",
        durationMs: 1200,
        exitCode: 1
      })
      assert.deepStrictEqual(args.slice(0, 4), ["-m", "pytest", "-p", "pytest_reportlog"])
      assert.deepStrictEqual([incomplete, notices], [Option.none(), []])
    }))

  it.scoped.each(
    [
      ["outcomes", true],
      ["xdist", true],
      ["none", true],
      ["deselected", true],
      ["exitfirst", false],
      ["continue_on_collection", true]
    ] as const
  )("%s: pytest did what it was asked; reused: %s", ([name, reused]) =>
    Effect.gen(function*() {
      const { read, report, run } = yield* session(name)
      assert.isTrue(yield* run())
      const { incomplete } = yield* read
      assert.strictEqual(Option.isNone(incomplete), reused)
      const sidecar = Option.getOrThrow(yield* Sidecar.read(report))
      assert.deepStrictEqual(sidecar.key, reused ? Option.some("now") : Option.none())
      assert.strictEqual(yield* run(), !reused)
    }))

  it.scoped.each(
    [
      ["os_exit_0", "MalformedOutput", { passed: 1, crashed: 1 }, 0],
      ["os_exit_in_setup", "ExitCode", { passed: 1 }, 3],
      ["os_exit_in_teardown", "ExitCode", { passed: 2, crashed: 1 }, 3],
      ["segfault", "Signal", { passed: 1, crashed: 1 }, 139],
      ["sigint", "ExitCode", { passed: 1, crashed: 1 }, 2],
      ["exit", "ExitCode", { passed: 1, crashed: 1 }, 2],
      ["exit_0", "MalformedOutput", { passed: 1, crashed: 1 }, 0],
      ["exit_0_in_setup", "MalformedOutput", { passed: 1 }, 0],
      ["internal", "ExitCode", { passed: 1 }, 3],
      ["collection", "ExitCode", { error: 2 }, 2],
      ["missing_path", "ExitCode", {}, 4]
    ] as const
  )(
    "%s: %s, and what was reported before is kept, but never reused",
    ([name, reason, kept, exitCode]) =>
      Effect.gen(function*() {
        const { read, run, starts } = yield* session(name)
        const error = yield* Effect.flip(run())
        assert.deepInclude(error, { _tag: "ToolExecution", tool: "pytest", reason })
        const report = yield* read
        assert.deepStrictEqual(groups(report), kept)
        assert.isTrue(Option.isSome(report.incomplete))
        assert.strictEqual(Option.getOrThrow(report.execution).exitCode, exitCode)
        yield* Effect.flip(run())
        assert.strictEqual((yield* starts).length, 2)
      })
  )

  it.scoped("no report at all, and none of an earlier run", () =>
    Effect.gen(function*() {
      const { fs, read, report, run } = yield* session("usage")
      yield* fs.makeDirectory(report.slice(0, report.lastIndexOf("/")), { recursive: true })
      yield* fs.writeFileString(report, Option.getOrThrow(logOf("outcomes")))
      const error = yield* Effect.flip(run())
      assert.deepInclude(error, { reason: "ExitCode", exitCode: 4 })
      assert.isFalse(yield* fs.exists(report))
      assert.include((yield* Effect.flip(read)).message, "report.json")
    }))

  it.scoped("a report is of no state until it is known that nothing changed while pytest ran", () =>
    Effect.gen(function*() {
      const { ctx, report, runAlone, starts, tests } = yield* session("outcomes")
      assert.isTrue(yield* runAlone())
      assert.isTrue(yield* runAlone())
      yield* tests.confirmPytestReport(ctx, { jsonReportPath: report, key: "now" })
      assert.isFalse(yield* runAlone())
      assert.strictEqual((yield* starts).length, 2)
    }))

  it.scoped("a report that was not confirmed is removed with the data of coverage, and one that was stays", () =>
    Effect.gen(function*() {
      const { ctx, left, report, run, runAlone, tests } = yield* session("outcomes")
      const dataFile = ctx.paths.coverageData
      const coverage = Option.some({ dataFile, contexts: false })
      const discard = tests.discardPytestReport(ctx, { jsonReportPath: report, dataFile })
      yield* discard
      yield* runAlone({ coverage })
      assert.deepStrictEqual(yield* left, ["coverage.data", "report.json", "report.json.json"])
      yield* discard
      assert.deepStrictEqual(yield* left, [])
      yield* run({ coverage })
      yield* discard
      assert.deepStrictEqual(yield* left, ["coverage.data", "report.json", "report.json.json"])
    }))

  it.scoped("what a test left in the place of a report is removed", () =>
    Effect.gen(function*() {
      const { fs, left, report, run } = yield* session("outcomes")
      for (const name of [report, `${report}.json`, `${report}.partial`]) {
        yield* fs.makeDirectory(`${name}/of-a-test`, { recursive: true })
      }
      assert.isTrue(yield* run())
      assert.deepStrictEqual(yield* left, ["report.json", "report.json.json"])
    }))

  it.scoped("a report of another state, or without coverage, or without contexts, is made anew", () =>
    Effect.gen(function*() {
      const { ctx, fs, run, starts } = yield* session("outcomes")
      const dataFile = ctx.paths.coverageData
      const withCoverage = (contexts: boolean) => ({ coverage: Option.some({ dataFile, contexts }) })
      assert.isTrue(yield* run())
      assert.isFalse(yield* run())
      assert.isTrue(yield* run({ key: Option.some("later") }))
      assert.isFalse(yield* run({ key: Option.some("later") }))
      assert.isTrue(yield* run({ key: Option.none() }))
      assert.isTrue(yield* run({ key: Option.none() }))
      assert.isTrue(yield* run(withCoverage(false)))
      assert.isFalse(yield* run(withCoverage(false)))
      assert.isFalse(yield* run())
      assert.isTrue(yield* run(withCoverage(true)))
      assert.isFalse(yield* run(withCoverage(false)))
      yield* fs.remove(dataFile)
      assert.isTrue(yield* run(withCoverage(false)))
      assert.strictEqual((yield* starts).length, 7)
    }))

  it.scoped("the user's own report is read, and never replaced", () =>
    Effect.gen(function*() {
      const { ctx, fs, home, starts, tests } = yield* session("outcomes")
      const own = `${home}/theirs.json`
      yield* fs.writeFileString(own, "theirs")
      assert.isFalse(yield* tests.runPytestReport(ctx, optionsOf(ctx, { jsonReportPath: own })))
      assert.strictEqual(yield* fs.readFileString(own), "theirs")
      assert.deepStrictEqual(yield* starts, [])
      const none = `${home}/new/report.json`
      assert.isTrue(yield* tests.runPytestReport(ctx, optionsOf(ctx, { jsonReportPath: none })))
      assert.isTrue(yield* fs.exists(none))
    }))

  it.scoped.each(["pytest", "pytest-reportlog", "coverage"])(
    "without %s: not found, and no old report",
    (missing) =>
      Effect.gen(function*() {
        const { ctx, fs, report, run, starts } = yield* session("outcomes", [missing])
        yield* fs.makeDirectory(ctx.paths.scratch, { recursive: true })
        yield* fs.writeFileString(report, Option.getOrThrow(logOf("outcomes")))
        const coverage = Option.some({ dataFile: ctx.paths.coverageData, contexts: false })
        const error = yield* Effect.flip(run({ coverage }))
        assert.deepInclude(error, { _tag: "ToolNotFound", tool: missing })
        assert.isFalse(yield* fs.exists(report))
        assert.deepStrictEqual(yield* starts, [])
      })
  )

  it.scoped("pytest of another interpreter cannot run under our coverage", () =>
    Effect.gen(function*() {
      const { access, ctx } = yield* session("outcomes")
      const elsewhere: ToolAccess = {
        ...access,
        locate: (given, tool) =>
          Effect.map(access.locate(given, tool), (location) => ({ ...location, executable: "/other/python" }))
      }
      const tests = make(elsewhere)
      const coverage = Option.some({ dataFile: ctx.paths.coverageData, contexts: false })
      const error = yield* Effect.flip(tests.runPytestReport(ctx, optionsOf(ctx, { coverage })))
      assert.deepInclude(error, { _tag: "ToolNotFound", tool: "coverage" })
      assert.isTrue(yield* tests.runPytestReport(ctx, optionsOf(ctx)))
    }))

  it.scoped("another name of the repository's interpreter is no other interpreter, another environment is", () =>
    Effect.gen(function*() {
      const { access, ctx, fs, home } = yield* session("outcomes")
      yield* fs.writeFileString(`${home}/python3.11`, "")
      for (const environment of [".venv", "other"]) {
        yield* fs.makeDirectory(`${home}/${environment}/bin`, { recursive: true })
        yield* fs.symlink(`${home}/python3.11`, `${home}/${environment}/bin/python3`)
        yield* fs.symlink("python3", `${home}/${environment}/bin/python`)
      }
      yield* fs.writeFileString(`${home}/.venv/bin/pypy`, "")
      const interpreter = Option.map(ctx.interpreter, (each) => ({ ...each, executable: `${home}/.venv/bin/python` }))
      assert.isTrue(Option.isSome(interpreter))
      const coverage = Option.some({ dataFile: ctx.paths.coverageData, contexts: false })
      const runBy = (executable: string) =>
        make({
          ...access,
          locate: (given, tool) => Effect.map(access.locate(given, tool), (location) => ({ ...location, executable }))
        }).runPytestReport({ ...ctx, interpreter }, optionsOf(ctx, { coverage }))
      assert.isTrue(yield* runBy(`${home}/.venv/bin/python`))
      assert.isTrue(yield* runBy(`${home}/.venv/bin/python3`))
      for (const other of ["other/bin/python3", ".venv/bin/pypy", ".venv/bin/none"]) {
        assert.deepInclude(yield* Effect.flip(runBy(`${home}/${other}`)), { _tag: "ToolNotFound", tool: "coverage" })
      }
    }))

  it.scoped("interrupted, it leaves nothing", () =>
    Effect.gen(function*() {
      const { access, ctx, fs, left } = yield* session("outcomes")
      const begun = yield* Deferred.make<void>()
      const endless = make({
        ...access,
        start: (_, __, { args }) =>
          Effect.zipRight(
            Effect.orDie(fs.writeFileString(args.at(-1)?.replace("--report-log=", "") ?? "", "{")),
            Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)
          )
      })
      const fiber = yield* Effect.fork(endless.runPytestReport(ctx, optionsOf(ctx)))
      yield* Deferred.await(begun)
      assert.deepStrictEqual(yield* left, ["report.json.partial"])
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* left, [])
      assert.deepStrictEqual(yield* fs.readDirectory(ctx.paths.scratch), [])
    }))

  it.scoped("a state directory that cannot be made", () =>
    Effect.gen(function*() {
      const { ctx, fs, home, run } = yield* session("outcomes")
      yield* fs.writeFileString(`${home}/state`, "")
      const error = yield* Effect.flip(run())
      assert.deepInclude(error, { _tag: "ToolExecution", reason: "Spawn" })
      assert.include(error.message, ctx.paths.pytestReport)
    }))
})

layer(NodeContext.layer)("the key", (it) => {
  it.effect("configuration: ignored files of the root, and all above it; the snapshot holds the others", () =>
    Effect.gen(function*() {
      const ctx = contextOf({ root: "/a/repo", files: ["pyproject.toml", "conftest.py"] })
      const files = yield* keyed.configurationFiles(ctx)
      assert.includeMembers([...files], ["/a/repo/pytest.ini", "/a/pyproject.toml", "/conftest.py", "/a/tox.ini"])
      assert.notInclude(files, "/a/repo/pyproject.toml")
      assert.notInclude(files, "/a/repo/conftest.py")
      assert.isTrue(keyed.reads("data/input.csv"))
    }))

  it("variables of pytest and Python count", () => {
    const counts = ["PYTEST_ADDOPTS", "PYTHONPATH", "PYTHONHASHSEED", "COVERAGE_CORE", "CI", "TZ", "LC_ALL"]
    const others = ["PATH", "HOME", "CIRCLE", "MY_PYTEST_X"]
    assert.deepStrictEqual([...counts, ...others].filter((name) => keyed.callerVariables?.(name)), counts)
  })
})
