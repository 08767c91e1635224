/**
 * What every setting does, and what it is when nothing is said: for docs/tools.md, and for files that begin with all of
 * them. A key of the schemas without an entry here does not compile.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Setting } from "../../domain/Setting.js"
import { defaultSettings } from "../../domain/ToolsConfig.js"
import type * as Settings from "./settingSchemas.js"
import { type Knowledge, type KnownTool, PROVISION, toolsOf } from "./toolsConfig.js"

type Described = Pick<Setting, "description" | "fallback" | "value"> & { readonly isExample?: true }

const general: Readonly<Record<keyof typeof Settings.GeneralInFile.fields, Described>> = {
  database: {
    description: "the database file",
    fallback: "`.codeintel/codeintel.duckdb` in the repository",
    value: "../codeintel.duckdb",
    isExample: true
  },
  python: {
    description: "the repository's interpreter",
    fallback: "an activated environment of the repository, `.venv`, `venv`, PATH",
    value: ".venv/bin/python",
    isExample: true
  },
  provision: {
    description: "whether pinned tools may be downloaded",
    fallback: String(PROVISION),
    value: PROVISION
  },
  paths: {
    description: "what stands for directories of the repository in reports that were made elsewhere: a table of lists",
    fallback: "none",
    value: {}
  }
}

const ofTool = (
  { enabledByDefault, timeout = defaultSettings.timeout, tool }: KnownTool
): Readonly<Record<keyof typeof Settings.ToolInFile.fields, Described>> => ({
  enabled: { description: "whether it runs", fallback: String(enabledByDefault), value: enabledByDefault },
  path: {
    description: "the executable to use, and then no other is looked for",
    fallback: "searched",
    value: `/usr/local/bin/${tool}`,
    isExample: true
  },
  args: { description: "arguments after our own: a list", fallback: "none", value: defaultSettings.args },
  env: {
    description: "variables for the tool: a table; their values are hashed into the key of a run, never stored",
    fallback: "none",
    value: defaultSettings.env
  },
  timeout: {
    description: "`\"5 minutes\"`, or a number of seconds; then the tool and all it started are stopped",
    fallback: Duration.format(timeout),
    value: Duration.toSeconds(timeout)
  }
})

const listed = (table: Readonly<Record<string, Described>>, tool: Option.Option<string>): ReadonlyArray<Setting> =>
  Object.entries(table).map(([name, { isExample = false, ...described }]) => ({
    key: Option.match(tool, { onNone: () => name, onSome: (of) => `${of}.${name}` }),
    tool,
    isExample,
    ...described
  }))

/**
 * All that a file can say, in the order of docs/tools.md.
 *
 * @since 0.1.0
 * @category getters
 */
export const settings = (knowledge: Knowledge): ReadonlyArray<Setting> => [
  ...listed(general, Option.none()),
  ...toolsOf(knowledge).flatMap((tool) => listed(ofTool(tool), Option.some(tool.tool)))
]
