/**
 * The example repository's `.venv`, with pytest: what a repository brings along by itself, and codeintel never installs.
 * Made once; it is there whole or not at all.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const example = "examples/python-project"

const run = (command, ...args) => {
  const { error, status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] })
  if (error === undefined && status === 0) return true
  process.stderr.write(`${[command, ...args].join(" ")}: ${error?.message ?? `exit code ${status}`}\n`)
  return false
}

/** False: there is no pytest for the example's tests, and why is on stderr. */
export const prepareExample = () => {
  const place = join(example, ".venv")
  if (existsSync(place)) return true
  const making = mkdtempSync(join(example, ".venv-"))
  // without pip, which Debian's Python cannot put there: that of the machine installs into it
  const made = run("python3", "-m", "venv", "--without-pip", making) &&
    run(
      ...["python3", "-m", "pip", "--python", join(making, "bin", "python"), "install", "--quiet"],
      ...["--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"],
      ...["-r", join(example, "requirements-test.txt")]
    )
  if (made) renameSync(making, place)
  else rmSync(making, { recursive: true, force: true })
  return made
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = prepareExample() ? 0 : 1
