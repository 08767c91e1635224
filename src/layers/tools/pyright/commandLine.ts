/**
 * The part of pyright's command line that decides which configuration and which files it takes.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"

/**
 * @since 0.1.0
 * @category models
 */
export interface CommandLine {
  /** `--project`: a configuration file, or a directory with one. */
  readonly project: Option.Option<string>
  /** Files, directories and globs; they replace `include` of the configuration. */
  readonly files: ReadonlyArray<string>
  /** Whether it says where Python is; a second such option is an error to pyright. */
  readonly namesInterpreter: boolean
}

const interpreterOptions = ["pythonpath", "venvpath", "venv-path", "v"]

/** Options that take the next argument as their value, unless that is an option itself. */
const valued = new Set([
  ...["createstub", "level", "project", "p", "pythonplatform", "pythonversion", "threads", "verifytypes"],
  ...["typeshed-path", "typeshedpath", "t"],
  ...interpreterOptions
])

/**
 * @since 0.1.0
 * @category constructors
 */
export const parse = (args: ReadonlyArray<string>): CommandLine => {
  const files: Array<string> = []
  const options = new Map<string, string>()
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? ""
    const option = /^--?([a-z-]+)(?:=([^]*))?$/.exec(argument)
    if (option === null) {
      files.push(argument)
      continue
    }
    const [, name = "", given] = option
    const next = args[at + 1]
    const takesNext = given === undefined && valued.has(name) && next !== undefined && !next.startsWith("-")
    options.set(name, given ?? (takesNext ? next : ""))
    if (takesNext) at++
  }
  return {
    project: Option.fromNullable(options.get("project") ?? options.get("p")),
    files,
    namesInterpreter: interpreterOptions.some((name) => options.has(name))
  }
}
