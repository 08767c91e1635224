// @effect-diagnostics strictEffectProvide:off
/**
 * Writes the generated pages of docs/, or with `--check` fails when one is not what it would write.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as FileSystem from "@effect/platform/FileSystem"
import { Console, Effect } from "effect"
import { schemaDocs } from "./schemaDocs.js"
import { toolsDocs } from "./toolsDocs.js"

const pages = { "docs/schema.md": schemaDocs, "docs/tools.md": toolsDocs }

const program = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const check = process.argv.includes("--check")
  for (const [file, render] of Object.entries(pages)) {
    const text = render()
    if (!check) yield* fs.writeFileString(file, text)
    else if ((yield* fs.readFileString(file)) !== text) {
      yield* Console.error(`${file} is not up to date: npm run docs`)
      return yield* Effect.fail("docs")
    }
  }
})

NodeRuntime.runMain(Effect.provide(program, NodeContext.layer), { disableErrorReporting: true })
