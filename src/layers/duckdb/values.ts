/**
 * From DuckDB's values to `Value`.
 *
 * @since 0.1.0
 */
import type { DuckDBValue } from "@duckdb/node-api"
import type { Value } from "../../services/Warehouse.js"
import type { Binding } from "./binding.js"

type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [key: string]: Json }

const isSafe = (integer: bigint) => integer >= Number.MIN_SAFE_INTEGER && integer <= Number.MAX_SAFE_INTEGER

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

// what DuckDB prints for a year before 1 or an infinite time is left as it is
const iso8601 = (text: string, zone: string) =>
  /^\d{4,6}-\d\d-\d\d \d\d:/.test(text) ? `${text.replace(" ", "T")}${zone}` : text

// a double gives 15 decimal digits back as they were
const decimal = (text: string, digits: bigint) => digits.toString().replace("-", "").length <= 15 ? Number(text) : text

/**
 * - integers: number when it is exact, otherwise bigint
 * - FLOAT, DOUBLE: number; NaN and the infinities as text: `NaN`, `Infinity`, `-Infinity`
 * - DECIMAL: number up to 15 digits, otherwise text
 * - TIMESTAMP WITH TIME ZONE: `2025-01-31T12:00:00.5Z`; TIMESTAMP: the same without `Z`; DATE `2025-01-31`;
 *   TIME `12:00:00.5`; INTERVAL as DuckDB prints it
 * - BLOB: hexadecimal; UUID, ENUM, BIT: text
 * - LIST, ARRAY, STRUCT, MAP (a list of `{key, value}`), UNION (`{tag, value}`): JSON text; in it, integers that are not
 *   exact as numbers are strings
 *
 * @since 0.1.0
 * @category constructors
 */
export const converter = (duckdb: Binding): (value: DuckDBValue) => Value => {
  const json = (value: DuckDBValue): Json => {
    if (value instanceof duckdb.DuckDBListValue || value instanceof duckdb.DuckDBArrayValue) {
      return value.items.map(json)
    }
    if (value instanceof duckdb.DuckDBStructValue) {
      return Object.fromEntries(Object.entries(value.entries).map(([key, each]) => [key, json(each)]))
    }
    if (value instanceof duckdb.DuckDBMapValue) {
      return value.entries.map((entry) => ({ key: json(entry.key), value: json(entry.value) }))
    }
    if (value instanceof duckdb.DuckDBUnionValue) return { tag: value.tag, value: json(value.value) }
    const scalar = convert(value)
    return typeof scalar === "bigint" ? scalar.toString() : scalar
  }

  const convert = (value: DuckDBValue): Value => {
    if (value === null || typeof value === "boolean" || typeof value === "string") return value
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
    if (typeof value === "bigint") return isSafe(value) ? Number(value) : value
    if (value instanceof duckdb.DuckDBTimestampTZValue) {
      // its own text is in the time zone of this process
      return iso8601(new duckdb.DuckDBTimestampValue(value.micros).toString(), "Z")
    }
    if (
      value instanceof duckdb.DuckDBTimestampValue || value instanceof duckdb.DuckDBTimestampMillisecondsValue ||
      value instanceof duckdb.DuckDBTimestampSecondsValue || value instanceof duckdb.DuckDBTimestampNanosecondsValue
    ) {
      return iso8601(value.toString(), "")
    }
    if (value instanceof duckdb.DuckDBDecimalValue) return decimal(value.toString(), value.value)
    if (value instanceof duckdb.DuckDBBlobValue || value instanceof duckdb.DuckDBGeometryValue) return hex(value.bytes)
    if (
      value instanceof duckdb.DuckDBListValue || value instanceof duckdb.DuckDBArrayValue ||
      value instanceof duckdb.DuckDBStructValue || value instanceof duckdb.DuckDBMapValue ||
      value instanceof duckdb.DuckDBUnionValue
    ) {
      return JSON.stringify(json(value))
    }
    return value.toString()
  }

  return convert
}
