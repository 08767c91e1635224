/**
 * The command line as an Effect that needs services and gives an exit code.
 *
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Cause from "effect/Cause"
import * as ConfigError from "effect/ConfigError"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { RepositoryError, WarehouseError } from "../domain/errors.js"
import { inertLines } from "../domain/inert.js"
import { config } from "./cli/config.js"
import { dead } from "./cli/dead.js"
import { diff } from "./cli/diff.js"
import { disagree } from "./cli/disagree.js"
import { doctor } from "./cli/doctor.js"
import { gate } from "./cli/gate.js"
import { hotspots } from "./cli/hotspots.js"
import { importFile } from "./cli/import.js"
import { ingest } from "./cli/ingest.js"
import { init } from "./cli/init.js"
import { mcp } from "./cli/mcp.js"
import { prune } from "./cli/prune.js"
import { htmlReport } from "./cli/report.js"
import { schema } from "./cli/schema.js"
import { show } from "./cli/show.js"
import { sql } from "./cli/sql.js"
import { tests } from "./cli/tests.js"

const command = Command.make("codeintel").pipe(
  Command.withDescription("Code intelligence for Python repositories, in one database"),
  Command.withSubcommands([
    ingest,
    diff,
    gate,
    importFile,
    doctor,
    sql,
    schema,
    disagree,
    show,
    dead,
    hotspots,
    tests,
    htmlReport,
    mcp,
    prune,
    config,
    init
  ])
)

const say = (exitCode: number) => (error: { readonly message: string }) =>
  Effect.as(Console.error(inertLines(error.message)), exitCode)

// what was asked is wrong or takes too long, or there is nothing to ask yet; all else is the file's fault
const isUsage: ReadonlyArray<WarehouseError["reason"]> = ["Query", "Timeout", "ReadOnly", "Missing"]
const ofWarehouse = ({ reason }: WarehouseError) => isUsage.includes(reason) ? 2 : 4
const ofRepository = ({ reason }: RepositoryError) => reason === "NotADirectory" ? 2 : 4

/**
 * Runs the command in `argv` (as `process.argv`). stdout is the result, stderr says why not. No failure is left in the
 * error channel: a new error does not compile until it has an exit code here.
 *
 * 0 ok (findings or not), 1 rows where none should be, 2 usage or configuration, 3 a tool is missing, failed or suspect, 4 storage or file system refused.
 *
 * @since 0.1.0
 */
export const run = (version: string) => (argv: ReadonlyArray<string>) =>
  Command.run(command, { name: "codeintel", version })(argv).pipe(
    Effect.as(0),
    Effect.catchTags({
      ExitWith: ({ code }) => Effect.succeed(code),
      UsageError: say(2),
      ConfigurationError: say(2),
      ScipMalformed: say(2),
      ScipElsewhere: say(2),
      RevisionError: say(2),
      ToolNotFound: say(3),
      ToolExecution: say(3),
      NotComparable: say(3),
      ReportRefused: say(2),
      SubjectUnclear: say(2),
      IndexIncomplete: say(3),
      IngestLocked: say(4),
      ReportNotWritten: say(4),
      WarehouseError: (error) => say(ofWarehouse(error))(error),
      RepositoryError: (error) => say(ofRepository(error))(error)
    }),
    // the usage error has been printed
    Effect.catchIf(ValidationError.isValidationError, () => Effect.succeed(2))
  )

/** A variable is named, and what is in it is not repeated: it may have been meant for somebody else. */
const withoutValue = (problem: string): string => problem.replaceAll(/,? but received (?:(?!"\))[^])*/g, "")

/**
 * Says what kept `run` from giving an exit code: a variable that the Layers are built by, or a bug of ours.
 *
 * @since 0.1.0
 */
export const report = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.isInterruptedOnly(cause)) return Effect.void
  const error = Cause.squash(cause)
  return ConfigError.isConfigError(error)
    ? Console.error(`${inertLines(withoutValue(String(error)))}\nthe variables are explained in docs/tools.md`)
    : Console.error(
      `this is a bug of codeintel, please report it with what follows\n${inertLines(Cause.pretty(cause))}`
    )
}

/**
 * The exit code of the process: what `run` gave, 2 when the configuration kept the Layers from being built, 130 when
 * interrupted, 70 for a bug.
 *
 * @since 0.1.0
 */
export const exitCode = (exit: Exit.Exit<unknown, unknown>): number =>
  Exit.match(exit, {
    onSuccess: (code) => typeof code === "number" ? code : 0,
    onFailure: (cause) => Cause.isInterruptedOnly(cause) ? 130 : ConfigError.isConfigError(Cause.squash(cause)) ? 2 : 70
  })
