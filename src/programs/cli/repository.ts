/**
 * The arguments that every command shares.
 *
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Repositories, type RepositoryFlags } from "../../services/Repositories.js"

/** @since 0.1.0 */
export const path = Args.text({ name: "path" }).pipe(
  Args.withDescription("the repository; the working directory unless given"),
  Args.withDefault(".")
)

/** @since 0.1.0 */
export const options = {
  database: Options.text("db").pipe(
    Options.withDescription("database file; <repository>/.codeintel/codeintel.duckdb unless given"),
    Options.optional
  ),
  python: Options.text("python").pipe(
    Options.withDescription("Python interpreter of the repository; its .venv, else the one on PATH, unless given"),
    Options.optional
  ),
  offline: Options.boolean("offline").pipe(Options.withDescription("download nothing, not even a pinned tool")),
  untrusted: Options.boolean("untrusted").pipe(
    Options.withDescription("use no setting, tool or interpreter of the repository, nor its configuration of the tools")
  )
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Given {
  readonly path: string
  readonly database: Option.Option<string>
  readonly python: Option.Option<string>
  readonly offline: boolean
  readonly untrusted: boolean
}

/**
 * @since 0.1.0
 * @category getters
 */
export const flagsOf = ({ database, offline, python, untrusted }: Given): RepositoryFlags => ({
  ...(Option.isSome(database) && { database: database.value }),
  ...(Option.isSome(python) && { python: python.value }),
  ...(offline && { provision: false }),
  ...(untrusted && { untrusted })
})

/** @since 0.1.0 */
export const open = Effect.fn("cli.open")(function*(given: Given) {
  const repositories = yield* Repositories
  return yield* repositories.open(given.path, flagsOf(given))
})

/**
 * For commands that need the settings alone: no file of the repository is read.
 *
 * @since 0.1.0
 */
export const locate = Effect.fn("cli.locate")(function*(given: Given) {
  const repositories = yield* Repositories
  return yield* repositories.locate(given.path, flagsOf(given))
})
