/**
 * ruff 0.17: arguments, exit codes, output and configuration are known here and nowhere else.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { Checker, CheckSession } from "./checker.js"
import { ignoreFiles, parseToml, readText, upTheTree, userDirectories, variable } from "./configuration.js"
import { isOurs, MAX_NUMBER, type RawFinding } from "./findings.js"
import { isIsolated, NOTICE } from "./isolation.js"
import * as Report from "./report.js"
import { ofChecker, type Raw } from "./reportReading.js"
import { decodeValue, notShown } from "./reportText.js"

const tool = "ruff"

// --no-fix and --no-fix-only: with `fix = true` or `fix-only = true` in its configuration ruff rewrites the user's files,
// and one flag does not stop the other setting. --no-cache: else it writes `.ruff_cache` into the repository. Not --quiet:
// where E902 is not selected, a warning is all it says of a file that it could not read.
const args: ReadonlyArray<string> = ["check", "--output-format=json", "--no-cache", "--no-fix", "--no-fix-only"]

const OneBased = Schema.Int.pipe(Schema.between(1, MAX_NUMBER))

const Position = Schema.Struct({ row: OneBased, column: OneBased })

// the fields in use; `cell` is that of a notebook, and older versions have no code for a syntax error
const Found = Schema.Array(Schema.Struct({
  cell: Schema.optionalWith(Schema.NullOr(Schema.Int), { exact: true }),
  code: Schema.NullOr(Schema.String),
  message: Schema.String,
  filename: Schema.String,
  location: Position,
  end_location: Position
}))

const Rows = Schema.parseJson(notShown(Found, "a list of findings"))

type Row = typeof Rows.Type[number]

const findingOf = (row: Row): RawFinding => ({
  path: row.filename,
  range: Option.some({
    startLine: row.location.row,
    startColumn: row.location.column,
    endLine: row.end_location.row,
    endColumn: row.end_location.column
  }),
  severity: "error",
  rule: row.code ?? "invalid-syntax",
  message: typeof row.cell === "number" ? `cell ${row.cell}: ${row.message}` : row.message
})

/** A name that is not UTF-8 is printed with U+FFFD, and cannot be mapped back to a file. */
const isMangled = (ctx: PipelineContext) => {
  const named = new Set([...ctx.snapshot.files.keys()].filter((relPath) => relPath.includes("\uFFFD")))
  return (file: string) => file.includes("\uFFFD") && !named.has(file.slice(ctx.root.length + 1))
}

/** One absolute path a line; a line that does not begin one belongs to a name with a line feed in it. */
const listed = (stdout: string) => stdout.trimEnd().split(/\n(?=\/|[A-Za-z]:\\)/).filter((file) => file !== "")

const isPython = (file: string) => !file.endsWith(".toml")

const FAILED_TO_LINT = /^warning: Failed to lint (.+): (.+)$/

/** Files that could not be read: those with E902, and those that only a warning speaks of. */
const failures = (rows: ReadonlyArray<Row>, stderr: string) =>
  new Map([
    ...stderr.split("\n").flatMap((line) => {
      const [, file, why] = FAILED_TO_LINT.exec(line) ?? []
      return file !== undefined && why !== undefined ? [[file, why] as const] : []
    }),
    ...rows.flatMap((row) => row.code === "E902" ? [[row.filename, row.message] as const] : [])
  ])

const check = Effect.fn("ruff.check")(function*(session: CheckSession) {
  const path = yield* Path.Path
  const [command = "check", ...rest] = session.args
  const { files, result, version } = yield* Effect.all({
    result: session.run(session.args),
    // the same walk, and no file is read. Without this list the findings stand all the same
    files: Effect.either(session.run([command, "--show-files", ...rest])),
    version: Report.versionOf(session)
  }, { concurrency: "unbounded" })

  if (result.exitCode !== 0 && result.exitCode !== 1) return yield* session.reject(result, "ExitCode")
  const rows = yield* Schema.decode(Rows)(result.stdout).pipe(
    Effect.mapError((cause) => session.reject(result, "MalformedOutput", cause))
  )
  const mangled = isMangled(session.ctx)
  const known = rows.filter((row) => !mangled(row.filename))
  const list = Either.match(files, {
    onLeft: (failure) => Either.left(`ruff did not list the files it looks at: ${failure.message}`),
    onRight: ({ exitCode, stderr, stdout }) =>
      exitCode === 0
        ? Either.right(listed(stdout).filter((file) => !isOurs(session.ctx, path, file)))
        : Either.left(`ruff did not list the files it looks at: exit code ${exitCode}: ${stderr.trim()}`)
  })
  const warned = result.stderr.split("\n").flatMap((line) =>
    line.startsWith("warning: ") && !FAILED_TO_LINT.test(line) ? [line.slice("warning: ".length)] : []
  )
  return yield* Report.make(session, result, version, {
    unit: "codePoints",
    findings: known.map(findingOf),
    listed: Either.map(list, (all) => all.filter((file) => !mangled(file))),
    failed: failures(known, result.stderr),
    filesAnalyzed: Option.map(Either.getRight(list), (all) => all.filter(isPython).length),
    unresolvedImports: Option.none,
    notices: [
      ...(known.length < rows.length
        ? [`${rows.length - known.length} findings are in files whose names are not UTF-8 and are left out`]
        : []),
      ...Report.warnings(tool, warned)
    ]
  })
})

const decodeFound = decodeValue(Found)

/**
 * A report that was made elsewhere: the output of `ruff check --output-format json`. Of a notebook, lines are those of a
 * cell.
 *
 * @since 0.1.0
 * @category decoding
 */
export const reported = (value: unknown): Either.Either<Raw, string> =>
  Either.map(
    decodeFound(value),
    (rows) => ofChecker("ruff", { unit: "codePoints", findings: rows.map(findingOf), failed: failures(rows, "") })
  )

const NAMES = [".ruff.toml", "ruff.toml", "pyproject.toml"]

const isConfiguration = (relPath: string) => /(?:^|\/)(?:\.?ruff|pyproject)\.toml$/.test(relPath)

const Settings = Schema.Struct({ extend: Schema.optionalWith(Schema.String, { exact: true }) })

const PyProject = Schema.Struct({ tool: Schema.Struct({ ruff: Settings }) })

/** The settings of ruff in a file: the `tool.ruff` of a pyproject.toml. None without any. */
const settingsIn = (file: string, text: string): Option.Option<typeof Settings.Type> => {
  const toml = parseToml(text)
  return file.endsWith("pyproject.toml")
    ? Option.map(Option.flatMap(toml, Schema.decodeUnknownOption(PyProject)), (project) => project.tool.ruff)
    : Option.flatMap(toml, Schema.decodeUnknownOption(Settings))
}

/** `~` and variables, as ruff expands them in `extend`; one that is not set stays. */
const expanded = Effect.fnUntraced(function*(ctx: PipelineContext, given: string) {
  let text = given
  const home = yield* variable(ctx, tool, "HOME")
  if (Option.isSome(home)) text = text.replace(/^~(?=$|\/)/, () => home.value)
  for (const [reference, braced, bare] of given.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    const value = yield* variable(ctx, tool, braced ?? bare ?? "")
    if (Option.isSome(value)) text = text.replace(reference, () => value.value)
  }
  return text
})

/** Files that apply to the root: up the tree, then the user's. Nearest first. */
const rootConfiguration = Effect.fnUntraced(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const directories = [
    ...upTheTree(path, ctx.root),
    ...(yield* userDirectories(ctx, tool)).map((directory) => path.join(directory, "ruff"))
  ]
  return directories.flatMap((directory) => NAMES.map((name) => path.join(directory, name)))
})

const configurationFiles = Effect.fn("ruff.configurationFiles")(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const nested = [...ctx.snapshot.files.keys()].filter(isConfiguration).map((relPath) => path.join(ctx.root, relPath))
  const found = new Set([...(yield* rootConfiguration(ctx)), ...nested])
  // a set grows while it is walked: `extend` is followed to its end, and a circle is walked once
  for (const file of found) {
    const settings = Option.flatMap(yield* readText(file), (text) => settingsIn(file, text))
    if (Option.isNone(settings) || settings.value.extend === undefined) continue
    found.add(path.resolve(path.dirname(file), yield* expanded(ctx, settings.value.extend)))
  }
  return [...found, ...(yield* ignoreFiles(ctx, tool))]
})

const isConfigured = Effect.fnUntraced(function*(ctx: PipelineContext) {
  for (const file of yield* rootConfiguration(ctx)) {
    const text = yield* readText(file)
    if (Option.exists(text, (all) => !file.endsWith("pyproject.toml") || Option.isSome(settingsIn(file, all)))) {
      return true
    }
  }
  return false
})

/**
 * @since 0.1.0
 * @category instances
 */
export const ruff: Checker = {
  tool,
  description: "Linter; every finding counts as an error. Needs no interpreter.",
  enabledByDefault: true,
  usesInterpreter: false,
  exitCodes: [
    { code: "0", meaning: "no findings", accepted: true },
    { code: "1", meaning: "findings", accepted: true },
    { code: "2", meaning: "configuration or arguments are wrong; nothing was checked", accepted: false },
    { code: "134", meaning: "a file is nested too deeply and stopped the whole run", accepted: false }
  ],
  env: {},
  versionArgs: ["--version"],
  parseVersion: (stdout) => /\d+\.\S+/.exec(stdout)?.[0] ?? stdout.trim(),
  args: (ctx) =>
    // its configuration may extend any file, and an error quotes what does not parse
    isIsolated(ctx, tool, "--config", "--isolated") ?
      Effect.succeed({
        args: [...args, "--isolated"],
        notices: [`${NOTICE}: the default rules of this version`]
      }) :
      Effect.map(isConfigured(ctx), (configured) => ({
        args,
        notices: configured ? [] : ["no ruff configuration applies to the root: the default rules of this version"]
      })),
  reads: (relPath) =>
    /\.(?:py|pyi|pyw|ipynb)$/.test(relPath) || /(?:^|\/)\.(?:git)?ignore$/.test(relPath) || isConfiguration(relPath),
  configurationFiles,
  check
}
