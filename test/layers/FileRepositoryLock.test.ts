import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Context, Deferred, Effect, Either, Exit, Fiber, Layer, Schema, Scope } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import * as FileRepositoryLock from "../../src/layers/FileRepositoryLock.js"
import { context } from "../../src/layers/testing/TestRepository.js"
import { RepositoryLock } from "../../src/services/RepositoryLock.js"
import { Live, sh, tempDir, write } from "./repository/temporaryRepository.js"

const host = "here"

const lockOf = (owner: Partial<FileRepositoryLock.LockOwner>) =>
  Effect.map(
    Layer.build(FileRepositoryLock.layerWith({ pid: process.pid, host, ...owner })),
    Context.get(RepositoryLock)
  )

const newContext = Effect.map(tempDir, (root) => context(root, {}))

const exists = (file: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.exists(file))

const names = (ctx: PipelineContext) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.map(fs.readDirectory(ctx.paths.state), (all) => all.sort()))

const put = (ctx: PipelineContext, name: string, text: string) => write(ctx.paths.state, { [name]: text })

const Json = Schema.parseJson(Schema.Unknown)

const holder = (given: Readonly<Record<string, unknown>>) =>
  Schema.encodeSync(Json)({
    id: "dead-1",
    pid: 1,
    host,
    startedAt: "2024-01-01T00:00:00.000Z",
    processStart: null,
    ...given
  })

/** A number that no process has any more. */
const deadPid = Effect.flatMap(tempDir, (dir) => Effect.map(sh(dir, "bash -c 'echo $$'"), Number))

layer(Live, { excludeTestServices: true })("FileRepositoryLock", (it) => {
  it.scoped("is held for the length of the scope, and says by whom", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const ctx = yield* newContext
      const lock = yield* lockOf({})
      yield* Effect.scoped(Effect.gen(function*() {
        yield* lock.acquire(ctx)
        assert.deepInclude(yield* Schema.decode(Json)(yield* fs.readFileString(ctx.paths.lock)), {
          pid: process.pid,
          host
        })
        const error = yield* Effect.flip(lock.acquire(ctx))
        assert.deepInclude(error, { _tag: "IngestLocked", pid: process.pid, host, file: ctx.paths.lock })
      }))
      assert.deepStrictEqual(yield* names(ctx), [".gitignore"])
      yield* Effect.scoped(lock.acquire(ctx))
    }))

  it.scoped("one of many fibers at once gets it", () =>
    Effect.gen(function*() {
      const ctx = yield* newContext
      const lock = yield* lockOf({})
      const results = yield* Effect.all(Array.from({ length: 20 }, () => Effect.either(lock.acquire(ctx))), {
        concurrency: "unbounded"
      })
      assert.lengthOf(results.filter(Either.isRight), 1)
    }))

  it.scoped("two repositories do not wait for each other", () =>
    Effect.gen(function*() {
      const lock = yield* lockOf({})
      yield* lock.acquire(yield* newContext)
      yield* lock.acquire(yield* newContext)
    }))

  it.scoped("is released when the holder is interrupted", () =>
    Effect.gen(function*() {
      const ctx = yield* newContext
      const lock = yield* lockOf({})
      const held = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(
        Effect.scoped(
          lock.acquire(ctx).pipe(Effect.zipRight(Deferred.succeed(held, void 0)), Effect.zipRight(Effect.never))
        )
      )
      yield* Deferred.await(held)
      assert.isTrue(yield* exists(ctx.paths.lock))
      yield* Fiber.interrupt(fiber)
      assert.isFalse(yield* exists(ctx.paths.lock))
    }))

  it.scoped("a release leaves the lock of somebody else alone", () =>
    Effect.gen(function*() {
      const ctx = yield* newContext
      const lock = yield* lockOf({})
      const scope = yield* Scope.make()
      yield* Scope.extend(lock.acquire(ctx), scope)
      yield* put(ctx, "lock", holder({}))
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(yield* exists(ctx.paths.lock))
    }))

  it.scoped("takes the scratch directories with it", () =>
    Effect.gen(function*() {
      const ctx = yield* newContext
      const lock = yield* lockOf({})
      const scope = yield* Scope.make()
      yield* Scope.extend(lock.acquire(ctx), scope)
      yield* put(ctx, "scratch/run/x", "")
      yield* put(ctx, "checkout/repository/x", "")
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* names(ctx), [".gitignore"])
    }))

  describe("of a process that is gone", () => {
    it.scoped("is taken over, and what it left is removed", () =>
      Effect.gen(function*() {
        const ctx = yield* newContext
        const lock = yield* lockOf({})
        const dead = yield* lockOf({ pid: yield* deadPid })
        const scope = yield* Scope.make()
        yield* Scope.extend(dead.acquire(ctx), scope)
        yield* put(ctx, "scratch/run/x", "")
        yield* put(ctx, "checkout/repository/x", "")
        yield* put(ctx, "stat-cache.abc.tmp", "")
        yield* put(ctx, "lock.dead-7", "")
        yield* put(ctx, "pytest-report.json.partial", "")
        yield* put(ctx, "pytest-report.json.json.partial/x", "")
        yield* put(ctx, "stat-cache.young.tmp", "")
        yield* put(ctx, "young.tmp", "")
        yield* put(ctx, "codeintel.duckdb", "")
        yield* sh(ctx.paths.state, "touch -d '1 hour ago' stat-cache.abc.tmp lock.dead-7 codeintel.duckdb")
        yield* lock.acquire(ctx)
        assert.deepStrictEqual(yield* names(ctx), [".gitignore", "codeintel.duckdb", "lock", "young.tmp"])
        yield* Scope.close(scope, Exit.void)
        assert.isTrue(yield* exists(ctx.paths.lock))
      }))

    it.scoped("whose number another process has now is taken over", () =>
      Effect.gen(function*() {
        const ctx = yield* newContext
        const lock = yield* lockOf({})
        yield* put(ctx, "lock", holder({ pid: process.pid, processStart: "1" }))
        yield* lock.acquire(ctx)
      }))

    it.scoped("but is a zombie is taken over", () =>
      Effect.gen(function*() {
        const ctx = yield* newContext
        const lock = yield* lockOf({})
        // the child ends when its parent has become `sleep`, which never asks; a shell would have asked
        const script =
          "bash -c 'until grep -q sleep /proc/$PPID/comm; do sleep 0.01; done; echo $$ > pid'& exec sleep 30"
        yield* Effect.fork(sh(ctx.root, script))
        yield* sh(ctx.root, "until [ -s pid ] && grep -q '^State:.Z' /proc/$(cat pid)/status; do sleep 0.01; done")
        yield* put(ctx, "lock", holder({ pid: Number(yield* sh(ctx.root, "cat pid")) }))
        yield* lock.acquire(ctx)
      }))

    it.scoped("goes to one of many contenders", () =>
      Effect.gen(function*() {
        const pid = yield* deadPid
        const locks = yield* Effect.all(Array.from({ length: 4 }, () => lockOf({})), { concurrency: 4 })
        for (let round = 0; round < 25; round++) {
          const ctx = yield* newContext
          yield* put(ctx, "lock", holder({ pid }))
          const results = yield* Effect.all(
            [...locks, ...locks].map((lock) => Effect.either(lock.acquire(ctx))),
            { concurrency: "unbounded" }
          )
          assert.lengthOf(results.filter(Either.isRight), 1)
        }
      }))

    it.scoped("is not lost to a contender that was slow to act on what it saw", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const ctx = yield* newContext
        yield* put(ctx, "lock", holder({ pid: yield* deadPid }))
        // the slow one stops after it has seen that the owner is dead, before it claims the right to replace the lock
        const reached = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        const slowFiles = FileSystem.make({
          ...fs,
          open: (file, options) =>
            file.endsWith("lock.dead-1")
              ? Deferred.succeed(reached, void 0).pipe(
                Effect.zipRight(Deferred.await(goOn)),
                Effect.zipRight(fs.open(file, options))
              )
              : fs.open(file, options)
        })
        const slow = yield* Effect.provideService(lockOf({}), FileSystem.FileSystem, slowFiles)
        const fast = yield* lockOf({})
        const late = yield* Effect.fork(Effect.either(slow.acquire(ctx)))
        yield* Deferred.await(reached)
        yield* fast.acquire(ctx)
        const before = yield* fs.readFileString(ctx.paths.lock)
        yield* Deferred.succeed(goOn, void 0)
        assert.isTrue(Either.isLeft(yield* Fiber.join(late)))
        assert.strictEqual(yield* fs.readFileString(ctx.paths.lock), before)
        assert.deepStrictEqual(yield* names(ctx), [".gitignore", "lock"])
      }))

    it.scoped("is taken over also after another that died while taking it over", () =>
      Effect.gen(function*() {
        const ctx = yield* newContext
        const lock = yield* lockOf({})
        const pid = yield* deadPid
        yield* put(ctx, "lock", holder({ pid }))
        yield* put(ctx, "lock.dead-1", holder({ pid, id: "dead-2" }))
        yield* lock.acquire(ctx)
        assert.deepStrictEqual(yield* names(ctx), [".gitignore", "lock"])
      }))
  })

  it.scoped("of another host is never taken over, and the message says what to do", () =>
    Effect.gen(function*() {
      const ctx = yield* newContext
      const lock = yield* lockOf({})
      yield* put(ctx, "lock", holder({ pid: yield* deadPid, host: "elsewhere" }))
      const error = yield* Effect.flip(lock.acquire(ctx))
      assert.deepInclude(error, { _tag: "IngestLocked", host: "elsewhere" })
      assert.include(error.message, `delete ${ctx.paths.lock}`)
      assert.isTrue(yield* exists(ctx.paths.lock))
    }))

  describe.each(["", "{\"pid\": 12", "{}", holder({ id: "../../x" }), holder({ pid: -1 })])("damaged: %s", (text) => {
    it.scoped("is respected while it may be in the making, then taken over", () =>
      Effect.gen(function*() {
        const ctx = yield* newContext
        const lock = yield* lockOf({})
        yield* put(ctx, "lock", text)
        assert.deepInclude(yield* Effect.flip(lock.acquire(ctx)), { _tag: "IngestLocked", pid: 0 })
        yield* sh(ctx.paths.state, "touch -d '11 seconds ago' lock")
        yield* lock.acquire(ctx)
      }))
  })

  describe.each(["mkfifo", "mkdir"])("made by %s", (make) => {
    it.scoped("is no lock, and not opened", () =>
      Effect.gen(function*() {
        const ctx = yield* newContext
        const lock = yield* lockOf({})
        yield* sh(ctx.root, `mkdir .codeintel; ${make} .codeintel/lock`)
        assert.deepInclude(yield* Effect.flip(lock.acquire(ctx)), { reason: "StateNotWritable" })
        assert.isTrue(yield* exists(ctx.paths.lock))
      }))
  })

  it.scoped("a place that cannot be written is an error with a remedy", () =>
    Effect.gen(function*() {
      const ctx = yield* newContext
      yield* write(ctx.root, { ".codeintel": "a file" })
      const lock = yield* lockOf({})
      const error = yield* Effect.flip(lock.acquire(ctx))
      assert.deepInclude(error, { _tag: "RepositoryError", reason: "StateNotWritable" })
      assert.include(error.message, "--db FILE")
    }))

  it.scoped("on a full disk nothing is left behind", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const ctx = yield* newContext
      const full = new PlatformError.SystemError({ reason: "WriteZero", module: "FileSystem", method: "write" })
      const fullDisk = FileSystem.make({
        ...fs,
        open: (file, options) => Effect.map(fs.open(file, options), (handle) => ({ ...handle, writeAll: () => full }))
      })
      const lock = yield* Effect.provideService(lockOf({}), FileSystem.FileSystem, fullDisk)
      assert.deepInclude(yield* Effect.flip(lock.acquire(ctx)), { reason: "StateNotWritable" })
      assert.deepStrictEqual(yield* names(ctx), [])
      yield* write(ctx.root, { ".codeintel/.gitignore": "*\n" })
      assert.deepInclude(yield* Effect.flip(lock.acquire(ctx)), { reason: "StateNotWritable" })
      assert.deepStrictEqual(yield* names(ctx), [".gitignore"])
    }))

  it.scoped("leftovers that cannot be removed do not stop the ingest", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const ctx = yield* newContext
      const stubborn = FileSystem.make({
        ...fs,
        remove: (file, options) =>
          file === ctx.paths.scratch
            ? new PlatformError.SystemError({ reason: "PermissionDenied", module: "FileSystem", method: "remove" })
            : fs.remove(file, options)
      })
      const lock = yield* Effect.provideService(lockOf({}), FileSystem.FileSystem, stubborn)
      yield* Effect.provideService(lock.acquire(ctx), FileSystem.FileSystem, stubborn)
      assert.isTrue(yield* exists(ctx.paths.lock))
    }))
})
