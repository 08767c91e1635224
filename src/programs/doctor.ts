/**
 * Whether everything is there that an ingest needs, and what to do where it is not.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import { Budget } from "../services/Budget.js"
import { ToolProvisioner } from "../services/ToolProvisioner.js"
import { ToolResolver } from "../services/ToolResolver.js"
import { ToolService } from "../services/ToolService.js"

/**
 * What was found out about one tool. NULL: not known, or not there.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolCheckup {
  readonly tool: ToolName
  /** `off`: not there or not asked, and the configuration does not want it. */
  readonly state: "ok" | "missing" | "broken" | "off"
  readonly version: string | null
  readonly path: string | null
  readonly foundBy: string | null
  readonly problem: string | null
  /** A command or a setting that mends it. */
  readonly remedy: string | null
}

/**
 * @since 0.1.0
 * @category models
 */
export interface DoctorReport {
  readonly repo: string
  /** What an ingest may take of the machine, and where that is set. */
  readonly budget: {
    readonly cores: number
    readonly coresFrom: string
    readonly memoryBytes: number
    readonly memoryFrom: string
  }
  readonly tools: ReadonlyArray<ToolCheckup>
  readonly notices: ReadonlyArray<string>
  /** Nothing is missing or broken. */
  readonly healthy: boolean
}

const absent = { version: null, path: null, foundBy: null, problem: null, remedy: null }

const checkTool = Effect.fn("doctor.tool")(function*(ctx: PipelineContext, tool: ToolName) {
  const resolver = yield* ToolResolver
  const tools = yield* ToolService
  if (!settingsOf(ctx.config, tool).enabled) {
    const off: ToolCheckup = { ...absent, tool, state: "off", remedy: `to use it: ${tool}.enabled = true` }
    return off
  }
  if (ctx.config.untrusted && (tool === "pytest" || tool === "coverage")) {
    const off: ToolCheckup = { ...absent, tool, state: "off", remedy: "to use it: without --untrusted" }
    return off
  }
  const located = yield* Effect.either(resolver.locate(ctx, tool))
  if (Either.isLeft(located)) {
    const { hint, searched } = located.left
    const missing: ToolCheckup = {
      ...absent,
      tool,
      state: "missing",
      problem: `not found in ${searched.join(", ")}`,
      remedy: hint
    }
    return missing
  }
  const { foundBy, identity } = located.right
  const found = { ...absent, tool, path: identity, foundBy }
  const version = yield* Effect.either(tools.version(tool, ctx))
  const checkup: ToolCheckup = Either.match(version, {
    onLeft: (error) => ({
      ...found,
      state: "broken",
      problem: error.message,
      remedy: `reinstall ${tool}, or name another with CODEINTEL_${tool.toUpperCase().replaceAll("-", "_")}_PATH`
    }),
    onRight: (said) => ({ ...found, state: "ok", version: said })
  })
  return checkup
})

const checkInterpreter = (ctx: PipelineContext): ToolCheckup =>
  Option.match(ctx.interpreter, {
    onNone: () => ({
      ...absent,
      tool: "python",
      state: "missing",
      problem: "no Python interpreter was found",
      remedy: "install Python 3, make a .venv in the repository, or name one with --python"
    }),
    onSome: ({ chosenBecause, executable, version }) => ({
      ...absent,
      tool: "python",
      state: "ok",
      version,
      path: executable,
      foundBy: chosenBecause
    })
  })

/**
 * Looks at every tool that an ingest of `ctx` would use. With `fix`, pinned tools that are missing are installed first.
 *
 * @since 0.1.0
 * @category programs
 */
export const doctor = Effect.fn("doctor")(function*(ctx: PipelineContext, options: { readonly fix: boolean }) {
  const provisioner = yield* ToolProvisioner
  const { origins, total } = yield* Budget
  const { checkers } = yield* ToolService
  const examine = (tool: ToolName) =>
    Effect.gen(function*() {
      const first = yield* checkTool(ctx, tool)
      if (!options.fix || first.state !== "missing" || !provisioner.pins.has(tool)) return first
      const installed = yield* Effect.either(provisioner.provision(ctx, tool))
      return Either.isRight(installed)
        ? yield* checkTool(ctx, tool)
        : { ...first, problem: installed.left.searched.join(", "), remedy: installed.left.hint }
    })
  const tools = [
    checkInterpreter(ctx),
    ...yield* Effect.forEach([...checkers, "pytest", "coverage", "scip-python", "git"], examine, { concurrency: 4 })
  ]
  const report: DoctorReport = {
    repo: ctx.root,
    budget: { ...total, coresFrom: origins.cores, memoryFrom: origins.memoryBytes },
    tools,
    notices: ctx.notices,
    healthy: tools.every(({ state }) => state === "ok" || state === "off")
  }
  return report
})
