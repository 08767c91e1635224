/**
 * What other numbers of cores would make of the same shards.
 */
import { startsOf } from "../../src/layers/scip/plan.js"

export interface Job {
  /** CPU seconds, measured. */
  readonly seconds: number
  /** At its height, measured. */
  readonly bytes: number
}

export interface ScheduleResult {
  /** Until the last one ends, if a process has one core for itself. */
  readonly seconds: number
  /** The most that is taken at once, if each takes its most all the time. */
  readonly bytes: number
}

interface Placed {
  readonly start: number
  readonly end: number
  readonly bytes: number
}

/** As an index is made: the longest first. */
export const schedule = (jobs: ReadonlyArray<Job>, cores: number): ScheduleResult => {
  const sorted = jobs.toSorted((a, b) => b.seconds - a.seconds)
  const starts = startsOf(sorted.map(({ seconds }) => seconds), cores)
  const placed = sorted.map(({ bytes, seconds }, job): Placed => {
    const start = starts[job] ?? 0
    return { start, end: start + seconds, bytes }
  })
  const at = (time: number) =>
    placed.reduce((sum, { bytes, end, start }) => start <= time && time < end ? sum + bytes : sum, 0)
  return {
    seconds: Math.max(0, ...placed.map(({ end }) => end)),
    bytes: Math.max(0, ...placed.map(({ start }) => at(start)))
  }
}
