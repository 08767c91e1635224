/**
 * All settings as a text to begin with.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Setting, SettingsFileName } from "../../domain/Setting.js"

const head: Readonly<Record<SettingsFileName, string>> = {
  "pyproject.toml": "[tool.codeintel]\n",
  "codeintel.toml": ""
}

const intro = `# Settings of codeintel: each is here at its default, behind a #; take the # away to change one.
# codeintel config says what is in force and where it was said; docs/tools.md explains the tools.
`

const entry = ({ description, fallback, isExample, key, value }: Setting) =>
  // TOML writes these as JSON does
  `# ${description}${isExample ? ` (default: ${fallback}; this is an example)` : ""}\n#${key} = ${
    JSON.stringify(value)
  }\n`

/**
 * `# what it does` and `#key = default` of every setting. Keys are dotted, so that each can be taken by itself, and the
 * table of pyproject.toml comes first.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderSettings = (settings: ReadonlyArray<Setting>, file: SettingsFileName): string => {
  const parts = settings.map((setting, at) => {
    const isNext = at === 0 || !Option.contains(settings[at - 1]?.tool ?? Option.none(), Option.getOrNull(setting.tool))
    return `${isNext && (at === 0 || Option.isSome(setting.tool)) ? "\n" : ""}${entry(setting)}`
  })
  return `${head[file]}${intro}${parts.join("")}`
}
