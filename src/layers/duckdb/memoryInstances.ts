/**
 * Databases in memory: one for each file name, as long as the scope in which they were made.
 *
 * @since 0.1.0
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { type Binding, load } from "./binding.js"
import { fromCause, missing } from "./errors.js"
import { type Instances, session, settings } from "./instances.js"

interface Held {
  readonly duckdb: Binding
  readonly instance: DuckDBInstance
  readonly writes: Effect.Semaphore
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Instances, never, Scope.Scope> = Effect.gen(function*() {
  const scope = yield* Effect.scope
  const permit = yield* Effect.makeSemaphore(1)
  const databases = new Map<string, Held>()

  const create = Effect.fnUntraced(function*(file: string) {
    const duckdb = yield* load(file)
    const options = settings({ memoryLimit: "512MB", threads: 2 })
    const instance = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () => duckdb.DuckDBInstance.create(":memory:", options),
        catch: fromCause({ file, operation: "open" })
      }),
      (opened) => Effect.sync(() => opened.closeSync())
    ).pipe(Scope.extend(scope))
    const held: Held = { duckdb, instance, writes: yield* Effect.makeSemaphore(1) }
    databases.set(file, held)
    return held
  })

  const connect: Instances["connect"] = Effect.fnUntraced(function*(file, wanted) {
    const held = yield* permit.withPermits(1)(Effect.suspend(() => {
      const known = databases.get(file)
      if (known !== undefined) return Effect.succeed(known)
      return wanted === "write" ? create(file) : missing({ file, operation: "open" })
    }))
    return yield* session(held.duckdb, file, () => held.instance.connect(), held.writes)
  })

  const reduce: Instances["reduce"] = Effect.fnUntraced(function*(file, { deletions }) {
    const { transaction } = yield* connect(file, "read")
    yield* transaction("prune", ({ script }) => script(deletions))
  }, Effect.scoped)

  return {
    connect,
    exists: (file) => Effect.sync(() => databases.has(file)),
    size: () => Effect.succeedNone,
    reduce
  }
})
