/**
 * `ReportReader` over files.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type ReportReason, ReportRefused } from "../domain/errors.js"
import { ForeignReport } from "../domain/ForeignReport.js"
import { type ReportFormat, reportFormats } from "../domain/ReportFormat.js"
import { ReportReader } from "../services/ReportReader.js"
import * as Reports from "./tools/reports.js"

/** Of a file, to tell what it is. */
const HEAD_BYTES = 64 * 1024

/** What is longer is no text that this process can hold. */
const MAX_BYTES = FileSystem.MiB(128)

const known = Object.entries(reportFormats).map(([name, what]) => `  ${name.padEnd(15)}${what}`).join("\n")

const refuse = (file: string, reason: ReportReason, problem: string, hint = "") =>
  new ReportRefused({ file, reason, problem, hint })

const unknown = (file: string, problem: string) =>
  refuse(
    file,
    "UnknownFormat",
    `${problem}; what can be imported is`,
    `${known}\nwhere it is one of them, say which: --format NAME`
  )

const unreadable = (file: string) => (error: PlatformError) =>
  refuse(file, "Malformed", `it cannot be read: ${error.message}`)

const malformed = (file: string, format: ReportFormat) => (problem: string) =>
  refuse(file, "Malformed", `no whole report (${format}: ${reportFormats[format]}): ${problem}`)

const headOf = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const chunks = yield* Stream.runCollect(fs.stream(file, { bytesToRead: HEAD_BYTES }))
  return new Uint8Array(Buffer.concat([...chunks]))
})

const textOf = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const { size } = yield* Effect.mapError(fs.stat(file), unreadable(file))
  if (size > MAX_BYTES) {
    return yield* refuse(file, "TooLarge", `it has ${size} bytes, and no more than ${MAX_BYTES} can be read at once`)
  }
  return Reports.decode(yield* Effect.mapError(fs.readFile(file), unreadable(file)))
})

const json = Effect.fnUntraced(function*(file: string, given: Option.Option<Reports.OfJson>, name: string) {
  const refused = (problem: string) =>
    Option.match(given, { onNone: () => unknown(file, problem), onSome: (format) => malformed(file, format)(problem) })
  const text = yield* Effect.mapError(Either.map(yield* textOf(file), Reports.withoutPreamble), refused)
  const value = yield* Effect.mapError(Reports.parse(text), refused)
  const format = Option.getOrUndefined(Option.orElse(given, () => Reports.shapeOf(value, name)))
  if (format === undefined) return yield* unknown(file, "it is JSON of no report that is known")
  return yield* Effect.mapError(Reports.ofJson[format](value), malformed(file, format))
})

const xml = Effect.fnUntraced(function*(file: string) {
  const text = yield* Effect.mapError(yield* textOf(file), malformed(file, "junit"))
  return yield* Effect.mapError(Reports.ofXml(text), malformed(file, "junit"))
})

const log = (file: string) =>
  Effect.mapError(
    Reports.ofLog(file),
    (error) => error._tag === "ReportMalformed" ? malformed(file, "pytest-log")(error.problem) : unreadable(file)(error)
  )

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<
  Context.Tag.Service<typeof ReportReader>,
  never,
  FileSystem.FileSystem | Path.Path
> = Effect.map(
  Effect.context<FileSystem.FileSystem | Path.Path>(),
  (context) =>
    ReportReader.of({
      read: Effect.fn("ReportReader.read")(function*(ctx, file, { format, maps = [] }) {
        yield* Effect.annotateCurrentSpan({ root: ctx.root, file })
        const path = yield* Path.Path
        const name = path.basename(file)
        const kind = Option.isSome(format)
          ? Reports.kindOfFormat(format.value)
          : Reports.kindOf(yield* Effect.mapError(headOf(file), unreadable(file)), name)
        if (kind === "scip") return ForeignReport.Scip({ format: kind })
        if (kind === "coverage-data") return ForeignReport.CoverageData({ format: kind })
        if (kind === "empty") return yield* unknown(file, "it is empty")
        if (kind === "unknown") return yield* unknown(file, "it is of no format that is known")
        const raw = yield* kind === "xml"
          ? xml(file)
          : kind === "pytest-log"
          ? log(file)
          : json(file, Option.filter(format, Reports.isOfJson), name)
        return yield* Reports.foreign(ctx, raw, maps)
      }, Effect.provide(context))
    })
)

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ReportReader, never, FileSystem.FileSystem | Path.Path> = Layer.effect(
  ReportReader,
  make
)
