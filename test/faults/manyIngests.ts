// @effect-diagnostics strictEffectProvide:off
/**
 * A program over the library that ingests a repository again and again in one process, each time with a changed file, and
 * says what it holds before, meanwhile and afterwards. Arguments: the repository, how many ingests come before the first
 * look, and how many between that and the second. To be run with `--expose-gc`.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { ingest, Live, Repositories } from "codeintel"
import { Console, Effect, Schema } from "effect"
import { look, Report } from "./holdings.js"

const [root = "", before = "", between = ""] = process.argv.slice(2)

const ingestAgain = Effect.fnUntraced(function*(number: number) {
  const fs = yield* FileSystem.FileSystem
  const { open } = yield* Repositories
  yield* fs.writeFileString(`${root}/changing.py`, `"""Number ${number}."""\n\n\ndef f(x: int) -> int:\n    return x\n`)
  const { tools } = yield* ingest(yield* open(root), { only: ["typing"] })
  return tools.filter(({ status }) => status !== "skipped").map(({ status, tool }) => `${tool} ${status}`).join(", ")
})

const ingests = (first: number, howMany: number) =>
  Effect.forEach(Array.from({ length: howMany }, (_, index) => first + index), ingestAgain, { concurrency: 1 })

const program = Effect.gen(function*() {
  const atFirst = yield* look
  const inside = yield* Effect.gen(function*() {
    yield* ingests(0, Number(before))
    const early = yield* look
    const outcomes = yield* ingests(Number(before), Number(between))
    return { early, late: yield* look, outcomes: [...new Set(outcomes)] }
  }).pipe(Effect.provide(Live.layer))
  const report = { atFirst, ...inside, afterwards: yield* look }
  yield* Console.log(yield* Schema.encode(Schema.parseJson(Report))(report))
})

Effect.runFork(Effect.provide(program, NodeContext.layer))
