/**
 * A tool with a fault: a small shell script that a setting puts in the place of the real one, which it may call.
 */
import { Effect, Schema } from "effect"
import { pathVariable } from "../../src/layers/LocalToolResolver.js"
import { codeintel } from "../e2e/command.js"
import { type World, writeExecutable } from "./world.js"

const Report = Schema.parseJson(Schema.Struct({
  tools: Schema.Array(Schema.Struct({ tool: Schema.String, path: Schema.NullOr(Schema.String) }))
}))

/** Where the real tools are, as `codeintel doctor` finds them. */
export const realTools = Effect.fn("faults.realTools")(function*(world: World) {
  const { stdout } = yield* codeintel(["doctor", "--json", world.root], {
    ...world.env,
    CODEINTEL_MYPY_ENABLED: "true"
  })
  const { tools } = yield* Effect.orDie(Schema.decode(Report)(stdout))
  return new Map(tools.flatMap(({ path, tool }) => path === null ? [] : [[tool, path] as const]))
})

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** What is asked beside the report is answered by the real tool. */
const questions = ["*--show-files*", "*dump-config*", "*' --version '*"].join("|")

/** `real` runs the tool that it stands for, `$here` is a directory for its notes. */
export const script = (real: string, body: string): string => {
  const command = real.endsWith(".js")
    ? `${quoted(process.execPath)} ${quoted(real)}`
    : real.endsWith(".py")
    ? `python3 ${quoted(real)}`
    : quoted(real)
  return `#!/bin/sh\nhere=$(dirname "$0")\nreal() { ${command} "$@"; }\ncase " $* " in ${questions}) real "$@"; exit;; esac\n${body}\n`
}

/** Puts the script there; the variables make codeintel use it. */
export const install = Effect.fn("faults.install")(function*(world: World, tool: string, text: string) {
  const file = `${world.directory}/tools/${tool}`
  yield* writeExecutable(file, text)
  return { [pathVariable(tool)]: file }
})
