// @effect-diagnostics nodeBuiltinImport:off
/**
 * What the tests need that `npm ci` does not bring: the built command as the sources are now, and the pinned Python
 * tools in the tool cache.
 */
import { execFileSync } from "node:child_process"

export default function setup(): void {
  const run = (command: string, args: ReadonlyArray<string>) => execFileSync(command, args, { stdio: ["ignore", 2, 2] })
  run(process.execPath, ["scripts/exampleEnvironment.mjs"])
  run("npm", ["run", "--silent", "build"])
  run(process.execPath, ["test/provisionTools.mjs"])
}
