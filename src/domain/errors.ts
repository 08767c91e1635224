/**
 * Everything that can go wrong, with a `message` that says what, where and what to do next. Branch on `_tag` and
 * `reason`, never on `message`.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** UTF-16 units: an error may show all of the value that it found wrong. */
const MAX_CAUSE = 2000

/** Of the reason of a run, which may hold all that a tool said. */
const MAX_REASON_LINES = 5

const textOf = Option.liftThrowable((cause: unknown) => cause instanceof Error ? cause.message : String(cause))

/** To show a value that is nested deeply overflows the stack. */
const causeText = (cause: unknown): string =>
  Option.getOrElse(textOf(cause), () => "an error that cannot be shown").slice(0, MAX_CAUSE)

/**
 * What an error says, without what it is about: one that says which value of a report is wrong has that value, which may be
 * as large as the report, and makes its message anew each time.
 *
 * @since 0.1.0
 * @category getters
 */
export const shortCause = (cause: unknown): Error => {
  const text = causeText(cause)
  // a slice of a long text keeps all of it
  return new Error(Array.from(text).join(""))
}

/**
 * The executable is in none of the places searched.
 *
 * @since 0.1.0
 * @category errors
 */
export class ToolNotFound extends Schema.TaggedError<ToolNotFound>("codeintel/ToolNotFound")("ToolNotFound", {
  tool: Schema.String,
  /** Places that were looked at, in order. */
  searched: Schema.Array(Schema.String),
  /** What to do about it: a command or a setting. */
  hint: Schema.String
}) {
  override get message(): string {
    return `${this.tool}: not found in ${this.searched.join(", ") || "any known place"}\n${this.hint}`
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export const ToolExecutionReason = Schema.Literal(
  "ExitCode",
  "Timeout",
  "Signal",
  "OutputTooLarge",
  "MalformedOutput",
  "NothingAnalyzed",
  "Spawn"
)

/**
 * @since 0.1.0
 * @category errors
 */
export type ToolExecutionReason = typeof ToolExecutionReason.Type

/**
 * The tool is there, and what it gave back is not usable.
 *
 * @since 0.1.0
 * @category errors
 */
export class ToolExecution extends Schema.TaggedError<ToolExecution>("codeintel/ToolExecution")("ToolExecution", {
  tool: Schema.String,
  executable: Schema.String,
  args: Schema.Array(Schema.String),
  cwd: Schema.String,
  reason: ToolExecutionReason,
  exitCode: optional(Schema.Int),
  signal: optional(Schema.String),
  /** The end of what was said, 2,000 bytes at most. */
  stdoutTail: Schema.String,
  stderrTail: Schema.String,
  durationMs: Schema.NonNegative,
  cause: optional(Schema.Defect)
}) {
  override get message(): string {
    const detail = this.exitCode ?? this.signal
    const what = `${this.tool}: ${this.reason}${detail === undefined ? "" : ` ${detail}`} after ${this.durationMs} ms`
    const said = this.stderrTail.trim() || this.stdoutTail.trim() ||
      (this.cause === undefined ? "" : causeText(this.cause))
    return `${what} in ${this.cwd}${said && `\n${said}`}\ntry it: ${[this.executable, ...this.args].join(" ")}`
  }
}

/**
 * The same failure, with what the tool said in other words.
 *
 * @since 0.1.0
 * @category combinators
 */
export const mapSaid = (error: ToolExecution, change: (text: string) => string): ToolExecution => {
  // a spread has no `cause`: it is no enumerable property of an error
  const { cause } = error
  const text = cause === undefined ? "" : causeText(cause)
  const changed = change(text)
  return new ToolExecution({
    ...error,
    stdoutTail: change(error.stdoutTail),
    stderrTail: change(error.stderrTail),
    ...(cause !== undefined && { cause: changed === text ? cause : new Error(changed) })
  })
}

/**
 * @since 0.1.0
 * @category errors
 */
export const WarehouseReason = Schema.Literal(
  /** No database there yet. */
  "Missing",
  /** Another process has it open. */
  "Locked",
  /** Not a DuckDB file, damaged, or a database of somebody else. */
  "Foreign",
  /** Made by a newer version of codeintel or of DuckDB. */
  "Newer",
  /** A write was asked of a connection opened for reading. */
  "ReadOnly",
  /** The file system refused: no permission, no space; or the file was removed or replaced while it was in use. */
  "FileSystem",
  /** The statement was refused: what the user asked is wrong. */
  "Query",
  /** The statement was given up: it took longer than it may. */
  "Timeout"
)

/**
 * @since 0.1.0
 * @category errors
 */
export type WarehouseReason = typeof WarehouseReason.Type

/**
 * The database refused.
 *
 * @since 0.1.0
 * @category errors
 */
export class WarehouseError extends Schema.TaggedError<WarehouseError>("codeintel/WarehouseError")("WarehouseError", {
  file: Schema.String,
  operation: Schema.String,
  reason: WarehouseReason,
  /** What to do about it. */
  hint: Schema.String,
  cause: Schema.Defect
}) {
  override get message(): string {
    return `${this.file}: ${this.operation} failed: ${causeText(this.cause)}${this.hint && `\n${this.hint}`}`
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export const RepositoryReason = Schema.Literal(
  "NotADirectory",
  "NoPermission",
  "Unreadable",
  "StateNotWritable",
  /** A file of the repository that was to be changed. */
  "NotWritable"
)

/**
 * The directory given cannot be opened as a repository.
 *
 * @since 0.1.0
 * @category errors
 */
export class RepositoryError extends Schema.TaggedError<RepositoryError>("codeintel/RepositoryError")(
  "RepositoryError",
  {
    root: Schema.String,
    reason: RepositoryReason,
    hint: Schema.String,
    cause: optional(Schema.Defect)
  }
) {
  override get message(): string {
    return `${this.root}: ${this.reason}${this.cause === undefined ? "" : `: ${causeText(this.cause)}`}\n${this.hint}`
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export const RevisionReason = Schema.Literal(
  /** The directory is in no working tree of git. */
  "NoRepository",
  /** No commit has this name. */
  "Unknown",
  /** The clone is shallow, and what is asked for is not in it. */
  "Shallow",
  /** The directory did not exist in that commit. */
  "NoDirectory",
  /** The commit is there, and some of its files are not: a partial clone, or a submodule that was not fetched. */
  "Incomplete"
)

/**
 * A revision cannot be looked at.
 *
 * @since 0.1.0
 * @category errors
 */
export class RevisionError extends Schema.TaggedError<RevisionError>("codeintel/RevisionError")("RevisionError", {
  root: Schema.String,
  revision: Schema.String,
  reason: RevisionReason,
  problem: Schema.String,
  /** The next command. */
  hint: Schema.String
}) {
  override get message(): string {
    return `${this.root}: ${this.revision}: ${this.problem}\n${this.hint}`
  }
}

/**
 * A setting is unknown, of the wrong type, or contradicts another.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConfigurationError extends Schema.TaggedError<ConfigurationError>("codeintel/ConfigurationError")(
  "ConfigurationError",
  {
    /** Where it was said: a file, a variable, a flag. */
    origin: Schema.String,
    /** The setting as it is written there. */
    key: Schema.String,
    problem: Schema.String,
    hint: Schema.String
  }
) {
  override get message(): string {
    return `${this.origin}: ${this.key}: ${this.problem}${this.hint && `\n${this.hint}`}`
  }
}

/**
 * Another ingest or prune of the same database is under way.
 *
 * @since 0.1.0
 * @category errors
 */
export class IngestLocked extends Schema.TaggedError<IngestLocked>("codeintel/IngestLocked")("IngestLocked", {
  file: Schema.String,
  pid: Schema.Int,
  host: Schema.String,
  startedAt: Schema.String
}) {
  override get message(): string {
    return `${this.file}: another ingest or prune is running: process ${this.pid} on ${this.host} since ${this.startedAt}\n` +
      `wait for it to end; if that process is gone for good, delete ${this.file}`
  }
}

/**
 * Checkers of which there is nothing to compare: one did not run, failed, or is suspect.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotComparable extends Schema.TaggedError<NotComparable>("codeintel/NotComparable")("NotComparable", {
  repo: Schema.String,
  /** Each tool with its status, and the reason that the last ingest stored. */
  problems: Schema.Array(Schema.Struct({ tool: Schema.String, status: Schema.String, reason: Schema.String }))
}) {
  override get message(): string {
    const said = this.problems.map(({ reason, status, tool }) => {
      const lines = reason.trim().split("\n")
      const rest = `(all of it: codeintel sql "SELECT reason FROM tool_runs WHERE tool = '${tool}'")`
      const shown = lines.length > MAX_REASON_LINES ? [...lines.slice(0, MAX_REASON_LINES), rest] : lines
      return `${tool}: ${status}: ${shown.join("\n    ")}`
    })
    return `${this.repo}: nothing to compare\n${said.join("\n")}\n` +
      "codeintel doctor says what is missing; codeintel ingest --only typing runs the checkers"
  }
}

/**
 * An index of something else than the repository it is to be imported for.
 *
 * @since 0.1.0
 * @category errors
 */
export class ScipElsewhere extends Schema.TaggedError<ScipElsewhere>("codeintel/ScipElsewhere")("ScipElsewhere", {
  file: Schema.String,
  root: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.file}: no index of ${this.root}: ${this.problem}`
  }
}

/**
 * @since 0.1.0
 * @category errors
 */
export const ReportReason = Schema.Literal(
  /** It is none of the formats that can be read. */
  "UnknownFormat",
  /** It is not whole, or not what its format says. */
  "Malformed",
  /** More than can be read at once. */
  "TooLarge",
  /** Nothing in it is of the repository. */
  "Elsewhere"
)

/**
 * @since 0.1.0
 * @category errors
 */
export type ReportReason = typeof ReportReason.Type

/**
 * A report that was made elsewhere cannot be imported. Nothing of it was stored.
 *
 * @since 0.1.0
 * @category errors
 */
export class ReportRefused extends Schema.TaggedError<ReportRefused>("codeintel/ReportRefused")("ReportRefused", {
  file: Schema.String,
  reason: ReportReason,
  /** What is wrong, and where in the file. */
  problem: Schema.String,
  /** What to do about it. */
  hint: Schema.String
}) {
  override get message(): string {
    return `${this.file}: ${this.problem}${this.hint && `\n${this.hint}`}`
  }
}

/**
 * A file is no SCIP index, or ends in the middle of one.
 *
 * @since 0.1.0
 * @category errors
 */
export class ScipMalformed extends Schema.TaggedError<ScipMalformed>("codeintel/ScipMalformed")("ScipMalformed", {
  file: Schema.String,
  /** Bytes from the start of the file to what could not be read. */
  offset: Schema.NonNegativeInt,
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.file}: no whole SCIP index: ${this.problem} at byte ${this.offset}`
  }
}

/**
 * The report is made, and the file system does not take it.
 *
 * @since 0.1.0
 * @category errors
 */
export class ReportNotWritten extends Schema.TaggedError<ReportNotWritten>("codeintel/ReportNotWritten")(
  "ReportNotWritten",
  { file: Schema.String, cause: Schema.Defect }
) {
  override get message(): string {
    return `${this.file}: the report is not written: ${causeText(this.cause)}\nname another file with --output FILE`
  }
}
