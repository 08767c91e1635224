/**
 * The schedule that bench:large computes for other numbers of cores.
 */
import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { type Job, schedule } from "../../bench/large/schedule.js"

const jobs = (...seconds: ReadonlyArray<number>) => seconds.map((each): Job => ({ seconds: each, bytes: 1 }))

describe("schedule", () => {
  it("gives the longest first to the core that is free first", () => {
    // 7 | 6 3 | 5 4 on three cores
    assert.deepStrictEqual(schedule(jobs(3, 4, 5, 6, 7), 3), { seconds: 9, bytes: 3 })
    assert.strictEqual(schedule(jobs(3, 4, 5, 6, 7), 1).seconds, 25)
    assert.deepStrictEqual(schedule([], 4), { seconds: 0, bytes: 0 })
  })

  it("sums the memory of those that run at once", () => {
    const two = [{ seconds: 10, bytes: 1 }, { seconds: 4, bytes: 5 }, { seconds: 3, bytes: 7 }]
    assert.strictEqual(schedule(two, 2).bytes, 8)
    assert.strictEqual(schedule(two, 3).bytes, 13)
  })

  it.prop(
    "ends neither before it can nor later than any list would",
    [
      FastCheck.array(FastCheck.integer({ min: 1, max: 1000 }), { minLength: 1 }),
      FastCheck.integer({ min: 1, max: 9 })
    ],
    ([seconds, cores]) => {
      const least = Math.max(seconds.reduce((sum, each) => sum + each, 0) / cores, ...seconds)
      const found = schedule(jobs(...seconds), cores).seconds
      // Graham: at most the average and the longest together, whatever the order
      return found >= least - 1e-9 && found <= least + Math.max(...seconds)
    }
  )
})
