/**
 * `npm run test:faults`: the part of the faults that a seed picks; `-- --all`: all; `-- --seed WORD`: that part again.
 * What else is given goes to vitest (`-- checkers`, `-- -t "hangs"`).
 */
import { spawnSync } from "node:child_process"
import { parseArgs } from "node:util"

const { tokens, values } = parseArgs({
  args: process.argv.slice(2),
  options: { all: { type: "boolean" }, seed: { type: "string" } },
  strict: false,
  allowPositionals: true,
  tokens: true
})
const ours = new Set(["all", "seed"])
const others = tokens.flatMap((token) =>
  token.kind === "positional"
    ? [token.value]
    : token.kind === "option" && !ours.has(token.name)
    ? [token.rawName, ...(token.value === undefined ? [] : [token.value])]
    : []
)
const seed = typeof values.seed === "string" ? values.seed : "codeintel"
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--project", "faults", "--reporter=default", "--reporter=./test/faults/closingLine.ts", ...others],
  {
    stdio: "inherit",
    env: { ...process.env, FAULTS: values.all === true ? "all" : "part", FAULTS_SEED: seed }
  }
)
process.exitCode = status ?? 1
