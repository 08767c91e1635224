/**
 * pyrefly 1.4: arguments, exit codes and output are known here and nowhere else; its configuration in
 * `pyreflyConfiguration.ts`.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Diagnostic, Severity } from "../../domain/Diagnostic.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolRunResult } from "../../domain/ToolInvocation.js"
import { settingsOf } from "../../domain/ToolsConfig.js"
import type { Checker, CheckSession } from "./checker.js"
import { ignoreFiles } from "./configuration.js"
import { MAX_NUMBER, type RawFinding } from "./findings.js"
import * as Isolation from "./isolation.js"
import * as Configuration from "./pyreflyConfiguration.js"
import * as Report from "./report.js"
import { ofChecker, type Raw } from "./reportReading.js"
import { decodeValue, notShown } from "./reportText.js"

const tool = "pyrefly"

// The default severity is `error`, which drops the rest. The summary, on stderr, is its word on how many modules it
// checked and by which preset. Values need their `=`: `--summary full` is a file named full.
const baseArgs: ReadonlyArray<string> = [
  "check",
  "--output-format=json",
  "--color=never",
  "--progress-bar=no",
  "--min-severity=info",
  "--summary=full"
]

const DEFAULT_PRESET = "--preset=default"

const isSet = (args: ReadonlyArray<string>, ...flags: ReadonlyArray<string>) =>
  args.some((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)))

const isIsolated = (ctx: PipelineContext) => Isolation.isIsolated(ctx, tool, "--config", "-c")

const OWN_CONFIGURATION = "pyrefly.toml"

/** The whole repository, with its import roots, by the preset that counts where nothing is configured. */
const ownConfiguration = Effect.fnUntraced(function*({ importRoots, paths, root }: PipelineContext) {
  const path = yield* Path.Path
  const here = (relPath: string) => JSON.stringify(path.relative(paths.scratch, path.join(root, relPath)))
  return `project-includes = [${here(".")}]\nsearch-path = [${importRoots.map(here).join(", ")}]\npreset = "default"\n`
})

const args = Effect.fn("pyrefly.args")(function*(ctx: PipelineContext) {
  const configured = settingsOf(ctx.config, tool).args
  if (isIsolated(ctx)) {
    const interpreter = Option.match(ctx.interpreter, {
      onNone: () => "--skip-interpreter-query",
      onSome: ({ executable }) => `--python-interpreter-path=${executable}`
    })
    const file = yield* Isolation.fileOf(ctx, OWN_CONFIGURATION)
    return { args: [...baseArgs, `--config=${file}`, interpreter], notices: [Isolation.NOTICE] }
  }
  const configuration = yield* Configuration.find(ctx)
  const own: Array<string> = []
  const notices: Array<string> = []

  // Named only where nothing is configured: there it would keep pyrefly from importing the settings of mypy or pyright.
  if (configuration.kind === "none" && !isSet(configured, "--preset", "-p", "--config", "-c")) {
    own.push(DEFAULT_PRESET)
    notices.push(`${DEFAULT_PRESET}, as the repository sets none: pyrefly's own choice would be \`basic\``)
  }
  if (configuration.kind === "imported") {
    notices.push(`pyrefly is not configured and imports the settings in ${configuration.file}`)
  }
  const chosen = isSet(
    configured,
    "--python-interpreter-path",
    "--fallback-python-interpreter-name",
    "--conda-environment",
    "--skip-interpreter-query",
    "--config",
    "-c"
  )
  if (Configuration.choosesInterpreter(configuration)) {
    notices.push(`the Python interpreter is the one that ${configuration.file} sets`)
  } else if (!chosen && Option.isSome(ctx.interpreter)) {
    own.push(`--python-interpreter-path=${ctx.interpreter.value.executable}`)
  }
  return { args: [...baseArgs, ...own], notices }
})

const Position = Schema.Int.pipe(Schema.between(1, MAX_NUMBER))

// the fields in use; `cell` is that of a notebook
const Errors = Schema.Struct({
  errors: Schema.Array(Schema.Struct({
    line: Position,
    column: Position,
    stop_line: Position,
    stop_column: Position,
    path: Schema.String,
    name: Schema.String,
    description: Schema.String,
    severity: Schema.Literal("error", "warn", "info"),
    cell: Schema.optionalWith(Schema.NullOr(Schema.Int), { exact: true })
  }))
})

const Output = Schema.parseJson(notShown(Errors, "an object with errors"))

type Row = typeof Output.Type["errors"][number]

const severities: Readonly<Record<Row["severity"], Severity>> = {
  error: "error",
  warn: "warning",
  info: "information"
}

const findingOf = (row: Row): RawFinding => ({
  path: row.path,
  range: Option.some({
    startLine: row.line,
    startColumn: row.column,
    endLine: row.stop_line,
    endColumn: row.stop_column
  }),
  severity: severities[row.severity],
  rule: row.name,
  message: typeof row.cell === "number" ? `cell ${row.cell}: ${row.description}` : row.description
})

/** A file that it could not read has the same rule as an import that it could not find. */
const isFailure = (rule: string, message: string) => rule === "missing-import" && message.startsWith("Failed to load ")

const unresolvedIn = (diagnostics: ReadonlyArray<Diagnostic>) =>
  new Set(
    diagnostics.filter(({ message, rule }) => rule === "missing-import" && !isFailure(rule, message))
      .map(({ message, relPath, startLine }) => JSON.stringify([relPath, startLine, message]))
  ).size

const failures = (rows: ReadonlyArray<Row>): ReadonlyMap<string, string> =>
  new Map(rows.flatMap((row) =>
    isFailure(row.name, row.description)
      ? [[row.path, row.description.replace(/^[^]*, got /, "")] as const]
      : []
  ))

const decodeErrors = decodeValue(Errors)

/**
 * A report that was made elsewhere: the output of `pyrefly check --output-format json`.
 *
 * @since 0.1.0
 * @category decoding
 */
export const reported = (value: unknown): Either.Either<Raw, string> =>
  Either.map(
    decodeErrors(value),
    ({ errors }) =>
      ofChecker("pyrefly", { unit: "codePoints", findings: errors.map(findingOf), failed: failures(errors) })
  )

/** `INFO 1,234 modules (71 dependent modules); ...` */
const moduleCount = (stderr: string) =>
  Option.fromNullable(/^ *INFO ([\d,]+) modules? \(/m.exec(stderr)?.[1]).pipe(
    Option.map((digits) => Number(digits.replaceAll(",", ""))),
    Option.filter((count) => count <= MAX_NUMBER)
  )

/** One absolute path a line, indented by four; a line that is not belongs to a name with a line feed in it. */
const COVERED = /^ {2}Covered files:\n([^]*?)^ {2}Resolving imports from:$/gm

const covered = (stdout: string) =>
  [...stdout.matchAll(COVERED)].flatMap(([, block = ""]) =>
    block.split(/^ {4}(?=\/|[A-Za-z]:\\)/m).map((file) => file.replace(/\n$/, "")).filter((file) => file !== "")
  )

/** What `dump-config` lists, given that the check itself counted as many. */
const listedBy = (listing: ToolRunResult, modules: Option.Option<number>) => {
  if (listing.exitCode !== 0) return Either.left(`dump-config ended with ${listing.exitCode}: ${listing.stderr.trim()}`)
  const files = covered(listing.stdout)
  return Option.match(modules, {
    onNone: () => Either.left("it did not say how many modules it checked"),
    onSome: (count) =>
      count === files.length
        ? Either.right(files)
        : Either.left(`it checked ${count} modules and lists ${files.length}`)
  })
}

const SAYS_BASIC = "using preset `basic`"

/**
 * One check. Where the settings to import turn out to be unusable, pyrefly falls back to its preset `basic` and says so:
 * then it is asked again with the preset named.
 */
const checked = Effect.fnUntraced(function*(session: CheckSession) {
  const result = yield* session.run(session.args)
  if (isSet(session.args, "--preset", "-p") || !result.stderr.includes(SAYS_BASIC)) return { result, notices: [] }
  const [command = "check", ...rest] = session.args
  return {
    result: yield* session.run([command, DEFAULT_PRESET, ...rest]),
    notices: [`${DEFAULT_PRESET}, as pyrefly could not use the settings it found`]
  }
})

const check = Effect.fn("pyrefly.check")(function*(session: CheckSession) {
  const { ctx } = session
  const isolated = isIsolated(ctx)
  if (isolated) yield* Isolation.write(session, OWN_CONFIGURATION, yield* ownConfiguration(ctx))
  const { listing, run, version } = yield* Effect.all({
    run: checked(session),
    // its own word on which files these arguments cover; without it the findings stand all the same
    listing: Effect.either(session.run(["dump-config", "--max-files=all", ...session.args.slice(1)])),
    version: Report.versionOf(session)
  }, { concurrency: "unbounded" })
  const { notices, result } = run

  if (result.exitCode !== 0 && result.exitCode !== 1) return yield* session.reject(result, "ExitCode")
  const nothing = result.exitCode === 1 && result.stdout.trim() === ""
  const noFiles = nothing && result.stderr.includes("No Python files matched")
  if (noFiles && ctx.modules.length > 0) return yield* session.reject(result, "NothingAnalyzed")
  if (nothing && !noFiles) return yield* session.reject(result, "ExitCode")

  const rows = noFiles ? [] : (yield* Schema.decode(Output)(result.stdout).pipe(
    Effect.mapError((cause) => session.reject(result, "MalformedOutput", cause))
  )).errors
  const modules = noFiles ? Option.some(0) : moduleCount(result.stderr)
  const listed = noFiles
    ? Either.right([])
    : Either.mapLeft(
      Either.flatMap(Either.mapLeft(listing, (failure) => failure.message), (each) => listedBy(each, modules)),
      (why) => `pyrefly did not prove which files it looked at: ${why}`
    )
  const silenced =
    isSet(session.args, "--ignore", "--only", "--ignore-missing-imports", "--replace-imports-with-any") ||
    (!isolated && Configuration.maySilenceImports(yield* Configuration.find(ctx)))

  return yield* Report.make(session, result, version, {
    unit: "codePoints",
    findings: rows.map(findingOf),
    listed,
    failed: failures(rows),
    filesAnalyzed: modules,
    unresolvedImports: (diagnostics) => {
      const count = unresolvedIn(diagnostics)
      // none reported is a measured zero only where nothing keeps it from reporting them
      return count === 0 && silenced ? Option.none() : Option.some(count)
    },
    notices: [
      ...notices,
      ...Report.warnings(tool, result.stderr.split("\n").flatMap((line) => /^ *WARN (.+)$/.exec(line)?.[1] ?? []))
    ]
  })
}, Effect.scoped)

/**
 * @since 0.1.0
 * @category instances
 */
export const pyrefly: Checker = {
  tool,
  description: "Type checker. Warnings and notes are kept with their severity.",
  enabledByDefault: true,
  usesInterpreter: true,
  exitCodes: [
    { code: "0", meaning: "no findings", accepted: true },
    { code: "1", meaning: "findings, with a report on stdout", accepted: true },
    { code: "1", meaning: "without a report: configuration, an unreadable directory, or no files", accepted: false },
    { code: "2", meaning: "arguments are wrong", accepted: false },
    { code: "134", meaning: "out of memory", accepted: false }
  ],
  // it asks Python in the directory of the repository, whose modules would stand in for Python's own
  env: { PYTHONSAFEPATH: "1" },
  versionArgs: ["--version"],
  parseVersion: (stdout) => /\d+\.\S+/.exec(stdout)?.[0] ?? stdout.trim(),
  args,
  reads: (relPath) =>
    /\.(?:py[^/.]*|ipynb)$/.test(relPath) ||
    /(?:^|\/)(?:\.?pyrefly\.toml|pyproject\.toml|mypy\.ini|pyrightconfig\.json|py\.typed|\.(?:git)?ignore)$/.test(
      relPath
    ),
  configurationFiles: (ctx) =>
    Effect.zipWith(
      isIsolated(ctx) ? Effect.succeed([]) : Configuration.files(ctx),
      ignoreFiles(ctx, tool),
      (own, ignored) => [...own, ...ignored]
    ),
  check
}
