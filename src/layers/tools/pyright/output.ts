/**
 * What `pyright --outputjson` prints.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Severity } from "../../../domain/Diagnostic.js"
import { MAX_NUMBER, type RawFinding } from "../findings.js"
import { ofChecker, type Raw } from "../reportReading.js"
import * as ReportText from "../reportText.js"

const ZeroBased = Schema.Int.pipe(Schema.between(0, MAX_NUMBER - 1))

const Position = Schema.Struct({ line: ZeroBased, character: ZeroBased })

/** The fields in use. `exact` without `Option`: 100,000 rows take 0.6 s to decode, and 1.0 s with. */
const Row = Schema.Struct({
  file: Schema.String,
  severity: Severity,
  message: Schema.String,
  range: Schema.optionalWith(Schema.Struct({ start: Position, end: Position }), { exact: true }),
  rule: Schema.optionalWith(Schema.String, { exact: true })
})

const Report = Schema.Struct({
  version: Schema.String,
  generalDiagnostics: Schema.Array(Row),
  summary: Schema.Struct({ filesAnalyzed: Schema.Int.pipe(Schema.between(0, MAX_NUMBER)) })
})

/**
 * @since 0.1.0
 * @category models
 */
export type Row = typeof Row.Type

/**
 * @since 0.1.0
 * @category models
 */
export interface Output extends Schema.Schema.Type<typeof Report> {
  /** Complaints about the configuration, which pyright prints before the report. */
  readonly preamble: ReadonlyArray<string>
}

/** The report begins at the first line that is `{` and nothing else. */
const START = /^\{\r?$/m

const decodeReport = Schema.decode(Schema.parseJson(ReportText.notShown(Report, "a report of pyright")))

/**
 * The report begins at the first line that is `{` and nothing else. Fails when there is none, or a field is not as
 * expected.
 *
 * @since 0.1.0
 * @category constructors
 */
export const decode = Effect.fn("pyright.decode")(function*(stdout: string) {
  const start = stdout.search(START)
  const report = yield* decodeReport(start < 0 ? stdout : stdout.slice(start))
  const preamble = start <= 0 ? [] : stdout.slice(0, start).split(/\r?\n/).filter((line) => line.trim() !== "")
  const output: Output = { ...report, preamble }
  return output
})

/**
 * Why a file was not checked, when that is what the row says: such rows have neither a range nor a rule.
 *
 * @since 0.1.0
 * @category getters
 */
export const whyUnchecked = ({ message, range, rule }: Row): Option.Option<string> => {
  if (range !== undefined || rule !== undefined) return Option.none()
  const says = /^(?:An internal error occurred while [a-z ]+ file|Source file could not be read).*/.exec(message)
  return Option.fromNullable(says?.[0])
}

/**
 * A row without a rule is a syntax error, a file that was not checked, or the answer to `reveal_type`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toFinding = (row: Row): RawFinding => ({
  path: row.file,
  range: Option.map(Option.fromNullable(row.range), ({ end, start }) => ({
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1
  })),
  severity: row.severity,
  rule: row.rule ??
    (Option.isSome(whyUnchecked(row)) ? "not-checked" : row.severity === "error" ? "syntax-error" : "reveal-type"),
  message: row.message
})

const decodeValue = ReportText.decodeValue(Report)

/**
 * A report that was made elsewhere: the output of `pyright --outputjson`.
 *
 * @since 0.1.0
 * @category decoding
 */
export const reported = (value: unknown): Either.Either<Raw, string> =>
  Either.map(decodeValue(value), ({ generalDiagnostics, summary, version }) =>
    ofChecker("pyright", {
      version: Option.some(version),
      unit: "utf16",
      findings: generalDiagnostics.map(toFinding),
      failed: new Map(
        generalDiagnostics.flatMap((row) => Option.toArray(whyUnchecked(row)).map((why) => [row.file, why] as const))
      ),
      filesAnalyzed: Option.some(summary.filesAnalyzed)
    }))

/**
 * The same without what pyright prints before it.
 *
 * @since 0.1.0
 * @category getters
 */
export const withoutPreamble = (stdout: string): string => stdout.slice(Math.max(0, stdout.search(START)))
