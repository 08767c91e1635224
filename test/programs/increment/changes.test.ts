import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import type { Declaration } from "../../../src/domain/Declaration.js"
import * as Changes from "../../../src/programs/increment/changes.js"
import { matcher } from "../../../src/programs/increment/mentions.js"

const declaration = (kind: Declaration["kind"], qualifiedName: string, text = ""): Declaration => ({
  kind,
  qualifiedName,
  name: qualifiedName.slice(qualifiedName.lastIndexOf(".") + 1),
  isMember: qualifiedName.includes("."),
  text
})

const between = (before: ReadonlyArray<Declaration>, after: ReadonlyArray<Declaration>) =>
  Changes.ofDeclarations(Option.some(before), Option.some(after))

const names = ({ names }: Changes.FileChanges) => names.map((each) => `${Changes.keyOf(each)} ${each.impact}`).sort()

describe("changes of declarations", () => {
  const f = declaration("function", "f", "def f():")
  const c = declaration("class", "C", "class C:")

  it("nothing when all texts are the same, in whatever order the names stand", () => {
    assert.deepStrictEqual(between([f, c], [c, f]), Changes.nothing)
  })

  it("a name that comes or goes is another, one whose text changed may have another type", () => {
    const g = declaration("function", "f", "def f(x):")
    assert.deepStrictEqual(names(between([f], [g])), ["f type"])
    assert.deepStrictEqual(names(between([f], [])), ["f identity"])
    assert.deepStrictEqual(names(between([], [f])), ["f identity"])
    assert.deepStrictEqual(
      names(between([declaration("variable", "X", "X = 1")], [declaration("variable", "X", "X = Y")])),
      [
        "X identity"
      ]
    )
    // bound once more
    assert.deepStrictEqual(names(between([f], [f, f])), ["f type"])
  })

  it("another constructor changes what the class is called with", () => {
    const init = (text: string) => [c, declaration("function", "C.__init__", text)]
    assert.deepStrictEqual(names(between(init("a"), init("b"))), ["C type"])
  })

  it("operators and bases are used without a name, unless the class is new", () => {
    const call = declaration("function", "C.__call__", "def __call__")
    assert.deepStrictEqual(between([c], [c, call]).unnamed, Option.some("C.__call__"))
    assert.deepStrictEqual(between([], [c, call]).unnamed, Option.none())
    assert.deepStrictEqual(
      between([c], [declaration("class", "C", "class C(D):")]).unnamed,
      Option.some("the bases or fields of C")
    )
    assert.deepStrictEqual(between([], [declaration("function", "__getattr__")]).unnamed, Option.some("__getattr__"))
    assert.deepStrictEqual(between([c], [c, declaration("function", "C.__repr__")]).unnamed, Option.none())
  })

  it("of __all__ the names that come or go", () => {
    const all = (text: string) => [declaration("variable", "__all__", text)]
    assert.deepStrictEqual(names(between(all(`__all__ = ["a", "b"]`), all(`__all__ = ["b", "c"]`))), [
      "__all__ type",
      "a identity",
      "c identity"
    ])
  })

  it("of an __all__ that comes or goes, or is no list, what * imports is not known by name", () => {
    const all = (text: string) => [declaration("variable", "__all__", text)]
    for (const [before, after] of [[[], all(`__all__ = ["a"]`)], [all("__all__ = b"), all("__all__ = c")]] as const) {
      assert.deepStrictEqual(between(before, after).unnamed, Option.some("what * imports"))
    }
  })

  it("a declaration that names what changed may be another", () => {
    const touched = (qualifiedName: string, kind: Declaration["kind"], impact: Changes.Impact) =>
      Changes.ofMentions([{ declaration: declaration(kind, qualifiedName), impact }])
    assert.deepStrictEqual(names(touched("f", "function", "identity")), ["f type"])
    assert.deepStrictEqual(names(touched("X", "variable", "identity")), ["X identity"])
    assert.deepStrictEqual(names(touched("C.__init__", "function", "type")), ["C type"])
    assert.deepStrictEqual(touched("C.__iter__", "function", "type").unnamed, Option.some("C.__iter__"))
    assert.deepStrictEqual(touched("C", "class", "identity").unnamed, Option.some("the bases or fields of C"))
    assert.deepStrictEqual(touched("C", "class", "type").unnamed, Option.none())
    assert.deepStrictEqual(touched("*", "import", "identity").unnamed, Option.some("another import of *"))
  })

  it("a file that does not parse may declare anything", () => {
    const changes = Changes.ofDeclarations(Option.some([f]), Option.none())
    assert.deepStrictEqual(names(changes), ["f identity"])
    assert.isTrue(Option.isSome(changes.unnamed))
  })
})

const symbol = (name: string, documentation: string, related: ReadonlyArray<string> = []) => ({
  symbol: name,
  documentation: [documentation],
  relationships: related.map((relatedSymbol) => ({
    relatedSymbol,
    isReference: false,
    isImplementation: true,
    isTypeDefinition: false,
    isDefinition: false
  }))
})

const module = "scip-python python p 0 `p.m`/"

describe("changes of an index", () => {
  const code = (text: string) => `\`\`\`python\n${text}\n\`\`\``
  const ofSymbols = (...symbols: ReadonlyArray<ReturnType<typeof symbol>>) =>
    Changes.interfaceOf([symbol(`${module}__init__:`, "(module) p.m"), ...symbols])
  const changed = (before: ReturnType<typeof symbol>, after: ReturnType<typeof symbol>) =>
    Changes.ofInterfaces(ofSymbols(before), ofSymbols(after))

  it("a type is more than a documentation", () => {
    const f = `${module}f().`
    assert.deepStrictEqual(names(changed(symbol(f, code("def f():")), symbol(f, `${code("def f():")}\n\nmore`))), [
      "f documentation"
    ])
    assert.deepStrictEqual(names(changed(symbol(f, code("def f():")), symbol(f, code("def f(): # -> int:")))), [
      "f type"
    ])
    const member = `${module}C#m.`
    assert.deepStrictEqual(names(changed(symbol(member, code("m: int")), symbol(member, code("m: str")))), [
      ".m identity"
    ])
  })

  it("of a constructor the class is named", () => {
    const init = `${module}Outer#C#__init__().`
    assert.deepStrictEqual(names(changed(symbol(init, code("a")), symbol(init, code("b")))), [".C type"])
  })

  it("other bases are seen without a name", () => {
    const c = `${module}C#`
    assert.deepStrictEqual(changed(symbol(c, "", ["a"]), symbol(c, "", ["b"])).unnamed, Option.some("the bases of C"))
  })

  it("local symbols, and those of other modules, are nobody's business", () => {
    const other = symbol("scip-python python p 0 `p.other`/C#x.", "x: int")
    assert.deepStrictEqual(changed(symbol("local 0", "a"), symbol("local 0", "b")), Changes.nothing)
    assert.deepStrictEqual(Changes.ofInterfaces(ofSymbols(), ofSymbols(other)), Changes.nothing)
    assert.deepStrictEqual(Changes.describedElsewhere([symbol(`${module}__init__:`, ""), other]), [other.symbol])
  })
})

describe("mentions", () => {
  const of = (name: string, isMember: boolean) => matcher([{ name, isMember, impact: "type" }])

  it("finds a whole name, also in quotes", () => {
    assert.isDefined(of("f", false)("x = f(1)"))
    assert.isDefined(of("Café", false)("x: \"Café\""))
    assert.isUndefined(of("f", false)("ff = of + f_ + éf"))
    assert.isDefined(of("a-b (1)", false)("import_module('a-b (1)')"))
  })

  it("of a member, where a member can stand", () => {
    for (
      const text of [
        "x.m()",
        "x .  m",
        "x.\\\n  m".replace("\\\n", "\n"),
        "def m(self)",
        "C(m=1)",
        "  m: int",
        "async def m()"
      ]
    ) {
      assert.isDefined(of("m", true)(text), text)
    }
    assert.isDefined(of("__len__", true)("x.__len__()"))
    assert.isUndefined(of("__len__", true)("def __len__(self)"))
    for (const text of ["m()", "print(m)", "x.mm", "from m import y"]) assert.isUndefined(of("m", true)(text), text)
  })
})
