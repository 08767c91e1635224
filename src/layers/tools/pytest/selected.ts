/**
 * pytest as somebody types it, for some of the tests.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { settingsOf } from "../../../domain/ToolsConfig.js"
import type { SelectedTestsOptions } from "../../../services/ToolService.js"
import { temporaryDirectory } from "../../repository/stateDirectory.js"
import type { ToolAccess } from "../toolAccess.js"
import * as Failure from "./failure.js"
import * as Run from "./run.js"

/**
 * Its cache is not written into the repository; all else is as the repository configures it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const run = Effect.fn("pytest.selected")(
  function*(access: ToolAccess, ctx: PipelineContext, { args, isColored, onLine }: SelectedTestsOptions) {
    const fs = yield* FileSystem.FileSystem
    const location = yield* access.locate(ctx, "pytest")
    const scratch = yield* Effect.mapError(
      Effect.zipRight(
        fs.makeDirectory(ctx.paths.scratch, { recursive: true }),
        temporaryDirectory({ directory: ctx.paths.scratch, prefix: "pytest-" })
      ),
      Failure.refusedByFiles(ctx, ctx.paths.scratch)
    )
    const { exitCode } = yield* access.start(ctx, location, {
      args: [
        `--override-ini=cache_dir=${scratch}`,
        `--color=${isColored ? "yes" : "no"}`,
        ...settingsOf(ctx.config, "pytest").args,
        ...args
      ],
      // on a terminal its lines would come as they are written, too
      env: { ...Run.env, PYTHONUNBUFFERED: "1" },
      inherit: "caller",
      onLine
    })
    return exitCode
  },
  Effect.scoped
)
