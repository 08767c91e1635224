/**
 * From what DuckDB says, in words, to `WarehouseError`. DuckDB gives no codes: the class of the error is the first word
 * of its message, and all that is known of the file system is in the text after it.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { WarehouseError, type WarehouseReason } from "../../domain/errors.js"

/**
 * What was tried, on which file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attempt {
  readonly file: string
  readonly operation: string
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const refuse = (
  { file, operation }: Attempt,
  reason: WarehouseReason,
  problem: string,
  hint: string
): WarehouseError => new WarehouseError({ file, operation, reason, hint, cause: new Error(problem) })

/**
 * No database, or one in which no ingest has finished its first step.
 *
 * @since 0.1.0
 * @category constructors
 */
export const missing = (attempt: Attempt): WarehouseError =>
  refuse(attempt, "Missing", "no database there yet", "make it: codeintel ingest")

/**
 * @since 0.1.0
 * @category constructors
 */
export const tookTooLong = (attempt: Attempt, timeout: Duration.Duration): WarehouseError => {
  const seconds = Duration.toSeconds(timeout)
  const what = `the statement took longer than ${seconds} ${seconds === 1 ? "second" : "seconds"}, and was interrupted`
  return refuse(attempt, "Timeout", what, "ask for less, or give it more time with --timeout")
}

interface Rule {
  readonly matches: RegExp
  readonly reason: WarehouseReason
  readonly hint: (match: RegExpExecArray, attempt: Attempt) => string
}

const foreignHint = (_: unknown, { file }: Attempt) =>
  `if ${file} was codeintel's, it is damaged: delete it and run codeintel ingest; if it is something else, name another ` +
  `file with --db`

/** In order: the first that matches decides. */
const fileRules: ReadonlyArray<Rule> = [
  {
    matches: /Conflicting lock is held in (.+?) \((PID \d+)[^)]*\)/,
    reason: "Locked",
    hint: ([, program, pid]) => `${program} (${pid}) has it open: try again when it has ended`
  },
  {
    matches: /Could not set lock|being used by another process/,
    reason: "Locked",
    hint: () => "another process has it open: try again when it has ended"
  },
  {
    matches: /different configuration than existing|already attached/,
    reason: "Locked",
    hint: () => "this very process has it open, not through codeintel: close it there first"
  },
  {
    matches: /database does not exist/,
    reason: "Missing",
    hint: () => "make it: codeintel ingest"
  },
  {
    matches: /version number (\d+), but we can only read versions between \d+ and (\d+)/,
    reason: "Newer",
    hint: () => "another version of DuckDB made it: use a codeintel with that DuckDB, or name another file with --db"
  },
  {
    // the last is said of a database of SQLite
    matches:
      /not a valid DuckDB database|Could not read enough bytes|Corrupt database|computed checksum|^Serialization Error|Loading external extensions/,
    reason: "Foreign",
    hint: foreignHint
  },
  {
    matches: /No space left on device|Disk quota exceeded|File too large/,
    reason: "FileSystem",
    hint: (_, { file }) => `free some space where ${file} is; what was stored before is unharmed`
  },
  {
    matches: /Permission denied|Operation not permitted|Read-only file system/,
    reason: "FileSystem",
    hint: (_, { file }) => `make ${file} and its directory writable for this user, or name another file with --db`
  },
  {
    matches: /No such file or directory/,
    reason: "FileSystem",
    hint: (_, { file }) => `make the directory of ${file} first`
  },
  {
    matches: /Is a directory/,
    reason: "FileSystem",
    hint: () => "it is a directory: name a file with --db"
  },
  {
    matches: /^/,
    reason: "FileSystem",
    hint: () => ""
  }
]

const statementRules: ReadonlyArray<Rule> = [
  {
    matches: /^(Invalid Input|TransactionContext) Error: .*read-only mode/,
    reason: "ReadOnly",
    hint: () => "this connection only reads"
  },
  {
    matches: /Permission Error|has been locked/,
    reason: "Query",
    hint: () => "a statement can read this database, and nothing else on the machine"
  },
  {
    matches: /Out of Memory Error/,
    reason: "Query",
    hint: () => "ask for less, or raise CODEINTEL_DUCKDB_MEMORY"
  },
  {
    matches: /Catalog Error/,
    reason: "Query",
    hint: () => "SHOW ALL TABLES lists what there is, DESCRIBE its columns"
  },
  {
    matches: /^/,
    reason: "Query",
    hint: () => ""
  }
]

const isOfFile =
  /^(IO Error|FATAL Error|Connection Error|Serialization Error|(TransactionContext Error: )?Failed to \w+: (Could not|Cannot|Corrupt) )/

/**
 * @since 0.1.0
 * @category constructors
 */
export const fromCause = (attempt: Attempt) => (cause: unknown): WarehouseError => {
  const text = cause instanceof Error ? cause.message : String(cause)
  // what follows the first line may quote the statement; after a fatal error, it quotes the first error
  const said = text.startsWith("FATAL") ? text : text.split("\n")[0] ?? ""
  // to open a file is nobody's statement
  const rules = attempt.operation === "open" || isOfFile.test(said) ? fileRules : statementRules
  for (const { hint, matches, reason } of rules) {
    const match = matches.exec(said)
    if (match !== null) return new WarehouseError({ ...attempt, reason, hint: hint(match, attempt), cause })
  }
  return new WarehouseError({ ...attempt, reason: "Query", hint: "", cause })
}
