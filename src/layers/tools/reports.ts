/**
 * The formats of reports that were made elsewhere: how each is told, and what reads it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { ReportFormat } from "../../domain/ReportFormat.js"
import * as Coverage from "./coverage/output.js"
import * as Pyrefly from "./pyrefly.js"
import * as Pyright from "./pyright/output.js"
import * as JsonReport from "./pytest/jsonReport.js"
import * as Junit from "./pytest/junit.js"
import { readRaw } from "./pytest/report.js"
import { Raw } from "./reportReading.js"
import * as ReportText from "./reportText.js"
import * as Ruff from "./ruff.js"
import * as Sarif from "./sarif.js"

/**
 * What the first bytes of a file tell.
 *
 * @since 0.1.0
 * @category models
 */
export type Kind = "scip" | "coverage-data" | "pytest-log" | "xml" | "json" | "empty" | "unknown"

const SQLITE = "SQLite format 3\0"

/** Fields of a SCIP index: metadata, documents, external symbols. */
const SCIP_FIELDS: ReadonlyArray<number> = [0x0a, 0x12, 0x1a]

const isText = (head: Uint8Array) =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff) ||
  !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))

const startOf = (head: Uint8Array): string =>
  Either.getOrElse(ReportText.decode(head), () => new TextDecoder().decode(head)).trimStart()

const isLogLine = (line: string) => /^\s*\{.*"\$report_type"\s*:/.test(line)

/**
 * Of a file with this name and size, by its beginning; the name counts only where that tells nothing.
 *
 * @since 0.1.0
 * @category getters
 */
export const kindOf = (head: Uint8Array, name: string): Kind => {
  if (head.length === 0) return name.endsWith(".scip") ? "scip" : "empty"
  if (new TextDecoder("latin1").decode(head.subarray(0, SQLITE.length)) === SQLITE) return "coverage-data"
  if (!isText(head)) return SCIP_FIELDS.includes(head[0] ?? 0) || name.endsWith(".scip") ? "scip" : "unknown"
  const start = startOf(head)
  if (start === "") return "empty"
  if (start.startsWith("<")) return "xml"
  // a log that was cut at its beginning is one all the same
  if (start.split("\n").some(isLogLine)) return "pytest-log"
  return /^[[{]/.test(start) || /^\{\r?$/m.test(start) ? "json" : "unknown"
}

const has = (value: unknown, ...keys: ReadonlyArray<string>) =>
  Predicate.isReadonlyRecord(value) && keys.every((key) => Object.hasOwn(value, key))

/**
 * Which format a value is of, by its shape; none when it is of none. An empty list is what ruff prints that found nothing,
 * and says so by its name alone.
 *
 * @since 0.1.0
 * @category getters
 */
export const shapeOf = (value: unknown, name: string): Option.Option<OfJson> => {
  if (Array.isArray(value)) {
    const isRuff = value.length === 0 ? /ruff/i.test(name) : has(value[0], "filename", "location", "code")
    return isRuff ? Option.some("ruff") : Option.none()
  }
  const formats: ReadonlyArray<readonly [OfJson, ReadonlyArray<string>]> = [
    ["sarif", ["version", "runs"]],
    ["pyright", ["generalDiagnostics", "summary"]],
    ["coverage-json", ["meta", "files"]],
    ["pytest-json", ["exitcode", "root", "summary"]],
    ["pyrefly", ["errors"]]
  ]
  return Option.fromNullable(formats.find(([, keys]) => has(value, ...keys))?.[0])
}

const decodeJsonReport = ReportText.decodeValue(JsonReport.JsonReport)

/**
 * @since 0.1.0
 * @category models
 */
export type OfJson = Exclude<ReportFormat, "scip" | "coverage-data" | "junit" | "pytest-log">

/**
 * What reads the JSON of each format. Left: what is wrong with it.
 *
 * @since 0.1.0
 * @category decoding
 */
export const ofJson: Readonly<Record<OfJson, (value: unknown) => Either.Either<Raw, string>>> = {
  ruff: Ruff.reported,
  pyright: Pyright.reported,
  pyrefly: Pyrefly.reported,
  sarif: Sarif.reported,
  "coverage-json": Coverage.reported,
  "pytest-json": (value) =>
    Either.map(
      decodeJsonReport(value),
      (report) => Raw.Tests({ format: "pytest-json", report: JsonReport.toRawReport(report) })
    )
}

/**
 * @since 0.1.0
 * @category decoding
 */
export const ofXml = (xml: string): Either.Either<Raw, string> =>
  Either.map(Junit.parse(xml), (report) => Raw.Junit({ report }))

/**
 * Line by line: it may be larger than a text can be.
 *
 * @since 0.1.0
 * @category decoding
 */
export const ofLog = (file: string) =>
  Effect.map(readRaw(file), (report) => Raw.Tests({ format: "pytest-log", report }))

/**
 * @since 0.1.0
 * @category predicates
 */
export const isOfJson = (format: ReportFormat): format is OfJson => Object.hasOwn(ofJson, format)

/**
 * What a file is that is said to be of this format.
 *
 * @since 0.1.0
 * @category getters
 */
export const kindOfFormat = (format: ReportFormat): Kind =>
  format === "junit"
    ? "xml"
    : format === "scip" || format === "coverage-data" || format === "pytest-log"
    ? format
    : "json"

/** pyright prints what it complains of before its report. */
export { withoutPreamble } from "./pyright/output.js"

export { decode, parse } from "./reportText.js"

export { make as foreign } from "./foreign.js"
