import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"
import type { ScipSymbol } from "../../../src/domain/Scip.js"
import { normalize } from "../../../src/layers/scip/normalize.js"
import type { RawDocument } from "../../../src/layers/scip/wireDocument.js"

const information = (symbol: string, given: Partial<ScipSymbol> = {}): ScipSymbol => ({
  symbol,
  kind: 0,
  displayName: "",
  documentation: [],
  enclosingSymbol: "",
  relationships: [],
  ...given
})

const related = (relatedSymbol: string) => ({
  relatedSymbol,
  isReference: true,
  isImplementation: false,
  isTypeDefinition: false,
  isDefinition: false
})

/** An occurrence a line, as [line, symbol]. */
const raw = (
  occurrences: ReadonlyArray<readonly [number, string]>,
  symbols: ReadonlyArray<ScipSymbol> = []
): RawDocument => ({
  relativePath: "a.py",
  occurrences: {
    symbols: occurrences.map(([, symbol]) => symbol),
    ranges: Int32Array.from(occurrences.flatMap(([line]) => [line, 2, line, 3])),
    roles: Int32Array.from(occurrences, ([line]) => line)
  },
  symbols
})

describe("normalize", () => {
  it.prop(
    "numbers of locals and the order of occurrences make no difference",
    [
      FastCheck.array(FastCheck.nat(8), { maxLength: 40 }).chain((locals) =>
        FastCheck.record({
          occurrences: FastCheck.constant(locals.map((local, line) => [line, local] as const)),
          order: FastCheck.shuffledSubarray([...locals.keys()], { minLength: locals.length }),
          names: FastCheck.shuffledSubarray([10, 11, 12, 13, 14, 15, 16, 17, 18], { minLength: 9 })
        })
      )
    ],
    ([{ names, occurrences, order }]) => {
      const symbols = (name: (local: number) => number) =>
        [0, 3, 8].map((local) =>
          information(`local ${name(local)}`, {
            enclosingSymbol: `local ${name(1)}`,
            relationships: [related(`local ${name(2)}`), related("global")]
          })
        )
      const plain = raw(occurrences.map(([line, local]) => [line, `local ${local}`]), symbols((local) => local))
      const other = raw(
        order.flatMap((at) => occurrences.slice(at, at + 1)).map(([line, local]) => [line, `local ${names[local]}`]),
        symbols((local) => names[local] ?? NaN)
      )
      assert.deepStrictEqual(normalize(other, Option.none()), normalize(plain, Option.none()))
    }
  )

  it("locals are numbered by first position, then as they are described", () => {
    const { occurrences, symbols } = normalize(
      raw([[4, "local 9"], [2, "local x"], [3, "global"], [5, "local x"]], [
        information("local 0"),
        information("local 9"),
        information("global")
      ]),
      Option.none()
    )
    assert.deepStrictEqual(occurrences.symbols, ["local 0", "global", "local 1", "local 0"])
    assert.deepStrictEqual([...occurrences.roles], [2, 3, 4, 5])
    assert.deepStrictEqual([...occurrences.ranges.subarray(0, 8)], [2, 2, 2, 3, 3, 2, 3, 3])
    assert.deepStrictEqual(symbols.map(({ symbol }) => symbol), ["local 2", "local 1", "global"])
  })

  it("occurrences at the same position stay in the order of the index", () => {
    const { occurrences } = normalize(raw([[1, "b"], [1, "a"], [0, "c"]]), Option.none())
    assert.deepStrictEqual(occurrences.symbols, ["c", "b", "a"])
  })
})
