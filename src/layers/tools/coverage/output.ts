/**
 * What `coverage` says: the JSON report, and its messages.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { FileCoverage } from "../../../domain/CoverageReport.js"
import { MAX_NUMBER } from "../findings.js"
import { Raw } from "../reportReading.js"
import { decodeValue, notShown } from "../reportText.js"

// in coverage 6.5 on Python 3.11, an empty file has a line 0 that ran
const Lines = Schema.Array(Schema.NonNegativeInt.pipe(Schema.lessThanOrEqualTo(MAX_NUMBER)))

const Found = Schema.Struct({
  meta: Schema.Struct({ version: Schema.String }),
  files: Schema.Record({
    key: Schema.String,
    value: Schema.Struct({ executed_lines: Lines, missing_lines: Lines })
  })
})

/**
 * The fields in use of the report. By path: relative to the working directory when the file is below it, else absolute.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Report = Schema.parseJson(notShown(Found, "a report of coverage"))

/**
 * @since 0.1.0
 * @category models
 */
export type Report = typeof Report.Type

/**
 * Lines by path, as the report has it.
 *
 * @since 0.1.0
 * @category getters
 */
export const linesOf = ({ files }: Report): ReadonlyArray<readonly [string, FileCoverage]> =>
  Object.entries(files).map(([name, { executed_lines, missing_lines }]) =>
    [name, { covered: executed_lines.filter((line) => line > 0), missing: missing_lines }] as const
  )

const decodeFound = decodeValue(Found)

/**
 * A report that was made elsewhere.
 *
 * @since 0.1.0
 * @category decoding
 */
export const reported = (value: unknown): Either.Either<Raw, string> =>
  Either.map(
    decodeFound(value),
    (report) => Raw.Coverage({ version: Option.some(report.meta.version), files: linesOf(report) })
  )

/**
 * Whether nothing was made for the lack of data: coverage's own words, and those of our program.
 *
 * @since 0.1.0
 * @category predicates
 */
export const hasNoData = (stdout: string): boolean =>
  /^No (?:data to report|data to combine|usable data files|contexts of tests)\b/m.test(stdout)

/**
 * Whether no report was made because of one file: its source is missing, or does not parse.
 *
 * @since 0.1.0
 * @category predicates
 */
export const stopsAtSource = (stdout: string): boolean => /^(?:No source for|Couldn't parse)\b/m.test(stdout)

/**
 * Of the warnings, that a data file was passed over: what its process ran would be taken for what no test runs.
 *
 * @since 0.1.0
 * @category getters
 */
export const lostData = (warnings: ReadonlyArray<string>): Option.Option<string> =>
  Option.fromNullable(warnings.find((warning) => warning.startsWith("Couldn't use data file")))

const WARNING = /^.*?CoverageWarning: (.*)$/gm

/** `message. (slug); see https://...`, without what follows the message. */
const withoutReference = (message: string) => message.replace(/\.? \([a-z][a-z-]*\)(?:; see .*)?$/, "")

/**
 * Why a file is in `dropped` that is no Python of the version that reads it.
 *
 * @since 0.1.0
 * @category constants
 */
export const DOES_NOT_PARSE = "it does not parse as Python"

const UNREPORTED = /^Couldn't parse (?:Python file )?'(.*?)'(?:: (.*))?$/

/**
 * Warnings on stderr. A file that `--ignore-errors` leaves out of the report is in `dropped`, by the path that coverage
 * has for it, with the reason.
 *
 * @since 0.1.0
 * @category getters
 */
export const warningsIn = (stderr: string): {
  readonly dropped: ReadonlyMap<string, string>
  readonly others: ReadonlyArray<string>
} => {
  const dropped = new Map<string, string>()
  const others: Array<string> = []
  for (const [, text = ""] of stderr.matchAll(WARNING)) {
    const message = withoutReference(text)
    const [, path, why] = UNREPORTED.exec(message) ?? []
    if (path === undefined) others.push(message)
    else dropped.set(path, why ?? DOES_NOT_PARSE)
  }
  return { dropped, others }
}
