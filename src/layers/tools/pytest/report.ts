/**
 * Reads a report of either format from a file.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as LineSplitter from "../../process/lineSplitter.js"
import * as RegularFile from "../../repository/regularFile.js"
import * as JsonReport from "./jsonReport.js"
import * as PythonJson from "./pythonJson.js"
import * as ReportLog from "./reportLog.js"

/**
 * The file is no report.
 *
 * @since 0.1.0
 * @category errors
 */
export class ReportMalformed extends Data.TaggedError("ReportMalformed")<{
  readonly file: string
  readonly problem: string
}> {
  override get message(): string {
    return `${this.file}: ${this.problem}`
  }
}

/** No line is one of a report log: it may be a report of the other format. */
class OtherFormat extends Data.TaggedError("OtherFormat")<{ readonly file: string }> {}

const messageOf = Option.liftThrowable(({ message }: Error) => message)

const short = (error: Error) =>
  Option.getOrElse(messageOf(error), () => "a value that cannot be shown").split("\n", 1).join("").slice(0, 300)

/** UTF-16 units: what is longer is cut, and so cannot be read. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024

/** Of a report that has to be read at once: what is longer is no text that this process can hold. */
const MAX_JSON_BYTES = FileSystem.MiB(128)

/** Line by line: a log may be larger than a string can be. */
const readLog = Effect.fnUntraced(function*(file: string) {
  const splitter = LineSplitter.make(MAX_LINE_LENGTH)
  const log = ReportLog.make()
  yield* Stream.runForEach(RegularFile.stream(file), (bytes) =>
    Effect.sync(() => {
      for (const line of splitter.push(bytes)) log.add(line)
    }))
  for (const line of splitter.end()) log.addUnended(line)
  return yield* Effect.mapError(log.end(), () => new OtherFormat({ file }))
})

const decodeJsonReport = Schema.decodeUnknownEither(JsonReport.JsonReport)

const readJson = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const { size } = yield* fs.stat(file)
  if (size > MAX_JSON_BYTES) {
    return yield* new ReportMalformed({ file, problem: `no log of pytest-reportlog, and of ${size} bytes` })
  }
  const text = yield* RegularFile.readText(file)
  return yield* Effect.mapBoth(Either.flatMap(PythonJson.parse(text), decodeJsonReport), {
    onSuccess: JsonReport.toRawReport,
    onFailure: (error) =>
      new ReportMalformed({
        file,
        problem: `neither a log of pytest-reportlog nor a report of pytest-json-report: ${short(error)}`
      })
  })
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const readRaw = Effect.fn("pytest.readRaw")(
  (file: string) => Effect.catchTag(readLog(file), "OtherFormat", () => readJson(file))
)
