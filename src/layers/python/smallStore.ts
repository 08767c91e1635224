/**
 * Values that are remembered from one process to the next, a file each. Whatever is wrong with one, it is not there.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { replaceFile } from "../replaceFile.js"

/**
 * A value, and what it holds for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stamped<A> {
  readonly stamp: string
  readonly value: A
}

/**
 * @since 0.1.0
 * @category models
 */
export interface SmallStore<A> {
  readonly recall: (id: string) => Effect.Effect<Option.Option<Stamped<A>>>
  /** What cannot be written is said in the log, and asked again the next time. */
  readonly remember: (id: string, stamped: Stamped<A>) => Effect.Effect<void>
}

/**
 * In a directory that is made when there is something to keep in it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*<A, I>(directory: string, schema: Schema.Schema<A, I>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const Text = Schema.parseJson(Schema.Struct({ stamp: Schema.String, value: schema }))
  const fileOf = (id: string) => path.join(directory, `${id}.json`)

  const recall: SmallStore<A>["recall"] = (id) =>
    Effect.option(Effect.flatMap(fs.readFileString(fileOf(id)), Schema.decode(Text)))

  const remember: SmallStore<A>["remember"] = Effect.fnUntraced(
    function*(id, stamped) {
      const text = yield* Schema.encode(Text)(stamped)
      yield* fs.makeDirectory(directory, { recursive: true })
      yield* replaceFile(fileOf(id), text)
    },
    Effect.provideService(FileSystem.FileSystem, fs),
    Effect.catchAll((error) => Effect.logDebug(`an answer is not remembered: ${error.message}`))
  )

  const store: SmallStore<A> = { recall, remember }
  return store
})
