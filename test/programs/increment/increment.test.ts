/** The index of symbols of a repository that changes, by what is indexed again and by what is stored. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Indexed, inWorld, symbol, type World } from "./world.js"

const f = symbol("a.py", "f")
const g = symbol("b.py", "g")
const int = "def f() -> int:"

/** `b.py` uses `f`, `c.py` uses what `b.py` makes of it, `d.py` stands beside them. */
const first: World = {
  sources: {
    "a.py": "def f():\n    return helper()\n\ndef helper() -> int:\n    return 1\n",
    "b.py": "import a\n\ndef g():\n    return a.f()\n",
    "c.py": "import b\n\nb.g()\n",
    "d.py": "import a\n\ny = 1\n"
  },
  index: {
    "a.py": { defines: { f: int, helper: "def helper() -> int:" } },
    "b.py": { defines: { g: "def g() -> int:" }, uses: [f] },
    "c.py": { uses: [g] },
    "d.py": { defines: {} }
  }
}

const all = Object.keys(first.sources)

const edited = (
  given: Readonly<Record<string, string>>,
  index: Readonly<Record<string, Indexed>> = {},
  more: Partial<World> = {}
): World => ({
  ...first,
  sources: { ...first.sources, ...given },
  index: { ...first.index, ...index },
  ...more
})

const typed = first.sources["a.py"]?.replace("return 1", "return 2") ?? ""

const reasons = "SELECT rel_path, reason FROM run_files WHERE reason IS NOT NULL ORDER BY 1"
const documents = "SELECT rel_path FROM scip_documents WHERE rel_path IS NOT NULL ORDER BY 1"
const runs = "SELECT status, reason, files_analyzed FROM tool_runs WHERE tool = 'scip-python'"
const ofFile = (relPath: string) => `SELECT symbol FROM occurrences WHERE rel_path = '${relPath}' ORDER BY start_line`

describe("increment", () => {
  it.effect("a first index is of everything, and gives no reasons", () =>
    inWorld(({ ask, ingest }) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* ingest(first), [all])
        assert.deepStrictEqual(yield* ask(reasons), [])
        assert.deepStrictEqual(yield* ask(runs), [["ok", null, 4]])
        // and once more there is nothing to do
        assert.deepStrictEqual(yield* ingest(first), [])
      })
    ))

  it.effect("another body of a function that says its type is one file; all others stand, with what was known", () =>
    inWorld(({ ask, ingest }) =>
      Effect.gen(function*() {
        yield* ingest(first)
        const before = yield* ask("SELECT rel_path, document_id FROM scip_documents ORDER BY 1")
        // an index of one of the others would say something else: nobody asked for it
        const rounds = yield* ingest(edited({ "a.py": typed }, { "b.py": { uses: ["never read"] } }))
        assert.deepStrictEqual(rounds, [["a.py"]])
        assert.deepStrictEqual(yield* ask(reasons), [["a.py", "its content changed"]])
        assert.deepStrictEqual(yield* ask(runs), [["ok", null, 1]])
        assert.deepStrictEqual(yield* ask("SELECT rel_path, document_id FROM scip_documents ORDER BY 1"), before)
        assert.deepStrictEqual(yield* ask(`SELECT rel_path FROM occurrences WHERE symbol = '${f}' ORDER BY 1`), [
          ["a.py"],
          ["b.py"]
        ])
        assert.deepStrictEqual(yield* ask("SELECT count(*) FROM run_files WHERE measured"), [[4]])
      })
    ))

  it.effect("what the source does not say is seen in the index, and is followed until nothing more changes", () =>
    inWorld(({ ask, ingest }) =>
      Effect.gen(function*() {
        // the same declarations, and another type: what is inferred depends on more than the source
        const sources = { ...first.sources, "a.py": "from x import y\n\ndef f(): return y()\n" }
        yield* ingest({ ...first, sources })
        const rounds = yield* ingest({
          sources: { ...sources, "a.py": `# moved\n${sources["a.py"]}` },
          index: {
            ...first.index,
            "a.py": { defines: { f: "def f() -> str:" } },
            "b.py": { defines: { g: "def g() -> str:" }, uses: [f] },
            "c.py": { uses: [g, "scip-python python python-stdlib 3 builtins/str#"] }
          }
        })
        // the source of b.py says that g may be another then
        assert.deepStrictEqual(rounds, [["a.py"], ["b.py", "c.py"]])
        assert.deepStrictEqual(yield* ask(reasons), [
          ["a.py", "its content changed"],
          ["b.py", "refers to what changed in a.py"],
          ["c.py", "names g, which changed in b.py"]
        ])
        assert.deepStrictEqual(
          yield* ask(`SELECT documentation FROM symbols WHERE symbol = '${g}'`),
          [["```python\ndef g() -> str:\n```"]]
        )
        assert.lengthOf(yield* ask(ofFile("c.py")), 3)
        assert.deepStrictEqual(yield* ask(runs), [["ok", null, 3]])
      })
    ))

  describe("everything is indexed", () => {
    const whole = (next: World, why: RegExp, from: World = first) =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(from)
          const rounds = yield* ingest(next)
          assert.deepStrictEqual(rounds.at(-1), Object.keys(next.sources))
          const [[status, reason] = []] = yield* ask(runs)
          assert.strictEqual(status, "ok")
          assert.match(String(reason), why)
          assert.deepStrictEqual(yield* ask(reasons), [])
          assert.lengthOf(yield* ask(documents), Object.keys(next.sources).length)
        })
      )

    it.effect("when that takes no longer, and says why", () =>
      whole(
        edited({ "a.py": typed, "b.py": "import a\n\ndef g() -> int:\n    return a.f()\n" }),
        /^everything was indexed: 3 of 4 files would have to be indexed again/
      ))

    it.effect("when what the rounds show is too much", () => {
      const users = Object.fromEntries(["d.py", "e.py", "h.py", "i.py"].map((each) => [each, "import a\n"]))
      const world: World = {
        sources: { ...first.sources, ...users },
        index: { ...first.index, ...Object.fromEntries(Object.keys(users).map((each) => [each, { uses: [f] }])) }
      }
      return whole(
        {
          sources: { ...world.sources, "a.py": typed },
          index: { ...world.index, "a.py": { defines: { f: "def f() -> str:", helper: "def helper() -> int:" } } }
        },
        /^everything was indexed: 7 of 7 files would have to be indexed again/,
        world
      )
    })

    it.effect("with other thresholds, when too many files changed", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(first)
          assert.deepStrictEqual(yield* ingest(edited({ "a.py": typed, "d.py": "" })), [all])
          assert.deepStrictEqual(yield* ask(runs), [
            ["ok", "everything was indexed: 2 of 4 modules are new or changed (50 %)", 4]
          ])
        }), { changedRatio: 0.4, deletedRatio: 1, minimumModules: 0 }))

    it.effect("with another configuration, tool or environment", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(first)
          assert.deepStrictEqual(yield* ingest(edited({ "a.py": typed }, {}, { baseKey: "other" })), [all])
          const why = "everything was indexed: there is no earlier index with this configuration, tool and environment"
          assert.deepStrictEqual(yield* ask(runs), [["ok", why, 4]])
          // and back: the first run is of this configuration
          assert.deepStrictEqual(yield* ingest(edited({ "d.py": "import a\n\ny = 2\n" })), [["d.py"]])
        })
      ))
  })

  describe("a file that is gone", () => {
    it.effect("and that nobody used: the smallest file shows that the tool works", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(first)
          const { "d.py": _, ...sources } = first.sources
          const rounds = yield* ingest({ ...first, sources })
          assert.deepStrictEqual(rounds, [["c.py"]])
          assert.deepStrictEqual(yield* ask(reasons), [
            ["c.py", "nothing has to be indexed again, and this is the smallest file"]
          ])
          assert.deepStrictEqual(yield* ask(documents), [["a.py"], ["b.py"], ["c.py"]])
        })
      ))

    it.effect("is gone for those who imported it", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(first)
          const { "c.py": c = "", "b.py": _, ...sources } = first.sources
          const rounds = yield* ingest({
            sources: { ...sources, "c.py": c },
            index: { ...first.index, "c.py": { uses: ["nobody's"] } }
          })
          assert.deepStrictEqual(rounds, [["c.py"]])
          assert.deepStrictEqual(yield* ask(reasons), [["c.py", "imports b.py, which is gone"]])
          assert.deepStrictEqual(yield* ask(`SELECT count(*) FROM symbols WHERE symbol = '${g}'`), [[0]])
        })
      ))

    it.effect("with the description of a symbol of another file: that one is indexed", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          // f is defined in a.py, and its description is in d.py, to which scip-python came first
          yield* ingest({
            ...first,
            index: { ...first.index, "a.py": { uses: [] }, "b.py": { uses: [f] }, "d.py": { describes: { [f]: int } } },
            defined: { "a.py": [f] }
          })
          assert.deepStrictEqual(yield* ask(`SELECT rel_path FROM symbols WHERE symbol = '${f}'`), [["d.py"]])
          const { "d.py": _, ...sources } = first.sources
          const rounds = yield* ingest({ ...first, sources })
          assert.deepStrictEqual(rounds[0], ["c.py"])
          assert.deepInclude(rounds, ["a.py"])
          assert.deepInclude(yield* ask(reasons), ["a.py", `${f} was described where it is no more`])
          assert.deepStrictEqual(yield* ask(`SELECT rel_path FROM symbols WHERE symbol = '${f}'`), [["a.py"]])
        })
      ))

    it.effect("is gone for those who had its symbols, by whatever name", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          const world = edited({ "e.py": "print()\n" }, { "e.py": { uses: [g] }, "c.py": {} })
          yield* ingest(world)
          const { "b.py": _, ...sources } = world.sources
          assert.deepStrictEqual(yield* ingest({ ...world, sources }), [["c.py", "e.py"]])
          assert.deepStrictEqual(yield* ask(reasons), [
            ["c.py", "imports b.py, which is gone"],
            ["e.py", "refers to what changed in b.py"]
          ])
        })
      ))
  })

  it.effect("a description that a file has no more is looked for where the symbol is defined", () =>
    inWorld(({ ask, ingest }) =>
      Effect.gen(function*() {
        const index = { ...first.index, "a.py": {}, "d.py": { describes: { [f]: int } } }
        yield* ingest({ ...first, index, defined: { "a.py": [f] } })
        const rounds = yield* ingest(edited({ "d.py": "import a\n\ny = 2\n" }))
        assert.deepStrictEqual(rounds.slice(0, 2), [["d.py"], ["a.py"]])
        assert.deepInclude(yield* ask(reasons), ["a.py", `${f} was described where it is no more`])
        assert.deepStrictEqual(yield* ask(`SELECT rel_path FROM symbols WHERE symbol = '${f}'`), [["a.py"]])
      })
    ))

  describe("a file that cannot be indexed", () => {
    const bad = (more: Partial<World> = {}) => edited({}, {}, { deadly: ["a.py"], ...more })

    it.effect("is the only one that is tried again, and alone does not take the index with it", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* ingest(bad()), [all])
          assert.deepStrictEqual(yield* ask(runs), [
            ["partial", "could not be indexed: a.py (scip-python: Signal)", 3]
          ])
          assert.deepStrictEqual(yield* ingest(bad()), [["a.py"], ["c.py"]])
          assert.deepStrictEqual(yield* ask(runs), [
            ["partial", "could not be indexed: a.py (scip-python: Signal)", 1]
          ])
          assert.deepStrictEqual(
            yield* ask("SELECT rel_path, measured, reason FROM run_files WHERE reason IS NOT NULL ORDER BY 1"),
            [
              ["a.py", false, "scip-python: Signal"],
              ["c.py", true, "nothing else could be indexed, and this is the smallest file"]
            ]
          )
          assert.deepStrictEqual(yield* ask(documents), [["b.py"], ["c.py"], ["d.py"]])
        })
      ))

    it.effect("is indexed as soon as it can be, with what can be seen of it", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(bad())
          const rounds = yield* ingest(first)
          assert.deepStrictEqual(rounds[0], ["a.py"])
          assert.deepInclude(yield* ask(reasons), ["a.py", "it could not be indexed before"])
          assert.deepStrictEqual(yield* ask(documents), all.map((each) => [each]))
          assert.deepStrictEqual((yield* ask(runs))[0]?.[0], "ok")
          // that run is whole: it is linked again
          assert.deepStrictEqual(yield* ingest(first), [])
        })
      ))

    it.effect("after an edit is the only one without a document", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(first)
          assert.deepStrictEqual(yield* ingest(edited({ "a.py": typed }, {}, { deadly: ["a.py"] })), [["a.py"], [
            "c.py"
          ]])
          assert.deepStrictEqual(yield* ask(documents), [["b.py"], ["c.py"], ["d.py"]])
        })
      ))

    it.effect("and goes: who imported it is indexed", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(edited({}, {}, { deadly: ["b.py"] }))
          const { "b.py": _, ...sources } = first.sources
          assert.deepStrictEqual(yield* ingest({ ...first, sources }), [["c.py"]])
          assert.deepStrictEqual(yield* ask(reasons), [["c.py", "imports b.py, which is gone"]])
        })
      ))

    it.effect("when no file can be, the tool is at fault", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(first)
          yield* ingest(edited({ "a.py": typed }, {}, { deadly: all }))
          assert.deepStrictEqual((yield* ask(runs))[0]?.[0], "failed")
          assert.deepStrictEqual(yield* ask(documents), [])
        })
      ))

    it.effect("since it cannot be read: no process can be had for it, and one for another file is", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          const hidden = edited({}, {}, { unreadable: ["a.py"] })
          yield* ingest(hidden)
          assert.deepStrictEqual(yield* ingest(hidden), [["a.py", "c.py"]])
          assert.deepStrictEqual(yield* ask(runs), [["partial", "could not be indexed: a.py (it cannot be read)", 1]])
          assert.deepStrictEqual(yield* ask(documents), [["b.py"], ["c.py"], ["d.py"]])
        })
      ))
  })

  describe("files that change while the tool runs", () => {
    it.effect("are left out, and nothing goes on from that run", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          yield* ingest(first)
          assert.deepStrictEqual(
            yield* ingest(edited({ "a.py": typed }, {}, { changing: ["b.py", "d.py"] })),
            [["a.py"]]
          )
          assert.deepStrictEqual(yield* ask(runs), [
            ["partial", "the repository changed while the tool ran: b.py, d.py", 1]
          ])
          assert.deepStrictEqual(yield* ask(documents), [["a.py"], ["c.py"]])
          assert.deepStrictEqual(
            yield* ask("SELECT count(*) FROM core.tool_runs WHERE base_key IS NULL AND tool = 'scip-python'"),
            [[1]]
          )
          // the run before it is the one to go on from
          assert.deepStrictEqual(yield* ingest(edited({ "a.py": typed })), [["a.py"]])
          assert.deepStrictEqual(yield* ask(documents), all.map((each) => [each]))
        })
      ))
  })

  describe("symbols of other packages", () => {
    const lib = "scip-python python lib 1 lib/f()."
    const other = "scip-python python other 1 other/g()."
    const externals = { [lib]: "def f()", [other]: "def g()" }
    const told = "SELECT symbol FROM symbols WHERE rel_path IS NULL ORDER BY 1"

    it.effect("stay while a file refers to them, and are gone with the last", () =>
      inWorld(({ ask, ingest }) =>
        Effect.gen(function*() {
          const world = edited({}, { "d.py": { uses: [lib] }, "c.py": { uses: [other] } }, { externals })
          yield* ingest(world)
          assert.deepStrictEqual(yield* ask(told), [[lib], [other]])
          yield* ingest({
            ...world,
            sources: { ...world.sources, "d.py": "import a\n\ny = 2\n" },
            index: { ...world.index, "d.py": {} },
            externals: {}
          })
          assert.deepStrictEqual(yield* ask(told), [[other]])
        })
      ))
  })

  it.effect("a file that has another name is indexed as what it was", () =>
    inWorld(({ ask, ingest }) =>
      Effect.gen(function*() {
        yield* ingest(first)
        const { "d.py": d = "", ...sources } = first.sources
        assert.deepStrictEqual(yield* ingest({ ...first, sources: { ...sources, "e.py": d } }), [["e.py"]])
        assert.deepStrictEqual(yield* ask(reasons), [["e.py", "it was d.py"]])
      })
    ))

  it.effect("a file that has another name keeps its spelling, and not that of most others", () =>
    inWorld(({ ask, ingest }) =>
      Effect.gen(function*() {
        const [asClass, asVariable] = [
          symbol("a.py", "v").replace(/v.*$/, "v#"),
          symbol("a.py", "v").replace(/v.*$/, "v.v.")
        ]
        const index = {
          ...first.index,
          "b.py": { uses: [asVariable] },
          "c.py": { uses: [asVariable] },
          "d.py": { uses: [asClass] }
        }
        yield* ingest({ ...first, index })
        const { "d.py": d = "", ...sources } = first.sources
        const renamed = { ...index, "e.py": { uses: [asVariable] } }
        assert.deepStrictEqual(yield* ingest({ ...first, sources: { ...sources, "e.py": d }, index: renamed }), [[
          "e.py"
        ]])
        assert.deepStrictEqual((yield* ask(ofFile("e.py"))).at(-1), [asClass])
      })
    ))
})
