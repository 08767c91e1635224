// @effect-diagnostics nodeBuiltinImport:off
/**
 * `npm run test:mutations`: breaks one line after the other in a copy of the sources, and says which tests notice. Ends
 * with 1 when a break goes unnoticed.
 */
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { mutations } from "../test/mutations/mutations.js"

const copy = mkdtempSync(join(tmpdir(), "codeintel-mutations-"))
for (
  const name of [
    "src",
    "test",
    "pins",
    "dist",
    "examples/python-project",
    "package.json",
    "tsconfig.json",
    "vitest.config.ts"
  ]
) {
  cpSync(name, join(copy, name), { recursive: true, verbatimSymlinks: true })
}
symlinkSync(resolve("node_modules"), join(copy, "node_modules"))

const failing = (tests: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      ...["run", "--project", "unit", "--reporter=json", "--bail=1"],
      // a machine that is busy is no test that notices
      ...["--testTimeout=600000", "--hookTimeout=600000"],
      ...tests
    ],
    { cwd: copy, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 28 }
  )
  const report: unknown = JSON.parse(stdout.slice(stdout.indexOf("{")))
  return (report as {
    testResults: Array<
      { assertionResults: Array<{ status: string; fullName: string }>; status: string; name: string; message: string }
    >
  })
    .testResults.flatMap(({ assertionResults, message, status }) =>
      assertionResults.filter((test) => test.status === "failed").map((test) => test.fullName)
        .concat(status === "failed" && assertionResults.length === 0 ? [`does not load: ${message}`] : [])
    )
}

const say = (text: string) => process.stdout.write(`${text}\n`)

try {
  const all = [...new Set(mutations.flatMap(({ tests }) => tests))]
  const before = failing(all)
  if (before.length > 0) throw new Error(`tests fail without a break: ${before.join(", ")}`)
  let unnoticed = 0
  say("| file | broken | noticed by |\n| --- | --- | --- |")
  for (const { broken, file, line, loses, tests } of mutations) {
    const text = readFileSync(file, "utf8")
    if (text.split(line).length !== 2) throw new Error(`${file}: not there exactly once: ${line}`)
    writeFileSync(join(copy, file), text.replace(line, () => broken))
    const [first] = failing(tests)
    writeFileSync(join(copy, file), text)
    if (first === undefined) unnoticed++
    say(`| ${file.slice(file.lastIndexOf("/") + 1)} | ${loses} | ${first ?? "**nothing**"} |`)
  }
  say(`\n${mutations.length} lines broken, ${mutations.length - unnoticed} noticed`)
  process.exitCode = unnoticed === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
