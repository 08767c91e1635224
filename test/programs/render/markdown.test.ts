import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { marked, type Token, type Tokens } from "marked"
import { inert } from "../../../src/domain/inert.js"
import { cellCode, markdownTable, prose } from "../../../src/programs/render/markdown.js"

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: "\"", "#39": "'", "#124": "|" }

const decoded = (html: string) => html.replace(/&(#?\w+);/g, (all, name: string) => entities[name] ?? all)

/** What a reader sees in a cell, and as what. */
const read = (tokens: ReadonlyArray<Token>) => ({
  text: tokens.map((token) => "text" in token ? decoded(String(token.text)) : "").join(""),
  kinds: new Set(tokens.map(({ type }) => type))
})

const rowsOf = (markdown: string) => {
  const tokens = marked.lexer(markdown)
  assert.deepStrictEqual(tokens.map(({ type }) => type), ["table"])
  return (tokens[0] as Tokens.Table).rows
}

const signs = FastCheck.string({
  unit: FastCheck.constantFrom(..."|\\` \n\t<>&*_[]()!#@~$a1".split("")),
  maxLength: 12
})

const text = FastCheck.oneof(
  FastCheck.string({ unit: "binary" }),
  signs,
  FastCheck.constantFrom(
    "a|b\\|c",
    "``|`",
    " ` ",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://a/b.png)",
    "@octocat #1 https://example.org",
    "a\r\n| --- |\u2028b",
    "&lt;b&gt; <!--",
    "$x$ :smile: ~~no~~ **no**",
    "\\",
    "|"
  )
)

describe("Markdown", () => {
  it.prop("a text of others is one cell, as it is, and nothing but code", [text, text], ([one, other]) => {
    const rows = rowsOf(
      markdownTable([{ title: "a" }, { title: "b" }], [[cellCode(one), cellCode(other)], [cellCode(other), "1"]])
    )
    assert.deepStrictEqual(rows.map((row) => row.length), [2, 2])
    const [first = [], second = []] = rows.map((row) => row.map(({ tokens }) => read(tokens)))
    assert.deepStrictEqual([first[0]?.text, first[1]?.text], [inert(one), inert(other)])
    assert.deepStrictEqual([second[0]?.text, second[1]?.text], [inert(other), "1"])
    // the bars that stand outside
    for (const { kinds } of [...first, ...second.slice(0, 1)]) {
      assert.isEmpty([...kinds].filter((kind) => kind !== "codespan" && kind !== "text"), [...kinds].join())
    }
  }, { fastCheck: { numRuns: 2000 } })

  it("a bar after a backslash is outside of the code, where all readers agree", () => {
    assert.strictEqual(cellCode("a|b"), "`a\\|b`")
    assert.strictEqual(cellCode("a\\|b"), "`a\\`&#124;`b`")
    assert.strictEqual(cellCode(""), "")
    assert.strictEqual(cellCode("a\nb"), "`a\\nb`")
    assert.strictEqual(cellCode("`"), "`` ` ``")
  })

  it.prop(
    "a text of ours is read as it is written",
    [signs.map((each) => each.replace(/[\n\t$@#!]/g, ""))],
    ([given]) => {
      const [[cell] = []] = rowsOf(markdownTable([{ title: "a" }], [[`x${prose(given)}x`]]))
      assert.strictEqual(read(cell?.tokens ?? []).text, `x${given}x`)
    },
    { fastCheck: { numRuns: 2000 } }
  )

  it("a word is not made ugly", () => {
    assert.strictEqual(prose("rel_path, __init__"), "rel_path, \\_\\_init\\_\\_")
  })
})
