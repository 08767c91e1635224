import { Effect, Layer } from "effect"
import type { CheckReport } from "../../src/domain/CheckReport.js"
import type { Diagnostic } from "../../src/domain/Diagnostic.js"
import { type PipelineContext, repositoryOf } from "../../src/domain/PipelineContext.js"
import * as MockToolService from "../../src/layers/testing/MockToolService.js"
import * as TestPipeline from "../../src/layers/testing/TestPipeline.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { Repositories } from "../../src/services/Repositories.js"
import type { ToolError } from "../../src/services/ToolService.js"

/** Finds every line with `!rule`, and reports it as the tool that is asked: `message` is what stands before the mark. */
export const marks =
  (tool: string, overrides: Partial<CheckReport> = {}) =>
  (ctx: PipelineContext): Effect.Effect<CheckReport, ToolError, never> =>
    Effect.gen(function*() {
      const diagnostics: Array<Diagnostic> = []
      for (const module of ctx.modules) {
        const text = texts.get(module.contentHash) ?? ""
        text.split("\n").forEach((line, index) => {
          const [, rule] = /# !(\S+)/.exec(line) ?? []
          if (rule === undefined) return
          diagnostics.push({
            tool,
            relPath: module.relPath,
            startLine: index + 1,
            startColumn: line.search(/\S/) + 1,
            endLine: index + 1,
            endColumn: line.length + 1,
            severity: rule.startsWith("w") ? "warning" : "error",
            rule,
            message: `${rule} in ${repositoryOf(ctx)}/${module.relPath}`,
            fingerprint: `${tool} ${rule} ${index}`
          })
        })
      }
      return MockToolService.report({
        measured: ctx.modules.map(({ relPath }) => relPath),
        diagnostics,
        version: "1.0",
        overrides
      })
    })

/** By hash: a report is made from what a context says. */
const texts = new Map<string, string>()

const remember = (sources: TestRepository.Sources) => {
  const { modules } = TestRepository.context("/", sources)
  for (const { contentHash, relPath } of modules) texts.set(contentHash, sources[relPath] ?? "")
}

/** A repository with these files, and the same at the commit `base`. */
export const world = (
  base: TestRepository.Sources,
  head: TestRepository.Sources,
  answers: Parameters<typeof MockToolService.layer>[0] = { pyright: marks("pyright") },
  others: Parameters<typeof MockToolService.layer>[1] = {}
) => {
  remember(base)
  remember(head)
  return Layer.merge(MockToolService.layer(answers, others), TestPipeline.layer(head, { revisions: { base } }))
}

export const opened = Effect.flatMap(Repositories, ({ open }) => open("/repo"))
