/** Repositories on disk, and what an import has stored of them. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { Warehouse } from "../../src/services/Warehouse.js"

/** A directory with these files, and what opens it. */
export const repository = Effect.fnUntraced(function*(sources: TestRepository.Sources) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  for (const [relPath, text] of Object.entries(sources)) {
    yield* fs.makeDirectory(path.dirname(path.join(root, relPath)), { recursive: true })
    yield* fs.writeFileString(path.join(root, relPath), text)
  }
  return TestRepository.context(root, sources)
})

export const rowsOf = (ctx: PipelineContext, sql: string) =>
  Effect.flatMap(
    Warehouse,
    (warehouse) => Effect.map(warehouse.ask(ctx.paths.database, sql, { maxRows: 100 }), ({ rows }) => rows)
  )
