import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FastCheck, Option } from "effect"
import {
  type ColumnUnit,
  normalize,
  type RawFinding,
  realPaths,
  relPathOf
} from "../../../src/layers/tools/findings.js"
import { contextOf } from "./recorded.js"

const at = (path: string, line: number, start: number, end: number, more: Partial<RawFinding> = {}): RawFinding => ({
  path,
  range: Option.some({ startLine: line, startColumn: start, endLine: line, endColumn: end }),
  severity: "error",
  rule: "rule",
  message: "message",
  ...more
})

/** A directory with these files, and the columns that findings of `unit` in `a.py` come out with. */
const repository = Effect.fnUntraced(function*(files: Readonly<Record<string, string | Uint8Array>>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = path.join(yield* fs.realPath(yield* fs.makeTempDirectoryScoped()), "repo")
  yield* fs.makeDirectory(root)
  for (const [file, content] of Object.entries(files)) {
    yield* fs.makeDirectory(path.dirname(path.join(root, file)), { recursive: true })
    yield* fs.writeFile(
      path.join(root, file),
      typeof content === "string" ? new TextEncoder().encode(content) : content
    )
  }
  return root
})

const columnsOf = Effect.fnUntraced(function*(
  content: string | Uint8Array,
  unit: ColumnUnit,
  line: number,
  start: number,
  end: number
) {
  const root = yield* repository({ "a.py": content })
  const { diagnostics } = yield* normalize(contextOf({ root, modules: ["a.py"] }), "tool", unit, [
    at("a.py", line, start, end)
  ])
  return diagnostics.map(({ endColumn, startColumn }) => [startColumn, endColumn])
})

layer(NodeContext.layer, { excludeTestServices: true })("findings", (it) => {
  describe("columns", () => {
    // recorded from pyright 1.1.414, as 1-based UTF-16 units: the same place in the text as in pyrefly's code points
    describe.each<[string, string | Uint8Array, number, [number, number], [number, number]]>([
      ["ASCII", "x: int = \"a\"\n", 1, [10, 13], [10, 13]],
      ["two units before and in the range", "é = 1; y: int = \"😀b\" + 1\n", 1, [17, 26], [17, 25]],
      ["a byte order mark", "\uFEFFx: int = \"a\"\n", 1, [11, 14], [10, 13]],
      ["the line after a byte order mark", "\uFEFF\r\ny: int = \"b\"\r\n", 2, [10, 13], [10, 13]],
      ["form feed, U+0085 and U+2028, which end no line", "\"\"\"a\f\u2028\v\u0085b\"\"\"; x: int = \"😀\"\n", 1, [
        24,
        28
      ], [24, 27]],
      ["a line after a lone CR", "x = 1\r\"😀\", y\n", 2, [6, 8], [5, 7]],
      ["CRLF", "x = 1\r\n\"😀\", y\r\n", 2, [6, 8], [5, 7]],
      ["past the end of the line", "\"😀\"\n", 1, [5, 9], [4, 8]],
      ["past the end of the file", "\"😀\"\n", 7, [5, 9], [5, 9]],
      ["the second half of a pair", "😀\n", 1, [2, 3], [2, 2]],
      ["bytes that are no UTF-8", new Uint8Array([0x22, 0xe9, 0x22, 0x3b, 0x20, 0x78]), 1, [6, 7], [6, 7]]
    ])("%s", (_, content, line, [start, end], expected) => {
      it.scoped("are counted in code points", () =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* columnsOf(content, "utf16", line, start, end), [expected])
        }))

      it.scoped("in code points stay as they are", () =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* columnsOf(content, "codePoints", line, start, end), [[start, end]])
        }))
    })

    const text = FastCheck.fullUnicodeString({ maxLength: 40 }).map((line) => line.replaceAll(/[\r\n\uFEFF]/g, "_"))

    it.scoped("of any place between two characters are the number of characters before it", () =>
      Effect.gen(function*() {
        const lines = FastCheck.sample(text, 300)
        const root = yield* repository({ "a.py": lines.join("\n") })
        const places = lines.flatMap((line, index) =>
          Array.from(line, (_, points) => ({
            line: index + 1,
            points,
            units: Array.from(line).slice(0, points).join("").length
          }))
        )
        const { diagnostics } = yield* normalize(
          contextOf({ root, modules: ["a.py"] }),
          "tool",
          "utf16",
          places.map(({ line, units }) => at("a.py", line, units + 1, units + 1))
        )
        assert.isAbove(places.length, 1000)
        assert.deepStrictEqual(
          diagnostics.map(({ startColumn, startLine }) => [startLine, startColumn]),
          places.map(({ line, points }) => [line, points + 1])
        )
      }))

    it.scoped("are never before the first, and keep their order", () =>
      Effect.gen(function*() {
        const lines = FastCheck.sample(text, 100)
        const root = yield* repository({ "a.py": `\uFEFF${lines.join("\n")}` })
        const columns = Array.from({ length: 50 }, (_, index) => index + 1)
        const { diagnostics } = yield* normalize(
          contextOf({ root, modules: ["a.py"] }),
          "tool",
          "utf16",
          lines.flatMap((_, index) => columns.map((column) => at("a.py", index + 1, column, column + 1)))
        )
        assert.isTrue(diagnostics.every(({ endColumn, startColumn }) => startColumn >= 1 && endColumn >= startColumn))
      }))

    it.effect("of a file that is gone are the tool's", () =>
      Effect.gen(function*() {
        const ctx = contextOf({ root: "/nowhere", files: ["a.py"] })
        const { diagnostics } = yield* normalize(ctx, "tool", "utf16", [at("a.py", 3, 5, 6)])
        assert.deepInclude(diagnostics[0], { relPath: "a.py", startLine: 3, startColumn: 5, endColumn: 6 })
      }))
  })

  describe("paths", () => {
    const ctx = contextOf({
      root: "/repo",
      aliases: {
        "alias.py": "pkg/a.py",
        link: "pkg",
        "pkg/self": "pkg",
        "pkg/deep/b.py": "pkg/a.py",
        here: ".",
        loop: "loop2",
        loop2: "loop"
      }
    })

    describe.each<[string, string | undefined]>([
      ["pkg/a.py", "pkg/a.py"],
      ["./pkg/../pkg/a.py", "pkg/a.py"],
      ["/repo/pkg/a.py", "pkg/a.py"],
      ["alias.py", "pkg/a.py"],
      ["/repo/link/a.py", "pkg/a.py"],
      ["link/deep/b.py", "pkg/a.py"],
      ["link/self/self/c.py", "pkg/c.py"],
      ["here/link/a.py", "pkg/a.py"],
      ["..a.py", "..a.py"],
      ["linked/a.py", "linked/a.py"],
      ["loop/a.py", "loop/a.py"],
      ["../a.py", undefined],
      ["/a.py", undefined],
      ["/repository/a.py", undefined],
      ["/repo", undefined],
      [".", undefined]
    ])("%s", (given, expected) => {
      it.effect(expected === undefined ? "is outside" : `is ${expected}`, () =>
        Effect.gen(function*() {
          assert.strictEqual(Option.getOrUndefined(relPathOf(ctx, yield* Path.Path, given)), expected)
        }))
    })

    it.scoped("are real, also where no list of links says so", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* repository({ "pkg/ignored.py": "", "../outside/o.py": "" })
        yield* fs.symlink("pkg", `${root}/link`)
        yield* fs.symlink("../outside", `${root}/ext`)
        const real = yield* realPaths(contextOf({ root }), [
          "link/ignored.py",
          "ext/o.py",
          "gone.py",
          "../outside/o.py"
        ])
        assert.deepStrictEqual([...real].map(([file, relPath]) => [file, Option.getOrNull(relPath)]), [
          ["link/ignored.py", "pkg/ignored.py"],
          ["ext/o.py", null],
          ["gone.py", "gone.py"],
          ["../outside/o.py", null]
        ])
      }))

    it.scoped("outside, and of nothing, are counted and not stored", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* repository({ "ignored.py": "x", "../outside/o.py": "" })
        yield* fs.symlink("../outside", `${root}/ext`)
        const found = yield* normalize(contextOf({ root, files: ["gone.py"] }), "tool", "codePoints", [
          at("ext/o.py", 1, 1, 1),
          at("../outside/o.py", 1, 1, 1),
          at("never.py", 1, 1, 1),
          at("nul\0.py", 1, 1, 1),
          at("gone.py", 1, 1, 1),
          at("ignored.py", 1, 1, 1)
        ])
        assert.deepStrictEqual(found.diagnostics.map(({ relPath }) => relPath), ["gone.py", "ignored.py"])
        assert.strictEqual(found.outsideRepository, 4)
      }))
  })

  it.effect("what a tool finds in files of ours is neither stored nor counted", () =>
    Effect.gen(function*() {
      const ours = [".codeintel/scratch/x.py", "/nowhere/.codeintel/scratch/x.py", "a/../.codeintel/x.py"]
      const found = yield* normalize(contextOf({ root: "/nowhere", files: [".codeintel.py"] }), "tool", "codePoints", [
        ...ours.map((path) => at(path, 1, 1, 1)),
        at(".codeintel.py", 1, 1, 1)
      ])
      assert.deepStrictEqual(found.diagnostics.map(({ relPath }) => relPath), [".codeintel.py"])
      assert.strictEqual(found.outsideRepository, 0)
    }))

  describe("a finding", () => {
    const ctx = contextOf({ root: "/nowhere", files: ["a.py", "b.py"], aliases: { "link.py": "a.py" } })

    it.effect("that comes through a link as well is one, and what a tool says twice is two", () =>
      Effect.gen(function*() {
        const twice = ["a.py", "link.py", "a.py"].map((path) => at(path, 1, 1, 2))
        const { diagnostics, errorsByFile } = yield* normalize(ctx, "tool", "codePoints", twice)
        assert.strictEqual(diagnostics.length, 2)
        assert.deepStrictEqual([...errorsByFile], [["a.py", 2]])
        assert.notStrictEqual(diagnostics[0]?.fingerprint, diagnostics[1]?.fingerprint)
      }))

    it.effect("that comes through a link alone is on the real path", () =>
      Effect.gen(function*() {
        const { diagnostics } = yield* normalize(ctx, "tool", "codePoints", [at("link.py", 1, 1, 2)])
        assert.deepStrictEqual(diagnostics.map(({ relPath }) => relPath), ["a.py"])
      }))

    it.effect("on the real path stands for those through links, whose words may differ", () =>
      Effect.gen(function*() {
        const { diagnostics, errorsByFile } = yield* normalize(ctx, "tool", "codePoints", [
          at("link.py", 1, 1, 1, { message: "cannot load link.py" }),
          at("/nowhere/a.py", 1, 1, 1, { message: "cannot load a.py" }),
          at("./a.py", 2, 1, 1, { severity: "warning" })
        ])
        assert.deepStrictEqual(diagnostics.map(({ message }) => message), ["cannot load a.py", "message"])
        assert.deepStrictEqual([...errorsByFile], [["a.py", 1]])
      }))

    it.effect("of a whole file is at its start", () =>
      Effect.gen(function*() {
        const { diagnostics } = yield* normalize(ctx, "tool", "utf16", [at("a.py", 1, 1, 1, { range: Option.none() })])
        assert.deepInclude(diagnostics[0], { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 })
      }))

    it.effect("is sorted by path and position, whatever the order of the tool", () =>
      Effect.gen(function*() {
        const found = [at("b.py", 1, 1, 2), at("a.py", 2, 1, 2), at("a.py", 1, 9, 9), at("a.py", 1, 1, 2)]
        const forwards = yield* normalize(ctx, "tool", "codePoints", found)
        const backwards = yield* normalize(ctx, "tool", "codePoints", [...found].reverse())
        assert.deepStrictEqual(forwards.diagnostics, backwards.diagnostics)
        assert.deepStrictEqual(
          forwards.diagnostics.map((each) => `${each.relPath}:${each.startLine}:${each.startColumn}`),
          [
            "a.py:1:1",
            "a.py:1:9",
            "a.py:2:1",
            "b.py:1:1"
          ]
        )
      }))
  })

  describe("a fingerprint", () => {
    const fingerprint = Effect.fnUntraced(function*(content: string, line: number, more: Partial<RawFinding> = {}) {
      const root = yield* repository({ "a.py": content })
      const message = more.message?.replace("ROOT", root) ?? "message"
      const { diagnostics } = yield* normalize(contextOf({ root, modules: ["a.py"] }), "tool", "codePoints", [
        at("a.py", line, 1, 2, { ...more, message })
      ])
      return diagnostics[0]?.fingerprint
    })

    it.scoped("stays when lines move, the checkout moves or detail changes", () =>
      Effect.gen(function*() {
        const first = yield* fingerprint("x = y\n", 1, { message: "in ROOT\nseen" })
        assert.match(first ?? "", /^[0-9a-f]{16}$/)
        assert.strictEqual(yield* fingerprint("\n\n    x = y\n", 3, { message: "in ROOT\nseen" }), first)
        assert.strictEqual(yield* fingerprint("x = y\r\n", 1, { message: "in ROOT\nnot seen" }), first)
      }))

    it.scoped("changes with the line, the rule and the message", () =>
      Effect.gen(function*() {
        const all = yield* Effect.all([
          fingerprint("x = y\n", 1),
          fingerprint("x = z\n", 1),
          fingerprint("x = y\n", 1, { rule: "other" }),
          fingerprint("x = y\n", 1, { message: "other" })
        ], { concurrency: 1 })
        assert.strictEqual(new Set(all).size, 4)
      }))
  })
})
