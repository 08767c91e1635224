/**
 * The commands that answer questions, as they are built, over the example repository and what the real tools say of it.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { DeadCode } from "../../src/domain/DeadCode.js"
import { Hotspots } from "../../src/domain/Hotspots.js"
import { Shown } from "../../src/domain/Show.js"
import { codeintel, exampleCopy } from "./command.js"

const json = <A, I>(schema: Schema.Schema<A, I>, args: ReadonlyArray<string>) =>
  Effect.flatMap(
    codeintel(args),
    ({ exitCode, stderr, stdout }) =>
      exitCode === 0 ? Schema.decode(Schema.parseJson(schema))(stdout) : Effect.dieMessage(stderr)
  )

const committed = Effect.tap(exampleCopy, (root) =>
  Command.exitCode(
    Command.make(
      "sh",
      "-euc",
      "git init -q -b main . && git add -A && git -c user.name=a -c user.email=a@example.org commit -qm first"
    ).pipe(Command.workingDirectory(root))
  ))

layer(NodeContext.layer, { excludeTestServices: true })("codeintel show, dead, hotspots", (it) => {
  it.scoped("answer from what was ingested, and say how fresh it is", () =>
    Effect.gen(function*() {
      const root = yield* committed
      const ingest = yield* codeintel(["ingest", "--contexts", root])
      assert.strictEqual(ingest.exitCode, 0, ingest.stderr)

      const quote = yield* json(Shown, ["show", "--json", "quote", root])
      if (quote._tag !== "Symbol") return assert.fail("a file")
      assert.deepInclude(quote, { module: "parcels.rates", qualifiedName: "quote", startLine: 33, endLine: 41 })
      assert.deepInclude(quote.freshness, { repo: root, treeChanged: false, dirty: false })
      assert.deepInclude(quote.references.value, { total: 11, imports: 4 })
      assert.deepStrictEqual(
        quote.callers.value?.first.map((each) => each.function),
        [
          "PostCarrier.price",
          "main",
          "cheapest",
          "test_standard_price",
          "test_abroad_costs_more",
          "test_express_price"
        ]
      )
      assert.deepStrictEqual(quote.tests.value, {
        total: 3,
        first: ["abroad_costs_more", "express_price", "standard_price"].map((name) =>
          `tests/test_rates.py::test_${name}`
        )
      })
      assert.deepStrictEqual(quote.coverage.value, { lines: 6, covered: 5, missing: [38] })
      assert.strictEqual(quote.churn.value?.changes, 1)

      const money = yield* json(Shown, ["show", "--json", "src/parcels/money.py", root])
      if (money._tag !== "File") return assert.fail("a symbol")
      assert.strictEqual(money.importedBy.value?.length, 5)
      assert.deepStrictEqual(money.coverage.value?.missing, [16, 23, 26])

      const dead = yield* json(DeadCode, ["dead", "--json", root])
      const verdicts = new Map(dead.candidates.map(({ confidence, name }) => [name, confidence]))
      for (const name of ["parcels.rates:discount", "parcels.storage:backup", "parcels.weighing:calibrate"]) {
        assert.strictEqual(verdicts.get(name), "public", name)
      }
      for (
        const name of ["tests.conftest:parcel", "parcels.carriers.base:Carrier.price", "parcels.legacy.broken:ask"]
      ) {
        assert.strictEqual(verdicts.get(name), "low", name)
      }
      // a console script, which nothing in the package calls; tests; what is referred to
      assert.isFalse(verdicts.has("parcels.rates:quote"))
      assert.deepStrictEqual([...verdicts.keys()].filter((name) => /:test_|__/.test(name)), [])

      const { hotspots, unknown } = yield* json(Hotspots, ["hotspots", "--json", "--limit", "3", root])
      assert.deepStrictEqual(unknown, [])
      assert.deepInclude(hotspots[0], {
        name: "parcels.carriers.express:ExpressCarrier._announce",
        changes: 1,
        uncovered: 10,
        fanIn: 1
      })

      const shown = yield* codeintel(["show", "quote", root])
      assert.match(shown.stdout, /^.* {2}\w{12}, snapshot \w{12} of .* UTC; unchanged since\nrests on /)
      for (
        const [subject, says] of [
          ["price", /^price: \d+ have that name; ask for one of\n {2}parcels\.carriers\.base:Carrier\.price +function/],
          ["quot", /^quot: nothing has that name; the nearest are\n {2}quote/]
        ] as const
      ) {
        const { exitCode, stderr, stdout } = yield* codeintel(["show", subject, root])
        assert.deepStrictEqual([exitCode, stdout], [2, ""])
        assert.match(stderr, says)
      }
    }), 180_000)

  it.scoped(
    "3: what is dead is not known without an index; the rest is shown with what is missing",
    () =>
      Effect.gen(function*() {
        const root = yield* exampleCopy
        yield* codeintel(["ingest", "--only", "typing", root])
        const { exitCode, stderr, stdout } = yield* codeintel(["dead", root])
        assert.deepStrictEqual([exitCode, stdout], [3, ""])
        assert.match(stderr, /what nothing refers to is not known: scip-python is skipped: not asked for/)
        assert.include(stderr, "codeintel ingest")
        const shown = yield* codeintel(["show", "quote", root])
        assert.strictEqual(shown.exitCode, 0)
        assert.match(shown.stdout, /^references: not known \(scip-python is skipped/m)
        assert.match(shown.stdout, /^churn: not known \(/m)
      }),
    120_000
  )
})
