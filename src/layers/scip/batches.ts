/**
 * An index file as a stream of batches: of a large one they are decoded by a thread of its own, while this one writes.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { Worker } from "node:worker_threads"
import { ScipMalformed } from "../../domain/errors.js"
import type { ScipBatch } from "../../domain/ScipBatch.js"
import * as BatchSource from "./batchSource.js"
import type { DecodeRequest } from "./decodeWorker.js"

/**
 * @since 0.1.0
 * @category models
 */
export type BatchesOptions = Omit<BatchSource.SourceOptions, "batchBytes"> & {
  /** Bytes of a file that is worth a thread; starting one takes 50 ms of CPU. */
  readonly worthThread?: number
}

const defaultWorthThread = 1 << 24

/** Bytes of a batch: of a thread's, and of one that this thread makes between two turns of the event loop. */
const batchBytes = { thread: 1 << 23, here: 1 << 20 }

/** Batches that wait to be written. */
const ahead = 2

type Pulled = Exclude<BatchSource.Piece, { readonly _tag: "End" | "Malformed" }>

const pulled = (
  file: string,
  piece: BatchSource.Piece
): Effect.Effect<ScipBatch | BatchSource.External, Option.Option<ScipMalformed>> => {
  switch (piece._tag) {
    case "End":
      return Effect.fail(Option.none())
    case "Malformed":
      return Effect.fail(Option.some(new ScipMalformed({ file, offset: piece.offset, problem: piece.problem })))
    default:
      return Effect.succeed(piece)
  }
}

const here = (options: BatchSource.SourceOptions): Stream.Stream<Pulled, ScipMalformed> =>
  Stream.acquireRelease(
    Effect.sync(() => BatchSource.make(options)),
    (source) => Effect.sync(source.close)
  ).pipe(
    Stream.flatMap((source) =>
      Stream.repeatEffectOption(
        Effect.zipLeft(Effect.suspend(() => pulled(options.file, source.next())), Effect.yieldNow())
      )
    )
  )

const isSource = import.meta.url.endsWith(".ts")

/** Beside this file in the sources, in the package, and in the bundle. */
const workerFile = new URL(`./decodeWorker.${isSource ? "ts" : "js"}`, import.meta.url)

/** node 20 reads no TypeScript by itself: of our own tests alone. */
const throughTsx = `import("tsx/esm/api").then(({ tsImport }) => tsImport("${workerFile.href}", "${workerFile.href}"))`

/** A piece, or what the thread died of. */
type Message = BatchSource.Piece | Error

const startWorker = (request: DecodeRequest, queue: Queue.Queue<Message>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const worker = isSource
        ? new Worker(throughTsx, { eval: true, workerData: request })
        : new Worker(workerFile, { workerData: request })
      worker.on("message", (message: BatchSource.Piece) => queue.unsafeOffer(message))
      worker.on("error", (error) => queue.unsafeOffer(error))
      return worker
    }),
    (worker) => Effect.promise(() => worker.terminate())
  )

const inThread = (options: BatchSource.SourceOptions): Stream.Stream<Pulled, ScipMalformed> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const queue = yield* Queue.unbounded<Message>()
    const credits = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    credits[0] = ahead
    yield* startWorker({ options, credits }, queue)
    // what was one object there is another in each message
    const numbering = {}
    return Stream.repeatEffectOption(Effect.gen(function*() {
      const message = yield* Queue.take(queue)
      if (message instanceof Error) return yield* Effect.die(message)
      Atomics.add(credits, 0, 1)
      Atomics.notify(credits, 0)
      const piece = yield* pulled(options.file, message)
      return piece._tag === "Batch" ? { ...piece, numbering } : piece
    }))
  }))

/**
 * As `ScipReader.batches`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const batches = (
  { worthThread = defaultWorthThread, ...options }: BatchesOptions
): Stream.Stream<Pulled, ScipMalformed, FileSystem.FileSystem | Path.Path> =>
  Stream.unwrap(Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { size } = yield* Effect.mapError(fs.stat(options.file), (cause) =>
      new ScipMalformed({ file: options.file, offset: 0, problem: `it cannot be read (${cause.message})` }))
    if (Number(size) < worthThread) {
      return here({ ...options, batchBytes: batchBytes.here })
    }
    // an application that was bundled may have no such file
    const worker = yield* Effect.orDie(path.fromFileUrl(workerFile))
    return (yield* Effect.orElseSucceed(fs.exists(worker), () =>
        false))
      ? inThread({ ...options, batchBytes: batchBytes.thread })
      : here({ ...options, batchBytes: batchBytes.here })
  }))
