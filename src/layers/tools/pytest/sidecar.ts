/**
 * What is kept beside a report of ours, in `<report>.json`: whose result it is, and what the report itself does not say.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PytestOptions } from "../../../services/ToolService.js"
import * as RegularFile from "../../repository/regularFile.js"
import { parts } from "../coverage/dataFile.js"

const option = <A, I>(schema: Schema.Schema<A, I>) => Schema.OptionFromNullOr(schema)

/**
 * @since 0.1.0
 * @category schemas
 */
export const Sidecar = Schema.Struct({
  /** What the report depends on; none until it is known that nothing changed while pytest ran. */
  key: option(Schema.String),
  /** All tests are in the report. */
  complete: Schema.Boolean,
  /** What was recorded with it. */
  coverage: option(Schema.Struct({ dataFile: Schema.String, contexts: Schema.Boolean })),
  /** pytest's root directory, absolute. */
  rootdir: option(Schema.String),
  /** Why pytest ended before all tests had run. */
  ended: option(Schema.String),
  /** pytest's own last line. */
  counts: option(Schema.Record({ key: Schema.String, value: Schema.NonNegativeInt })),
  notices: Schema.Array(Schema.String),
  execution: Schema.Struct({
    executable: Schema.String,
    version: option(Schema.String),
    args: Schema.Array(Schema.String),
    cwd: Schema.String,
    startedAt: Schema.DateTimeUtc,
    durationMs: Schema.NonNegative.pipe(Schema.lessThanOrEqualTo(Number.MAX_SAFE_INTEGER)),
    exitCode: Schema.Int.pipe(Schema.between(-(2 ** 31), 2 ** 31 - 1))
  })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Sidecar = typeof Sidecar.Type

/**
 * @since 0.1.0
 * @category getters
 */
export const fileOf = (report: string): string => `${report}.json`

/**
 * None when there is none of ours: the report was made elsewhere.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = (report: string): Effect.Effect<Option.Option<Sidecar>, never, FileSystem.FileSystem> =>
  RegularFile.readText(fileOf(report)).pipe(
    Effect.flatMap(Schema.decode(Schema.parseJson(Sidecar))),
    Effect.option
  )

/**
 * Whole or not at all.
 *
 * @since 0.1.0
 * @category constructors
 */
export const write = Effect.fn("pytest.sidecar.write")(function*(report: string, sidecar: Sidecar) {
  const fs = yield* FileSystem.FileSystem
  const partial = `${fileOf(report)}.partial`
  const text = yield* Effect.orDie(Schema.encode(Schema.parseJson(Sidecar))(sidecar))
  yield* fs.writeFileString(partial, text)
  yield* fs.rename(partial, fileOf(report))
})

/**
 * Gives a complete report its key.
 *
 * @since 0.1.0
 * @category combinators
 */
export const confirm = Effect.fn("pytest.sidecar.confirm")(function*(report: string, key: string) {
  const sidecar = yield* read(report)
  if (Option.isNone(sidecar) || !sidecar.value.complete) return
  yield* write(report, { ...sidecar.value, key: Option.some(key) })
})

const hasData = (dataFile: string) =>
  Effect.map(parts(dataFile), ({ main, parallel }) => main.length + parallel.length > 0)

/**
 * Whether the report beside it, and the data of coverage if that is asked for, belong to the present state.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isPresent = Effect.fnUntraced(function*(sidecar: Sidecar, options: PytestOptions) {
  const { coverage, key } = options
  if (Option.isNone(key) || !Option.contains(sidecar.key, key.value)) return false
  if (Option.isNone(coverage)) return true
  const asked = coverage.value
  return Option.exists(
    sidecar.coverage,
    (recorded) => recorded.dataFile === asked.dataFile && (recorded.contexts || !asked.contexts)
  ) &&
    (yield* Effect.orElseSucceed(hasData(asked.dataFile), () => false))
})
