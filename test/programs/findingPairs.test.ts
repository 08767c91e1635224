import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { type Finding, findingPairs } from "../../src/programs/findingPairs.js"

const at = (rule: string, line: number, from: number, to: number, given: Partial<Finding> = {}): Finding => ({
  relPath: "a.py",
  startLine: line,
  startColumn: from,
  endLine: line,
  endColumn: to,
  severity: "error",
  rule,
  message: `${rule} at ${line}:${from}`,
  ...given
})

const rules = (...given: Parameters<typeof findingPairs>) =>
  findingPairs(...given).map(([first, second]) => [first?.rule ?? null, second?.rule ?? null])

describe("findingPairs", () => {
  it("pairs what overlaps on the line that it begins on, whatever the tools mark of it", () => {
    // as pyright and pyrefly mark `x.name`, and an import
    assert.deepStrictEqual(rules([at("attribute", 7, 5, 9)], [at("missing-attribute", 7, 3, 9)]), [
      ["attribute", "missing-attribute"]
    ])
    assert.deepStrictEqual(
      rules([at("import", 9, 14, 26)], [at("missing-import", 9, 9, 10, { endLine: 11 })]),
      [["import", "missing-import"]]
    )
  })

  it("pairs each of several arguments of a call with its own", () => {
    const pairs = findingPairs(
      [at("a", 1, 52, 57), at("a", 1, 31, 36), at("a", 1, 78, 84)],
      [at("b", 1, 31, 36), at("b", 1, 78, 84), at("b", 1, 52, 57)]
    )
    assert.deepStrictEqual(pairs.map(([a, b]) => [a?.startColumn, b?.startColumn]).sort(), [
      [31, 31],
      [52, 52],
      [78, 78]
    ])
  })

  it("does not pair what is elsewhere on the line, on another line or in another file", () => {
    assert.deepStrictEqual(rules([at("a", 1, 1, 5)], [at("b", 1, 5, 9)]), [["a", null], [null, "b"]])
    assert.deepStrictEqual(rules([at("a", 1, 1, 5)], [at("b", 2, 1, 5)]), [["a", null], [null, "b"]])
    assert.deepStrictEqual(rules([at("a", 1, 1, 5)], [at("b", 1, 1, 5, { relPath: "b.py" })]), [["a", null], [
      null,
      "b"
    ]])
  })

  it("does not pair what is below the line that a long range begins on", () => {
    const unreachable = at("unreachable", 16, 1, 16, { endLine: 661 })
    assert.deepStrictEqual(rules([at("a", 40, 1, 5)], [unreachable]), [["a", null], [null, "unreachable"]])
  })

  it("takes a range without width for the whole line, as mypy means it", () => {
    assert.deepStrictEqual(rules([at("unnecessary-ignore", 471, 40, 52)], [at("unused-ignore", 471, 1, 1)]), [
      ["unnecessary-ignore", "unused-ignore"]
    ])
  })

  it("pairs with the nearest, and what is left of the same place with what is there", () => {
    // requests/__init__.py:55: the import, and the name that is unknown therefore
    assert.deepStrictEqual(
      rules([at("unknown", 55, 40, 55), at("import", 55, 10, 17)], [at("missing-import", 55, 5, 55)]),
      [["import", "missing-import"], ["unknown", "missing-import"]]
    )
    assert.deepStrictEqual(
      rules([at("one", 1, 1, 9)], [at("two", 1, 1, 9), at("three", 1, 1, 9)]).sort(),
      [["one", "three"], ["one", "two"]]
    )
  })

  it("prefers what begins nearer to what comes first on the line", () => {
    assert.deepStrictEqual(
      rules([at("whole", 1, 1, 30), at("inner", 1, 10, 12)], [at("INNER", 1, 10, 12), at("PART", 1, 25, 28)]),
      [["inner", "INNER"], ["whole", "PART"]]
    )
  })

  const finding = FastCheck.record({
    rule: FastCheck.constantFrom("a", "b", "c"),
    line: FastCheck.integer({ min: 1, max: 2 }),
    from: FastCheck.integer({ min: 1, max: 6 }),
    width: FastCheck.integer({ min: 0, max: 4 }),
    lines: FastCheck.integer({ min: 0, max: 1 })
  }).map(({ from, line, lines, rule, width }) => at(rule, line, from, from + width, { endLine: line + lines }))
  const findings = FastCheck.array(finding, { maxLength: 6 })

  it.prop("loses no finding, and is the same from the other side", { a: findings, b: findings }, ({ a, b }) => {
    const pairs = findingPairs(a, b)
    assert.sameMembers([...new Set(pairs.flatMap(([first]) => first ?? []))], [...new Set(a)])
    assert.sameMembers([...new Set(pairs.flatMap(([, second]) => second ?? []))], [...new Set(b)])
    // nobody is alone who could be paired
    const alone = (side: 0 | 1) => pairs.filter((pair) => pair[1 - side] === null).map((pair) => pair[side]?.message)
    const swapped = findingPairs(b, a)
    assert.deepStrictEqual(swapped.filter(([, first]) => first === null).length, alone(1).length)
    assert.deepStrictEqual(swapped.filter(([second]) => second === null).length, alone(0).length)
  })
})
