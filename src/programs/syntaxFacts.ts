/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Module, PipelineContext } from "../domain/PipelineContext.js"
import { PythonSyntax } from "../services/PythonSyntax.js"
import { Repositories } from "../services/Repositories.js"
import type { SyntaxRow } from "../services/Warehouse.js"
import type { ImportCounts, Prior } from "./prior.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface NewSyntaxFacts {
  /** Of the contents that had none. */
  readonly rows: ReadonlyArray<SyntaxRow>
  /** Of all modules. */
  readonly importCounts: ImportCounts
}

/**
 * The syntax facts of the contents that have none yet. A file that is no longer what the snapshot holds is left out: its
 * facts would be stored under the wrong content.
 *
 * @since 0.1.0
 * @category programs
 */
export const newSyntaxFacts = Effect.fn("newSyntaxFacts")(function*(
  ctx: PipelineContext,
  prior: Pick<Prior, "unknownContents" | "importCounts">
) {
  const syntax = yield* PythonSyntax
  const repositories = yield* Repositories
  const byHash = new Map<string, Module>(ctx.modules.map((module) => [module.contentHash, module]))

  const rows: Array<SyntaxRow> = []
  for (const contentHash of prior.unknownContents) {
    const module = byHash.get(contentHash)
    if (module === undefined) continue
    const text = yield* repositories.readModule(ctx, module)
    if (Option.isNone(text)) continue
    rows.push({ contentHash, facts: yield* syntax.analyze(text.value), source: text.value })
    // parsing is synchronous; tools are talking to us meanwhile
    yield* Effect.yieldNow()
  }
  const facts: NewSyntaxFacts = {
    rows,
    importCounts: new Map([
      ...prior.importCounts,
      ...rows.map(({ contentHash, facts }) => [contentHash, facts.imports.length] as const)
    ])
  }
  return facts
})
