import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber } from "effect"
import * as MemoryInstances from "../../../src/layers/duckdb/memoryInstances.js"

const two = Effect.gen(function*() {
  const { connect } = yield* MemoryInstances.make
  const [one, other] = yield* Effect.all([connect("f", "write"), connect("f", "write")], { concurrency: 1 })
  yield* one.run("test", "CREATE TABLE t (x INTEGER)")
  return { one, other, rows: Effect.map(other.run("test", "FROM t ORDER BY x"), ({ rows }) => rows.flat()) }
})

describe("session", () => {
  it.scoped("a transaction inside another dies, whichever connection it is of", () =>
    Effect.gen(function*() {
      const { one, other, rows } = yield* two
      const insert = (session: typeof one) => session.transaction("inner", ({ run }) => run("INSERT INTO t VALUES (2)"))
      for (const inner of [insert(one), insert(other), one.run("test", "SELECT 1"), one.read("test", "SELECT 1")]) {
        const exit = yield* Effect.exit(
          one.transaction("outer", ({ run }) => Effect.zipRight(run("INSERT INTO t VALUES (1)"), inner))
        )
        assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
      }
      assert.deepStrictEqual(yield* rows, [])
      // a reader of its own sees the state before
      yield* one.transaction("outer", ({ run }) =>
        Effect.gen(function*() {
          yield* run("INSERT INTO t VALUES (1)")
          assert.deepStrictEqual((yield* other.read("test", "FROM t")).rows, [])
        }))
      assert.deepStrictEqual(yield* rows, [1])
    }))

  it.scoped("transactions come one after the other, and statements of the connection wait for them", () =>
    Effect.gen(function*() {
      const { one, other, rows } = yield* two
      const begun = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const first = yield* Effect.fork(one.transaction("first", ({ run }) =>
        Effect.gen(function*() {
          yield* run("INSERT INTO t VALUES (1)")
          yield* Deferred.succeed(begun, void 0)
          yield* Deferred.await(go)
        })))
      yield* Deferred.await(begun)
      const second = yield* Effect.fork(
        other.transaction("second", ({ run }) => run("INSERT INTO t SELECT max(x) + 1 FROM t"))
      )
      const between = yield* Effect.fork(one.run("test", "FROM t"))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(go, void 0)
      assert.deepStrictEqual((yield* Fiber.join(between)).rows[0], [1])
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      assert.deepStrictEqual(yield* rows, [1, 2])
    }))

  it.scoped("a transaction that fails, dies or is interrupted leaves nothing", () =>
    Effect.gen(function*() {
      const { one, rows } = yield* two
      for (const end of [Effect.fail("no"), Effect.die("no"), Effect.interrupt]) {
        const exit = yield* Effect.exit(
          one.transaction("test", ({ run }) => Effect.zipRight(run("INSERT INTO t VALUES (1)"), end))
        )
        assert.isTrue(Exit.isFailure(exit))
      }
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(one.transaction("test", ({ run }) =>
        Effect.gen(function*() {
          yield* run("INSERT INTO t VALUES (1)")
          yield* Deferred.succeed(begun, void 0)
          yield* run("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3")
        })))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* rows, [])
    }))
})
