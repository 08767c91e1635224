/**
 * `Budget` of this machine: shares are given out in the order of asking.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as STM from "effect/STM"
import * as TRef from "effect/TRef"
import { availableParallelism, totalmem } from "node:os"
import { Budget, type Cost } from "../services/Budget.js"
import * as ContainerLimits from "./containerLimits.js"

/** What is left to the system, to the database and to us. */
const SHARE_OF_MEMORY = 0.75

interface State {
  readonly free: Cost
  /** Who waits, in the order of asking. */
  readonly waiting: ReadonlyArray<symbol>
}

const minus = (free: Cost, cost: Cost): Cost => ({
  cores: free.cores - cost.cores,
  memoryBytes: free.memoryBytes - cost.memoryBytes
})

const plus = (free: Cost, cost: Cost): Cost => ({
  cores: free.cores + cost.cores,
  memoryBytes: free.memoryBytes + cost.memoryBytes
})

const fits = (free: Cost, cost: Cost): boolean => cost.cores <= free.cores && cost.memoryBytes <= free.memoryBytes

// whole numbers: sums of fractions do not come back to where they began
const within = (amount: number, total: number): number => Math.max(0, Math.min(Math.ceil(amount), total))

/**
 * Only the first in line takes its share, so that a large one is not passed by small ones for ever.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(
  given: Cost,
  origins: Budget["Type"]["origins"] = { cores: "given", memoryBytes: "given" }
) {
  const total: Cost = { cores: Math.floor(given.cores), memoryBytes: Math.floor(given.memoryBytes) }
  const state = yield* TRef.make<State>({ free: total, waiting: [] })

  const leave = (ticket: symbol) =>
    TRef.update(state, ({ free, waiting }) => ({ free, waiting: waiting.filter((each) => each !== ticket) }))

  const take = (ticket: symbol, share: Cost) =>
    TRef.get(state).pipe(
      STM.flatMap(({ free, waiting }) => STM.check(() => waiting[0] === ticket && fits(free, share))),
      STM.zipRight(TRef.update(state, ({ free, waiting }) => ({ free: minus(free, share), waiting: waiting.slice(1) })))
    )

  const giveBack = (share: Cost) => TRef.update(state, (now) => ({ ...now, free: plus(now.free, share) }))

  const spend = (cost: Cost) => {
    const share: Cost = {
      cores: within(cost.cores, total.cores),
      memoryBytes: within(cost.memoryBytes, total.memoryBytes)
    }
    return <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function*() {
          const ticket = Symbol("share")
          yield* TRef.update(state, ({ free, waiting }) => ({ free, waiting: [...waiting, ticket] }))
          yield* restore(STM.commit(take(ticket, share))).pipe(Effect.onInterrupt(() => STM.commit(leave(ticket))))
          return yield* Effect.ensuring(restore(work), STM.commit(giveBack(share)))
        })
      )
  }

  return Budget.of({ total, origins, spend })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (total: Cost): Layer.Layer<Budget> => Layer.effect(Budget, make(total))

/**
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (config: Config.Config.Wrap<Cost>): Layer.Layer<Budget, ConfigError.ConfigError> =>
  Layer.effect(Budget, Effect.flatMap(Config.unwrap(config), make))

const units: ReadonlyArray<string> = ["", "K", "M", "G", "T"]

/** `4GB`, `512 MiB`, `8G`, or a number of bytes; a thousand is 1024. */
const bytes = (name: string): Config.Config<number> =>
  Config.mapOrFail(Config.string(name), (text) => {
    const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? []
    const amount = Math.floor(Number(number) * 1024 ** units.indexOf(unit.toUpperCase()))
    return number !== "" && amount > 0
      ? Either.right(amount)
      : Either.left(ConfigError.InvalidData([name], "must be an amount of memory such as 4GB"))
  })

interface Amount {
  readonly amount: number
  readonly origin: string
}

const MACHINE = "the machine"
const CONTAINER = "the container's limit"

/** The smaller one; a limit above what there is limits nothing. */
const limited = (amount: number, limit: Option.Option<number>): Amount =>
  Option.match(Option.filter(limit, (allowed) => allowed < amount), {
    onNone: () => ({ amount, origin: MACHINE }),
    onSome: (allowed) => ({ amount: allowed, origin: CONTAINER })
  })

/** A part of a core is one more: a core that waits costs more than one that is shared. */
const machineCores = ({ cores }: ContainerLimits.ContainerLimits): Amount => {
  const { amount, origin } = limited(availableParallelism(), cores)
  return { amount: Math.ceil(amount), origin }
}

const machineMemory = ({ memoryBytes }: ContainerLimits.ContainerLimits): Amount => {
  const seenByNode = Option.filter(Option.some(process.constrainedMemory()), (limit) => limit > 0)
  const limits = [...Option.toArray(memoryBytes), ...Option.toArray(seenByNode)]
  const { amount, origin } = limited(totalmem(), Option.some(Math.min(...limits)))
  return { amount: Math.floor(amount * SHARE_OF_MEMORY), origin: `three quarters of ${origin}` }
}

const orElse = (config: Config.Config<number>, name: string, otherwise: () => Amount): Config.Config<Amount> =>
  Config.map(config, (amount) => ({ amount, origin: name })).pipe(
    Config.orElseIf({ if: ConfigError.isMissingDataOnly, orElse: () => Config.sync(otherwise) })
  )

/**
 * `CODEINTEL_CORES` (all that this process may use) and `CODEINTEL_MEMORY` ("4GB"; three quarters of what the machine, or
 * the container, has).
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFromEnv: Layer.Layer<Budget, ConfigError.ConfigError, FileSystem.FileSystem> = Layer.effect(
  Budget,
  Effect.gen(function*() {
    const limits = yield* ContainerLimits.read
    const atLeastOne = Config.validate({ message: "must be 1 or more", validation: (cores: number) => cores >= 1 })
    const { cores, memoryBytes } = yield* Config.all({
      cores: orElse(atLeastOne(Config.integer("CODEINTEL_CORES")), "CODEINTEL_CORES", () => machineCores(limits)),
      memoryBytes: orElse(bytes("CODEINTEL_MEMORY"), "CODEINTEL_MEMORY", () => machineMemory(limits))
    })
    return yield* make(
      { cores: cores.amount, memoryBytes: memoryBytes.amount },
      { cores: cores.origin, memoryBytes: memoryBytes.origin }
    )
  })
)
