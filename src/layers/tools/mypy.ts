/**
 * mypy 2: arguments, exit codes and output are known here and nowhere else.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Diagnostic } from "../../domain/Diagnostic.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolRunResult } from "../../domain/ToolInvocation.js"
import { settingsOf } from "../../domain/ToolsConfig.js"
import type { Checker, CheckSession } from "./checker.js"
import { readText, upTheTree, userDirectories, variable } from "./configuration.js"
import { MAX_NUMBER, type RawFinding } from "./findings.js"
import { isIsolated, NOTICE } from "./isolation.js"
import * as Report from "./report.js"

const tool = "mypy"

// Verbose, on stderr, is its word on which files it was to check and which configuration it read. Only this cache
// directory keeps it from writing `.mypy_cache` into the repository: --no-incremental does not.
const baseArgs: ReadonlyArray<string> = [
  "--output=json",
  "--no-color-output",
  "--no-error-summary",
  "--show-error-end",
  "--cache-dir=/dev/null",
  "--verbose"
]

const NAMES = ["mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"]

const configurationFiles = Effect.fn("mypy.configurationFiles")(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const users = yield* userDirectories(ctx, tool)
  const home = yield* variable(ctx, tool, "HOME")
  return [
    ...upTheTree(path, ctx.root).flatMap((directory) => NAMES.map((name) => path.join(directory, name))),
    ...users.map((directory) => path.join(directory, "mypy", "config")),
    ...Option.toArray(home).map((directory) => path.join(directory, ".mypy.ini"))
  ]
})

/** The first of its files that chooses the interpreter, which ours must not override. */
const interpreterSetBy = Effect.fnUntraced(function*(ctx: PipelineContext) {
  for (const file of yield* configurationFiles(ctx)) {
    const text = yield* readText(file)
    if (Option.exists(text, (all) => /^\s*python_executable\s*[=:]/m.test(all))) return Option.some(file)
  }
  return Option.none()
})

/** What its configuration names as a plugin is imported, and runs. */
const NO_CONFIGURATION = "--config-file="

const args = Effect.fn("mypy.args")(function*(ctx: PipelineContext) {
  const configured = settingsOf(ctx.config, tool).args
  const isSet = (flag: string) => configured.some((arg) => arg.startsWith(flag))
  const isolated = isIsolated(ctx, tool, "--config-file")
  const own = isolated ? [...baseArgs, NO_CONFIGURATION] : baseArgs
  const notices = isolated ? [NOTICE] : []
  if (isSet("--python-executable") || Option.isNone(ctx.interpreter)) return { args: own, notices }
  const { executable } = ctx.interpreter.value
  return Option.match(isolated ? Option.none() : yield* interpreterSetBy(ctx), {
    onNone: () => ({ args: [...own, `--python-executable=${executable}`], notices }),
    onSome: (file) => ({ args: own, notices: [`the Python interpreter is the one that ${file} sets`] })
  })
})

/** -1 where it does not know. */
const Position = Schema.Int.pipe(Schema.between(-1, MAX_NUMBER - 1))

// the fields in use; no code for a finding about the whole run
const Row = Schema.parseJson(Schema.Struct({
  file: Schema.String,
  line: Position,
  column: Position,
  end_line: Schema.NullOr(Position),
  end_column: Schema.NullOr(Position),
  message: Schema.String,
  code: Schema.NullOr(Schema.String),
  severity: Schema.Literal("error", "note")
}))

type Row = typeof Row.Type

/** It says nothing twice: what is there twice is one finding. */
const rowsOf = (stdout: string) =>
  Effect.forEach(new Set(stdout.split("\n").filter((line) => line !== "")), (line) => Schema.decode(Row)(line), {
    concurrency: 1
  })

const isSyntaxError = (row: Row) => row.code === "syntax"

const findingOf = (row: Row): RawFinding => {
  // columns are 0-based, except those of its parser's own errors
  const base = isSyntaxError(row) ? 0 : 1
  const startColumn = Math.max(1, row.column + base)
  const endLine = row.end_line ?? row.line
  return {
    path: row.file,
    range: row.line < 1 ? Option.none() : Option.some({
      startLine: row.line,
      startColumn,
      endLine: Math.max(row.line, endLine),
      endColumn: endLine > row.line
        ? Math.max(1, (row.end_column ?? 0) + base)
        : Math.max(startColumn, (row.end_column ?? 0) + base)
    }),
    severity: row.severity === "error" ? "error" : "information",
    rule: row.code ?? "mypy",
    message: row.message
  }
}

/** `BuildSource(path='./pkg/a.py', ...)`, a string as Python writes it. */
const SOURCE = /^LOG: +Found source: +BuildSource\(path=(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/gm

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g

const CONTROL: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" }

/** Python writes no number that is none of a character. */
const characterOf = (code: number): string => code > 0x10ffff ? "\uFFFD" : String.fromCodePoint(code)

const sources = (stderr: string) =>
  [...stderr.matchAll(SOURCE)].map(([, single, double]) =>
    (single ?? double ?? "").replaceAll(
      ESCAPE,
      (_, x?: string, u?: string, wide?: string, other = "") =>
        other === "" ? characterOf(parseInt(x ?? u ?? wide ?? "", 16)) : CONTROL[other] ?? other
    )
  )

const unresolvedIn = (diagnostics: ReadonlyArray<Diagnostic>) =>
  new Set(
    diagnostics.filter(({ rule }) => rule === "import-not-found")
      .map(({ message, relPath, startLine }) => JSON.stringify([relPath, startLine, message]))
  ).size

const SILENCES_IMPORTS = /ignore_missing_imports|import-not-found|disable_error_code|follow_imports/

const maySilenceImports = Effect.fnUntraced(function*(ctx: PipelineContext, result: ToolRunResult) {
  const path = yield* Path.Path
  const file = /^LOG: +Config File: +(.+)$/m.exec(result.stderr)?.[1]?.trim()
  if (file === undefined || file === "Default") return false
  return Option.exists(yield* readText(path.resolve(ctx.root, file)), (text) => SILENCES_IMPORTS.test(text))
})

/** It goes on without the settings that it cannot use, and says so. */
const CONFIGURATION_WARNING = /^\S*(?:mypy\.ini|pyproject\.toml|setup\.cfg): /

/** Where its configuration names nothing to check it is asked for everything. */
const checked = Effect.fnUntraced(function*(session: CheckSession) {
  const result = yield* session.run(session.args)
  return result.exitCode === 2 && result.stderr.includes("Missing target module, package, files, or command")
    ? yield* session.run([...session.args, "."])
    : result
})

const check = Effect.fn("mypy.check")(function*(session: CheckSession) {
  const { result, version } = yield* Effect.all({
    result: checked(session),
    version: Report.versionOf(session)
  }, { concurrency: "unbounded" })

  // 1 without a finding is no mypy at work: an interpreter that could not import it. 2 with anything but JSON is
  // configuration, arguments, or a file that is not UTF-8
  if (result.exitCode > 2 || (result.exitCode === 1 && result.stdout.trim() === "")) {
    return yield* session.reject(result, "ExitCode")
  }
  const rows = yield* rowsOf(result.stdout).pipe(
    Effect.mapError((cause) => session.reject(result, result.exitCode === 2 ? "ExitCode" : "MalformedOutput", cause))
  )
  // At the first file that does not parse it stops, and judges no other: its errors are facts, the rest is not measured.
  const broken = rows.find(isSyntaxError)
  if (result.exitCode === 2 && broken === undefined) return yield* session.reject(result, "ExitCode")

  const found = sources(result.stderr)
  const stopped = result.exitCode === 2 ? broken : undefined
  const withSyntaxErrors = new Set(rows.filter(isSyntaxError).map((row) => row.file))
  const isBroken = (file: string) => withSyntaxErrors.has(file.replace(/^\.\//, ""))
  const silenced = yield* maySilenceImports(session.ctx, result)

  return yield* Report.make(session, result, version, {
    unit: "codePoints",
    findings: rows.map(findingOf),
    listed: found.length > 0 ? Either.right(found) : Either.left("mypy did not say which files it was to check"),
    failed: new Map(
      stopped === undefined ? [] : found.filter((file) => !isBroken(file)).map((file) => [
        file,
        `mypy stopped at the syntax error in ${stopped.file}, line ${stopped.line}`
      ])
    ),
    filesAnalyzed: found.length > 0
      ? Option.some(stopped === undefined ? found.length : withSyntaxErrors.size)
      : Option.none(),
    unresolvedImports: (diagnostics) => {
      const count = unresolvedIn(diagnostics)
      // none reported is a measured zero only where nothing keeps it from reporting them
      return stopped !== undefined || (count === 0 && silenced) ? Option.none() : Option.some(count)
    },
    notices: Report.warnings(tool, result.stderr.split("\n").filter((line) => CONFIGURATION_WARNING.test(line)))
  })
})

/**
 * @since 0.1.0
 * @category instances
 */
export const mypy: Checker = {
  tool,
  description: "Type checker, off by default. It stops at a syntax error: then the other files are not measured.",
  enabledByDefault: false,
  usesInterpreter: true,
  exitCodes: [
    { code: "0", meaning: "no findings", accepted: true },
    { code: "1", meaning: "findings", accepted: true },
    { code: "2", meaning: "stopped at a syntax error, with a report of it on stdout", accepted: true },
    { code: "2", meaning: "without one: configuration, arguments, two files of one module name", accepted: false }
  ],
  // a plugin of the repository is imported, and must leave no __pycache__; paths are printed whatever the locale
  env: { PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
  versionArgs: ["--version"],
  parseVersion: (stdout) => /\d+\.\S+/.exec(stdout)?.[0] ?? stdout.trim(),
  args,
  reads: (relPath) =>
    /\.pyi?$/.test(relPath) || /(?:^|\/)(?:\.?mypy\.ini|pyproject\.toml|setup\.cfg|py\.typed)$/.test(relPath),
  configurationFiles,
  check
}
