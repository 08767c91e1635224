/**
 * Settings in variables: `CODEINTEL_DB`, `CODEINTEL_SCIP_PYTHON_TIMEOUT`. Read through the `ConfigProvider` in force.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import type * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import { ConfigurationError } from "../../domain/errors.js"
import type { ToolName } from "../../domain/ToolName.js"
import * as Settings from "./settingSchemas.js"

const prefix = "CODEINTEL"

const upper = (name: string): string => name.toUpperCase().replaceAll("-", "_")

/**
 * The variable of a setting, given its dotted key: `scip-python.timeout` -> `CODEINTEL_SCIP_PYTHON_TIMEOUT`.
 *
 * @since 0.1.0
 * @category getters
 */
export const nameOf = (key: string): string =>
  key === "database" ? `${prefix}_DB` : [prefix, ...key.split(".")].map(upper).join("_")

/** Variables that layers read for themselves, and those that our own processes hand to each other. */
const elsewhere = /^CODEINTEL_(CORES|MEMORY|MAX_PROCESSES|KILL_AFTER|CACHE|DUCKDB_(MEMORY|THREADS|LOCK_TIMEOUT))$/

const generalKeys = Object.keys(Settings.GeneralInVariables.fields)
const toolKeys = Object.keys(Settings.ToolInVariables.fields)

const unreadable = (name: string) => (error: ConfigError) =>
  new ConfigurationError({ origin: "environment", key: name, problem: String(error), hint: "" })

/** A variable that is empty is not set: that is how a shell or a CI file takes one back. */
const read = (name: string): Effect.Effect<Option.Option<string>, ConfigurationError> =>
  Config.option(Config.string(name)).pipe(
    Effect.map(Option.filter((text) => text.trim() !== "")),
    Effect.mapError(unreadable(name))
  )

/** Names that begin with ours. The provider splits names at its delimiter, and they are put together again. */
const namesOf = (
  provider: ConfigProvider.ConfigProvider,
  path: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, ConfigurationError> =>
  Effect.gen(function*() {
    const children = yield* Effect.mapError(provider.flattened.enumerateChildren(path), unreadable(`${prefix}_*`))
    const ours = [...children].filter((child) => path.length > 0 || child === prefix || child.startsWith(`${prefix}_`))
    const below = yield* Effect.forEach(ours, (child) => namesOf(provider, [...path, child]), { concurrency: 1 })
    return [...ours.map((child) => [...path, child].join("_")), ...below.flat()]
  })

const decode = <A, I, F extends Schema.Struct.Fields>(
  schema: Schema.Schema<A, I> & { readonly fields: F },
  keyOf: (field: string) => string
): Effect.Effect<A, ConfigurationError> =>
  Effect.gen(function*() {
    const said: Record<string, string> = {}
    for (const field of Object.keys(schema.fields)) {
      const text = yield* read(nameOf(keyOf(field)))
      if (Option.isSome(text)) said[field] = text.value
    }
    return yield* Either.mapLeft(Settings.decode(schema)(said), ({ hint, path, problem }) => {
      const key = keyOf(path.map(String).join("."))
      return new ConfigurationError({ origin: nameOf(key), key, problem, hint })
    })
  })

/**
 * Fails with `ConfigurationError` for a variable that begins with `CODEINTEL_` and is none of ours.
 *
 * @since 0.1.0
 * @category constructors
 */
export const variables = Effect.fn("toolsConfig.variables")(function*(tools: ReadonlyArray<ToolName>) {
  const provider = yield* Effect.configProviderWith(Effect.succeed)
  const known = [...generalKeys, ...tools.flatMap((tool) => toolKeys.map((key) => `${tool}.${key}`))].map(nameOf)
  for (const name of yield* namesOf(provider, [])) {
    if (known.includes(name) || elsewhere.test(name)) continue
    // a provider also lists the first part of a longer name, and in upper case what it has in lower case
    if (Option.isNone(yield* read(name))) continue
    const { hint, problem } = Settings.unknownName([name], known)
    return yield* new ConfigurationError({ origin: "environment", key: name, problem, hint })
  }
  const general: Settings.General = yield* decode(Settings.GeneralInVariables, (field) => field)
  const byTool: Record<ToolName, Settings.Tool> = {}
  for (const tool of tools) byTool[tool] = yield* decode(Settings.ToolInVariables, (field) => `${tool}.${field}`)
  return { general, tools: byTool }
})
