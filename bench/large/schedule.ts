/**
 * What other numbers of cores would make of the same shards.
 */

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

/** List scheduling, the longest first: each job goes to the core that is free first. */
export const schedule = (jobs: ReadonlyArray<Job>, cores: number): ScheduleResult => {
  const free = Array.from({ length: Math.max(1, cores) }, () => 0)
  const placed = jobs.toSorted((a, b) => b.seconds - a.seconds).map(({ bytes, seconds }): Placed => {
    const core = free.indexOf(Math.min(...free))
    const start = free[core] ?? 0
    free[core] = start + seconds
    return { start, end: start + seconds, bytes }
  })
  const at = (time: number) =>
    placed.reduce((sum, { bytes, end, start }) => start <= time && time < end ? sum + bytes : sum, 0)
  return { seconds: Math.max(0, ...free), bytes: Math.max(0, ...placed.map(({ start }) => at(start))) }
}
