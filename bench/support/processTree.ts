// @effect-diagnostics nodeBuiltinImport:off
/**
 * The processes below ours, looked at every 200 ms in /proc. Memory is RSS: pages that two of them share count twice, so
 * that sums are at most too high. (PSS would be exact, and reading it of processes of several GB slows them down.)
 */
import { Effect, Fiber, Schedule } from "effect"
import { readdirSync, readFileSync } from "node:fs"

export const EVERY = "200 millis"

export interface Seen {
  readonly args: ReadonlyArray<string>
  /** Seconds, when it was last looked at. */
  readonly cpu: number
  /** The most it ever had, as the kernel says (VmHWM). */
  readonly peakBytes: number
}

export interface Watched {
  /** The most that all had together, of all looks. */
  readonly peakBytes: number
  readonly processes: ReadonlyMap<number, Seen>
}

/** Undefined when the process is gone: it may end between two reads. */
const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

const PAGE = 4096
const TICKS = 100

const statOf = (pid: number) => {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number)
  return {
    pid,
    parent: fields[1] ?? 0,
    cpu: ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS,
    bytes: (fields[21] ?? 0) * PAGE
  }
}

const descendants = (of: number) => {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => statOf(Number(name)) ?? [])
  const known = new Set([of])
  for (let size = 0; size !== known.size;) {
    size = known.size
    for (const { parent, pid } of all) if (known.has(parent)) known.add(pid)
  }
  return all.filter(({ pid }) => pid !== of && known.has(pid))
}

/** CPU seconds of all processes that we waited for so far, and of those that they waited for. */
export const childrenCpu = (): number => {
  const fields = (read("/proc/self/stat") ?? "").split(") ").at(-1)?.split(" ") ?? []
  return (Number(fields[13]) + Number(fields[14])) / TICKS
}

/** Runs an effect and says what the processes below ours took meanwhile. */
export const watching = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, Watched], E, R> =>
  Effect.gen(function*() {
    const processes = new Map<number, Seen>()
    let peakBytes = 0
    const look = Effect.sync(() => {
      const now = descendants(process.pid)
      peakBytes = Math.max(peakBytes, now.reduce((sum, { bytes }) => sum + bytes, 0))
      for (const { bytes, cpu, pid } of now) {
        const args = (read(`/proc/${pid}/cmdline`) ?? "").split("\0")
        const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1] ?? 0)
        const before = processes.get(pid)
        processes.set(pid, {
          args: args.length > 1 ? args : before?.args ?? args,
          cpu: Math.max(cpu, before?.cpu ?? 0),
          peakBytes: Math.max(kilobytes * 1024, bytes, before?.peakBytes ?? 0)
        })
      }
    })
    // no scope of its own: what the effect leaves in the caller's lives on
    const looking = yield* Effect.fork(Effect.repeat(look, Schedule.spaced(EVERY)))
    const result = yield* Effect.ensuring(effect, Fiber.interrupt(looking))
    return [result, { peakBytes, processes }] as const
  })
