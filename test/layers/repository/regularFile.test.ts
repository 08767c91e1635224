import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as RegularFile from "../../../src/layers/repository/regularFile.js"

layer(NodeContext.layer, { excludeTestServices: true })("RegularFile", (it) => {
  it.scoped("is read whole, as text, and in pieces, also through a link", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      const text = "é".repeat(600_000)
      yield* fs.writeFileString(`${directory}/text`, text)
      yield* fs.symlink("text", `${directory}/link`)
      assert.strictEqual(yield* RegularFile.readText(`${directory}/link`), text)
      const pieces = yield* Stream.runCollect(RegularFile.stream(`${directory}/link`))
      assert.strictEqual(pieces.length, 2)
      assert.deepStrictEqual(Buffer.concat([...pieces]), Buffer.from(text))
    }))

  it.scoped("a pipe and a device are none: what would never end is not begun", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      yield* Command.exitCode(Command.make("mkfifo", `${directory}/pipe`))
      yield* fs.symlink("/dev/zero", `${directory}/device`)
      for (const file of ["pipe", "device", "."].map((name) => `${directory}/${name}`)) {
        for (const read of [RegularFile.readText(file), Stream.runDrain(RegularFile.stream(file))]) {
          assert.include((yield* Effect.flip(read)).message, "no regular file")
        }
      }
    }))
})
