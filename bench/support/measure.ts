// @effect-diagnostics nodeBuiltinImport:off
/**
 * What the benches share: the built command, its time, and figures as text.
 */
import { spawnSync } from "node:child_process"
import { availableParallelism, loadavg } from "node:os"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"
import { childrenCpu } from "./processTree.js"

/** `dist/bin/codeintel.js`: `npm run build` makes it. */
export const command = fileURLToPath(new URL("../../dist/bin/codeintel.js", import.meta.url))

export const cores = availableParallelism()

export interface Timed {
  /** Seconds. */
  readonly wall: number
  /** Seconds, of all processes. */
  readonly cpu: number
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const megabytes = 64 * 1024 * 1024

export const timed = (
  program: string,
  args: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}
): Timed => {
  const cpu = childrenCpu()
  const start = performance.now()
  const { error, status, stderr, stdout } = spawnSync(program, args, {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: megabytes
  })
  if (error !== undefined) throw error
  return { wall: (performance.now() - start) / 1000, cpu: childrenCpu() - cpu, status, stdout, stderr }
}

/** Ends with an error that says what the program said when it does not succeed. */
export const must = (program: string, args: ReadonlyArray<string>): string => {
  const { status, stderr, stdout } = timed(program, args)
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`)
  return stdout
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)] ?? NaN
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** The median, the least and the most. */
export const range = (values: ReadonlyArray<number>): string =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`

export const seconds = (value: number): string => `${value.toFixed(1)} s`

export const machine = (): string => `${cores} cores, load ${loadavg().map((each) => each.toFixed(1)).join(" ")}`

/** Columns as wide as their widest cell; the first is of text, the others are of numbers. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))
      .join("  ")
  ).join("\n")
}

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
