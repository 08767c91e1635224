/**
 * The thread that decodes, from where the bundled command and the library find it: where it is missing, nobody would notice
 * but by the time that an import takes.
 */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"

const file = fileURLToPath(new URL("../fixtures/scip/example.scip", import.meta.url))

it.effect.each(["bin", "layers/scip"])(
  "dist/%s/decodeWorker.js decodes",
  (directory) =>
    Effect.async<void>((resume) => {
      const credits = new Int32Array(new SharedArrayBuffer(4))
      credits[0] = 100
      const options = { file, root: "/", base: "", documents: new Set(), isChecked: false, batchBytes: 1 << 20 }
      const tags: Array<string> = []
      const worker = new Worker(new URL(`../../dist/${directory}/decodeWorker.js`, import.meta.url), {
        workerData: { options, credits }
      })
      worker.on("message", ({ _tag }: { readonly _tag: string }) => tags.push(_tag))
      worker.on("error", (error) => resume(Effect.die(error)))
      worker.on("exit", () => resume(Effect.sync(() => assert.deepStrictEqual(tags, ["Batch", "External", "End"]))))
    })
)
