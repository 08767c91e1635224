/**
 * Tools that are packages of the repository's own interpreter, found by the files that these packages consist of. Starts
 * nothing.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Interpreter } from "../domain/PipelineContext.js"
import type { ToolLocation } from "../domain/ToolLocation.js"
import type { ToolName } from "../domain/ToolName.js"
import * as RegularFile from "./repository/regularFile.js"

interface PackageTool {
  readonly module: string
  /** One of them is there when the package is; the first that is identifies it. */
  readonly marks: ReadonlyArray<string>
  /** Why an installed version will not do. */
  readonly refuses: (version: string) => Option.Option<string>
}

/** `--data-file`, with which nothing of it is written into the repository: 6.2 has it not, 6.3 has it. */
const OLDEST_COVERAGE = [6, 3] as const

const tooOld = (version: string): Option.Option<string> => {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10))
  const [oldestMajor, oldestMinor] = OLDEST_COVERAGE
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
    ? Option.none()
    : Option.some(`${version} is older than ${OLDEST_COVERAGE.join(".")}`)
}

const packageTools: ReadonlyMap<ToolName, PackageTool> = new Map([
  ["pytest", { module: "pytest", marks: ["pytest/__main__.py", "pytest.py"], refuses: Option.none }],
  ["coverage", { module: "coverage", marks: ["coverage/version.py"], refuses: tooOld }],
  ["pytest-reportlog", { module: "pytest_reportlog", marks: ["pytest_reportlog/plugin.py"], refuses: Option.none }]
])

/**
 * Whether a tool is to run in the repository's interpreter, and in no other.
 *
 * @since 0.1.0
 * @category predicates
 */
export const runsInIt = (tool: ToolName): boolean => packageTools.has(tool)

/**
 * @since 0.1.0
 * @category models
 */
export interface Search {
  readonly searched: ReadonlyArray<string>
  readonly found: Option.Option<ToolLocation>
}

const versionIn = (names: ReadonlyArray<string>, { module }: PackageTool): Option.Option<string> =>
  Option.firstSomeOf(names.map((name) => {
    const [, distribution = "", version = ""] = /^([\w.]+)-(\d[^-]*)(?:-.*)?\.(?:dist|egg)-info$/.exec(name) ?? []
    return distribution.toLowerCase() === module ? Option.some(version) : Option.none()
  }))

/**
 * The first of the interpreter's directories of packages that has the tool decides, as it does for Python. A project that
 * is installed as editable has no files of its own there, but metadata that say so.
 *
 * @since 0.1.0
 * @category constructors
 */
export const inPackages = Effect.fn("repositoryPython.inPackages")(function*(interpreter: Interpreter, tool: ToolName) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const wanted = packageTools.get(tool)
  const searched: Array<string> = []
  const none = (): Search => ({ searched, found: Option.none() })
  if (wanted === undefined) return none()

  const exists = (file: string) => Effect.orElseSucceed(fs.exists(file), () => false)
  for (const site of interpreter.sitePackages) {
    const names = yield* Effect.orElseSucceed(fs.readDirectory(site), (): ReadonlyArray<string> => [])
    const editable = names
      .filter((name) => Option.isSome(versionIn([name], wanted)) && name.endsWith(".dist-info"))
      .map((name) => path.join(name, "direct_url.json"))
    const mark = yield* Effect.findFirst([...wanted.marks, ...editable], (file) => exists(path.join(site, file)))
    if (Option.isNone(mark)) {
      searched.push(site)
      continue
    }
    const refused = Option.flatMap(versionIn(names, wanted), wanted.refuses)
    if (Option.isSome(refused)) {
      searched.push(`${site} (${tool} ${refused.value})`)
      return none()
    }
    const { executable } = interpreter
    const search: Search = {
      searched,
      found: Option.some({
        tool,
        executable,
        prefixArgs: ["-m", wanted.module],
        identity: path.join(site, mark.value),
        foundBy: "repository"
      })
    }
    return search
  }
  return none()
})

/** A script of Python that an installer made is some lines. */
const MAX_SCRIPT = 64 * 1024

/** The interpreter of a script: named after `#!`, or, where its path is long, in a line that is Python and shell. */
const interpreterOf = (text: string): Option.Option<string> => {
  const [, named = ""] = /^#!\s*("[^"\n]+"|\S+)/.exec(text) ?? []
  const [, executed = ""] = /^'''exec' ("[^"\n]+"|\S+) "\$0"/m.exec(text) ?? []
  const [, wrapped = ""] = /^#!\s*\S*\/env\s+(\S+)/.exec(text) ?? []
  return Option.map(
    Option.fromNullable([executed, wrapped, named].find((each) => /\b(?:python|pypy)[\d.]*"?$/.test(each))),
    (each) => each.replaceAll("\"", "")
  )
}

/**
 * How a file that the user named is started: a script of Python by the interpreter in its first line, or by the
 * repository's where that is `env`'s to choose or not said (`.py`); anything else by itself.
 *
 * @since 0.1.0
 * @category constructors
 */
export const configuredScript = Effect.fn("repositoryPython.configuredScript")(function*(
  file: string,
  interpreter: Option.Option<Interpreter>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const text = yield* fs.stat(file).pipe(
    Effect.flatMap(({ size }) => size > MAX_SCRIPT ? Effect.succeed("") : RegularFile.readText(file)),
    // one that cannot be read may still be executed
    Effect.orElseSucceed(() => "")
  )
  const said = interpreterOf(text)
  const ofRepository = Option.map(interpreter, ({ executable }) => executable)
  const python = Option.match(said, {
    onNone: () => path.extname(file) === ".py" ? ofRepository : Option.none(),
    onSome: (named) => path.isAbsolute(named) ? said : ofRepository
  })
  return Option.match(python, {
    onNone: () => ({ executable: file, prefixArgs: [] }),
    onSome: (executable) => ({ executable, prefixArgs: [file] })
  })
})
