/**
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"
import type { PruneSummary } from "../../domain/PruneSummary.js"
import { table } from "./table.js"

const units = ["bytes", "kB", "MB", "GB", "TB"]

/**
 * `512 bytes`, `1.5 MB`, in powers of 1,000.
 *
 * @since 0.1.0
 * @category rendering
 */
export const size = (bytes: number): string => {
  const written = units.map((unit, power) => [power === 0 ? String(bytes) : (bytes / 1000 ** power).toFixed(1), unit])
  // as it is written: 999,950 bytes are 1.0 MB, and not 1000.0 kB
  const fitting = written.find(([number]) => Number(number) < 1000) ?? written.at(-1) ?? []
  return fitting.join(" ")
}

const number = (value: number) => value.toLocaleString("en")

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderPrune = (summary: PruneSummary): string => {
  const { bytesAfter, bytesBefore, database, dryRun } = summary
  const parts = [
    ["snapshots", summary.snapshots],
    ["runs", summary.runs],
    ["SCIP documents", summary.documents],
    ["SCIP symbols", summary.symbols],
    ["parsed contents", summary.contents],
    ["rows in all", summary.rows]
  ] as const
  const columns = [
    { title: "" },
    { title: dryRun ? "would stay" : "kept", align: "right" },
    { title: dryRun ? "would go" : "dropped", align: "right" }
  ] as const
  const was = bytesBefore === null ? "" : ` ${size(bytesBefore)}`
  const sizes = bytesAfter === null ? was : `${was} before, ${size(bytesAfter)} now`
  return [
    table(columns, parts.map(([name, { dropped, kept }]) => [name, number(kept), number(dropped)])),
    "",
    `database: ${inert(database)}${sizes === "" ? "" : `,${sizes}`}`,
    ...(dryRun ? ["nothing was changed (--dry-run)"] : [])
  ].join("\n")
}
