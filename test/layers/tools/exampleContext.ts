/** The example repository, of which the reports in test/fixtures/import are. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect } from "effect"
import * as TestRepository from "../../../src/layers/testing/TestRepository.js"

export const importFixture = (name: string) => new URL(`../../fixtures/import/${name}`, import.meta.url).pathname

/** As it is in this checkout; nothing is written to it. */
export const exampleContext = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = path.resolve("examples/python-project")
  const names = yield* fs.readDirectory(root, { recursive: true })
  const files = names.filter((name) => !/(^|\/)(\.venv|\.codeintel|__pycache__|\.\w+_cache)(\/|$)/.test(name))
    .filter((name) => /\.\w+$/.test(name) && !name.startsWith("."))
  const sources: Record<string, string> = {}
  for (const name of files) sources[name] = yield* fs.readFileString(path.join(root, name))
  return TestRepository.context(root, sources, {
    importRoots: ["src", "."],
    aliases: new Map([["src/parcels/tariffs.py", "src/parcels/rates.py"]])
  })
})
