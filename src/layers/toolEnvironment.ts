/**
 * What a tool sees of the caller's environment.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isBelow } from "./repository/paths.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Environment = Readonly<Record<string, string>>

const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "NO_PROXY"]

/**
 * The variables of the caller that an analyser sees, and with them those that begin with `LC_` or `XDG_`. Nothing that
 * changes what a tool reports (`PYTHONPATH`, `MYPYPATH`, `RUFF_*`, `NODE_OPTIONS`), and nothing that is likely a secret.
 *
 * @since 0.1.0
 * @category constants
 */
export const analyserVariables: ReadonlySet<string> = new Set([
  ...["PATH", "HOME", "USER", "LANG", "TZ"],
  ...["TMPDIR", "TMP", "TEMP"],
  ...proxies,
  ...proxies.map((name) => name.toLowerCase()),
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]
])

const analyserSees = (name: string): boolean => analyserVariables.has(name) || /^(LC|XDG)_/.test(name)

/** An empty or relative entry is looked up in the working directory: there the analysed repository says what runs. */
const absoluteEntries = (path: string): string => path.split(":").filter((entry) => entry.startsWith("/")).join(":")

/**
 * The part of the caller's environment that a tool inherits. An empty value stays (`TZ=` is UTC, `HTTP_PROXY=` is no
 * proxy); an analyser's `PATH` keeps its absolute entries, and is left out when there are none, which makes it the
 * system's default.
 *
 * `SHLVL`: a bash whose stdin is a socket (that is what node's pipes are) and that has no `SHLVL` takes itself for a
 * login over the network, and reads `~/.bashrc`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const inherited = (caller: Environment, inherit: "analyser" | "caller"): Environment => {
  if (inherit === "caller") return { SHLVL: "1", ...caller }
  const { PATH, ...others } = Object.fromEntries(Object.entries(caller).filter(([name]) => analyserSees(name)))
  const path = absoluteEntries(PATH ?? "")
  return { ...others, ...(path !== "" && { PATH: path }), SHLVL: "1" }
}

/** Where nothing else is said, as a shell has it. */
const DEFAULT_PATH = "/usr/bin:/bin"

/**
 * What of a PATH is there and not in a directory, by no link; never empty, which would be the working directory.
 *
 * @since 0.1.0
 * @category constructors
 */
export const pathOutside = Effect.fnUntraced(function*(searchPath: string, directory: string) {
  const fs = yield* FileSystem.FileSystem
  const entries = yield* Effect.filter(
    absoluteEntries(searchPath).split(":"),
    (entry) => Effect.map(Effect.option(fs.realPath(entry)), Option.exists((real) => !isBelow(directory, real))),
    { concurrency: 8 }
  )
  return entries.join(":") || DEFAULT_PATH
})

/** Shorter values are no secrets, and are found in any text. */
const SHORTEST_VALUE = 8

/**
 * A text that a tool wrote, with the names of the variables that are set for tools in place of their values.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withoutValues = (environments: ReadonlyArray<Environment>): (text: string) => string => {
  const values = environments.flatMap((env) => Object.entries(env))
    .filter(([, value]) => value.length >= SHORTEST_VALUE)
    .sort(([, one], [, other]) => other.length - one.length)
  return (text) => values.reduce((said, [name, value]) => said.replaceAll(value, () => `$${name}`), text)
}

const SECRET_NAME = /SECRET|TOKEN|PASSW(?:OR)?D|CREDENTIAL|(?:API|ACCESS|PRIVATE|SIGNING)_?KEY/i

/** A user and a password in an address, as of a proxy or an index. */
const ADDRESS_WITH_PASSWORD = /\/\/[^/@\s]+:[^/@\s]+@/

/**
 * The variables of the caller that are secrets by their names, or have a password in them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const secretsOf = (caller: Environment): Environment =>
  Object.fromEntries(
    Object.entries(caller).filter(([name, value]) => SECRET_NAME.test(name) || ADDRESS_WITH_PASSWORD.test(value))
  )

/**
 * All variables of this process, read when the configuration is loaded. (Other configurations name their variables; a
 * test suite gets all there are.)
 *
 * @since 0.1.0
 * @category config
 */
export const callerEnvironment: Config.Config<Environment> = Config.sync(() => {
  const variables: Readonly<Record<string, string | undefined>> = process.env
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => value === undefined ? [] : [[name, value]])
  )
})
