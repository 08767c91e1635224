#!/usr/bin/env node
/**
 * Starts the command, which is one CommonJS file, with what V8 compiled of it when it was built: 0.15 s of each start. A
 * cache of another version of V8 is refused by V8 itself, and then the file is compiled as usual. (node 22 has this in
 * `module.enableCompileCache`, node 20 has not.)
 */
import { existsSync, readFileSync } from "node:fs"
import Module, { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { setFlagsFromString } from "node:v8"
import { Script } from "node:vm"

// A function is optimised after seven times as much work as by default: most of a run is code that runs once, and the
// compiler's threads take the cores that the tools want (docs/decisions/0023). Where it was measured: V8 complains of a
// flag that it does not know.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--interrupt-budget=500000")

const directory = dirname(fileURLToPath(import.meta.url))
const filename = join(directory, "command.cjs")
const cache = join(directory, "command.cache")

const script = new Script(Module.wrap(readFileSync(filename, "utf8")), {
  filename,
  ...(existsSync(cache) && { cachedData: readFileSync(cache) })
})
const module = { exports: {} }
script.runInThisContext()(module.exports, createRequire(filename), module, filename, directory)

// the build asks for the cache after a run, which has compiled what a run needs
const made = process.env["_CODEINTEL_BUILD_CACHE"]
if (made !== undefined) {
  const { writeFileSync } = await import("node:fs")
  process.on("exit", () => writeFileSync(made, script.createCachedData()))
}
