// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as PackagedReportPage from "../../src/layers/PackagedReportPage.js"
import { ReportPage } from "../../src/services/ReportPage.js"

const Live = PackagedReportPage.layer.pipe(Layer.provideMerge(NodeContext.layer))

describe("PackagedReportPage", () => {
  it.effect("has one place for the data, and nothing that is loaded from elsewhere", () =>
    Effect.gen(function*() {
      const template = yield* (yield* ReportPage).template
      assert.lengthOf(template.split("{{data}}"), 2)
      assert.notMatch(template, /\b(src|href)="https?:/)
    }).pipe(Effect.provide(Live)))

  it.scoped("takes the place of the page before in one step, and leaves nothing when it cannot", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const page = yield* ReportPage
      const directory = yield* fs.makeTempDirectoryScoped()
      const file = `${directory}/page.html`
      // what writes into the file that is there would write into the device
      yield* fs.symlink("/dev/null", file)
      assert.strictEqual(yield* page.write(file, "<p>ü</p>"), 9)
      assert.strictEqual(yield* fs.readFileString(file), "<p>ü</p>")
      for (const refused of [`${directory}/none/page.html`, directory]) {
        const error = yield* Effect.flip(page.write(refused, ""))
        assert.deepStrictEqual([error._tag, error.file], ["ReportNotWritten", refused])
      }
      assert.deepStrictEqual(yield* fs.readDirectory(directory), ["page.html"])
    }).pipe(Effect.provide(Live)))
})
