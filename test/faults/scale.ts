// @effect-diagnostics processEnv:off
/**
 * How many of the faults are tried: all of them (`npm run test:faults -- --all`), or a part that the seed decides.
 */
import { Chunk, Effect, Random } from "effect"

export const isAll = process.env["FAULTS"] === "all"

/** Printed with the closing line: the same seed tries the same faults. */
export const seed: string = process.env["FAULTS_SEED"] ?? "codeintel"

/** All of them, or `few` that the seed picks; in their order. `about` keeps two lists of one test file apart. */
export const sample = <A>(about: string, few: number, all: ReadonlyArray<A>): ReadonlyArray<A> => {
  if (isAll || all.length <= few) return all
  const shuffled = Effect.runSync(
    Random.shuffle(all.keys()).pipe(Effect.withRandom(Random.make(`${seed} ${about}`)))
  )
  const picked = new Set(Chunk.toReadonlyArray(shuffled).slice(0, few))
  return all.filter((_, i) => picked.has(i))
}

/** Seconds that a tool has which is not to hang: that the machine is busy is no fault. */
export const PATIENCE = 600

/** `few` in the seeded part, `many` in all: of moments and of other things that are not counted. */
export const count = (few: number, many: number): number => isAll ? many : few

/** Numbers from 0 to 1, the same for the same seed. */
export const numbers = (about: string, howMany: number): ReadonlyArray<number> =>
  Effect.runSync(
    Effect.replicateEffect(Random.next, howMany).pipe(Effect.withRandom(Random.make(`${seed} ${about}`)))
  )
