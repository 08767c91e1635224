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
import { withoutPytestCov } from "../coverage/programs.js"
import type { ToolAccess } from "../toolAccess.js"
import * as Failure from "./failure.js"
import * as Run from "./run.js"

/** Its name on the Python path. */
const PLUGIN = "codeintel_selected"

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
    // what is below the repository's state belongs to who holds its lock
    const scratch = yield* Effect.mapError(
      Effect.tap(
        fs.makeTempDirectoryScoped({ prefix: "codeintel-tests-" }),
        (directory) => fs.writeFileString(`${directory}/${PLUGIN}.py`, withoutPytestCov)
      ),
      Failure.refusedByFiles(ctx, ctx.root)
    )
    const { exitCode } = yield* access.start(ctx, location, {
      args: [
        "-p",
        PLUGIN,
        `--override-ini=cache_dir=${scratch}/cache`,
        `--color=${isColored ? "yes" : "no"}`,
        ...settingsOf(ctx.config, "pytest").args,
        ...args
      ],
      // on a terminal its lines would come as they are written, too
      env: { ...Run.env, PYTHONUNBUFFERED: "1" },
      pythonPath: [scratch],
      inherit: "caller",
      onLine
    })
    return exitCode
  },
  Effect.scoped
)
