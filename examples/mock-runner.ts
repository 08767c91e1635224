/**
 * A small app over the library, tested without a single process: what would ruff's findings be, if ruff said this?
 */
import { ToolService } from "codeintel"
import { MockToolRunner, TestRepository, TestTools } from "codeintel/testing"
import { Console, Effect, Layer } from "effect"

const countErrors = Effect.gen(function*() {
  const tools = yield* ToolService
  const ctx = TestRepository.context("/repo", { "app.py": "import os\n" })
  const { errorsByFile } = yield* tools.runRuff(ctx)
  yield* Console.log(`app.py: ${errorsByFile.get("app.py") ?? 0} errors`)
})

const location = { row: 1, column: 8 }
const end = { row: 1, column: 10 }
const F401 = { code: "F401", filename: "/repo/app.py", message: "unused", location, end_location: end }
const runner = MockToolRunner.layer({
  ruff: ({ args }) =>
    args.includes("--show-files") ? { stdout: "/repo/app.py\n" } : { exitCode: 1, stdout: JSON.stringify([F401]) }
})

// @effect-diagnostics-next-line strictEffectProvide:off
Effect.runPromise(countErrors.pipe(Effect.provide(Layer.provide(TestTools.layer, runner))))
