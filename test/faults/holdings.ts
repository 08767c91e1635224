// @effect-diagnostics nodeBuiltinImport:off
/**
 * What a process holds: descriptors, children, memory. Looked at from within.
 */
import { Effect, Option, Schema } from "effect"
import { readdirSync, readFileSync, readlinkSync } from "node:fs"

export const Holdings = Schema.Struct({
  /** What the open descriptors are of. */
  descriptors: Schema.Array(Schema.String),
  /** How the children were started. */
  children: Schema.Array(Schema.String),
  /** On the heap, and beside it for what is on it; after garbage was collected. */
  heapBytes: Schema.Number,
  residentBytes: Schema.Number
})

export const Report = Schema.Struct({
  /** Before there is a Layer. */
  atFirst: Holdings,
  /** Of one Layer, after some ingests, and after many more. */
  early: Holdings,
  late: Holdings,
  /** When the Layer has ended. */
  afterwards: Holdings,
  /** What became of the tools, each outcome once. */
  outcomes: Schema.Array(Schema.String)
})

// the one that lists them is gone when it is asked about
const linkOf = Option.liftThrowable((file: string) => readlinkSync(file, "utf8"))

const textOf = Option.liftThrowable((file: string) => readFileSync(file, "utf8"))

/** Inodes and process ids are other ones the next time. */
const descriptors = () =>
  readdirSync("/proc/self/fd")
    .flatMap((descriptor) => Option.toArray(linkOf(`/proc/self/fd/${descriptor}`)))
    .map((link) => link.replace(/\d+/g, "N"))
    .sort()

const children = () =>
  readdirSync("/proc/self/task")
    .flatMap((thread) => Option.toArray(textOf(`/proc/self/task/${thread}/children`)))
    .flatMap((pids) => pids.split(" ").filter((pid) => pid !== ""))
    .map((pid) => Option.getOrElse(textOf(`/proc/${pid}/cmdline`), () => "gone").split("\0").at(3) ?? "")
    .sort()

/** Needs `--expose-gc`. */
export const look = Effect.sync((): typeof Holdings.Type => {
  // what finalizers let go is collected by the second
  globalThis.gc?.()
  globalThis.gc?.()
  const { arrayBuffers, external, heapUsed, rss } = process.memoryUsage()
  return {
    descriptors: descriptors(),
    children: children(),
    heapBytes: heapUsed + external + arrayBuffers,
    residentBytes: rss
  }
})
