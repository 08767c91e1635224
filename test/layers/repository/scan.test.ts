import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Clock, Effect, FastCheck as fc } from "effect"
import { createHash } from "node:crypto"
import { lineCounter } from "../../../src/layers/repository/content.js"
import * as Scan from "../../../src/layers/repository/scan.js"
import type { StatCache } from "../../../src/layers/repository/statCache.js"
import { Live, sh, tempDir, write } from "./temporaryRepository.js"

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

const nothing: StatCache = new Map()

const remember = ({ files, modules, stats }: Scan.Scan): StatCache =>
  new Map([...stats].map(([relPath, signature]) => [relPath, {
    signature,
    hash: files.get(relPath) ?? "",
    lines: modules.find((module) => module.relPath === relPath)?.lines ?? 0
  }]))

/** As if an hour had passed: no file has changed shortly before. */
const later = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.clockWith((clock) =>
    Effect.withClock(effect, {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + 3_600_000,
      currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + 3_600_000),
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
      currentTimeNanos: clock.currentTimeNanos,
      sleep: (duration) => clock.sleep(duration)
    })
  )

/** Runs with a file system that answers differently for some files, and says which files were read. */
const watching = <A, E>(
  effect: Effect.Effect<A, E, FileSystem.FileSystem>,
  failing: Readonly<Record<string, PlatformError.SystemErrorReason>> = {}
) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const read: Array<string> = []
    const watched = FileSystem.make({
      ...fs,
      readFile: (file) => {
        const name = file.slice(file.lastIndexOf("/") + 1)
        read.push(name)
        const reason = failing[name]
        return reason === undefined
          ? fs.readFile(file)
          : new PlatformError.SystemError({ reason, module: "FileSystem", method: "readFile" })
      }
    })
    const result = yield* Effect.provideService(effect, FileSystem.FileSystem, watched)
    return { result, read }
  })

describe("lines", () => {
  it.prop(
    "are counted as Python does, however the bytes arrive",
    [fc.array(fc.constantFrom("a", "é", "\n", "\r", "\r\n")).map((parts) => parts.join("")), fc.nat(12)],
    ([text, size]) => {
      const bytes = new TextEncoder().encode(text)
      const counter = lineCounter()
      for (let at = 0; at < bytes.length; at += size + 1) counter.add(bytes.subarray(at, at + size + 1))
      const ended = text.replace(/\r\n?/g, "\n")
      const expected = ended === "" ? 0 : ended.split("\n").length - (ended.endsWith("\n") ? 1 : 0)
      assert.strictEqual(counter.lines(), expected)
    },
    { fastCheck: { numRuns: 1000 } }
  )
})

layer(Live, { excludeTestServices: true })("scan", (it) => {
  it.scoped("hashes every file, and measures the Python files", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      yield* write(dir, { "b.py": "x = 'é'\ny", "a/c.pyi": "", "data.txt": "1\n2\n", "a/py": "#!python\n" })
      const { files, modules, notices } = yield* Scan.scan(dir, ["data.txt", "b.py", "a/py", "a/c.pyi"], nothing)
      assert.deepStrictEqual([...files], [
        ["a/c.pyi", sha256("")],
        ["a/py", sha256("#!python\n")],
        ["b.py", sha256("x = 'é'\ny")],
        ["data.txt", sha256("1\n2\n")]
      ])
      assert.deepStrictEqual(modules, [
        { relPath: "a/c.pyi", contentHash: sha256(""), bytes: 0, lines: 0 },
        { relPath: "b.py", contentHash: sha256("x = 'é'\ny"), bytes: 10, lines: 2 }
      ])
      assert.deepStrictEqual(notices, [])
    }))

  it.scoped("the identity is of the content: not of the order, the times or the place", () =>
    Effect.gen(function*() {
      const files = { "a.py": "1", "b.py": "2" }
      const [one, two] = [yield* tempDir, yield* tempDir]
      yield* write(one, files)
      yield* write(two, files)
      yield* sh(two, "touch -d '1 year ago' *")
      const { id } = yield* Scan.scan(one, ["a.py", "b.py"], nothing)
      assert.match(id, /^[0-9a-f]{64}$/)
      assert.strictEqual((yield* Scan.scan(two, ["b.py", "a.py", "b.py"], nothing)).id, id)
      yield* sh(two, "mv a.py c.py && mv b.py a.py && mv c.py b.py")
      assert.notStrictEqual((yield* Scan.scan(two, ["a.py", "b.py"], nothing)).id, id)
      assert.notStrictEqual((yield* Scan.scan(one, ["a.py"], nothing)).id, id)
    }))

  it.scoped("a large file in pieces", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      const text = `${"x".repeat(1024 * 1024 - 1)}\r\n`.repeat(5)
      yield* write(dir, { "large.py": text })
      const { read, result } = yield* watching(Scan.scan(dir, ["large.py"], nothing))
      assert.deepStrictEqual(result.modules, [
        { relPath: "large.py", contentHash: sha256(text), bytes: text.length, lines: 5 }
      ])
      assert.deepStrictEqual(read, [])
    }))

  describe("remembered", () => {
    it.scoped("files are not read again, and come out the same", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "a.py": "1\n2\n", "b.txt": "3", "c.py": "" })
        const all = ["a.py", "b.txt", "c.py"]
        const first = yield* later(Scan.scan(dir, all, nothing))
        yield* write(dir, { "c.py": "new" })
        const { read, result } = yield* watching(later(Scan.scan(dir, all, remember(first))))
        assert.deepStrictEqual(read, ["c.py"])
        assert.deepStrictEqual(result, yield* later(Scan.scan(dir, all, nothing)))
      }))

    it.scoped("files that changed within two seconds before are read again", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "a.py": "1" })
        const { stats } = yield* Scan.scan(dir, ["a.py"], nothing)
        assert.deepStrictEqual([...stats], [])
        yield* sh(dir, "touch -d '1 hour ago' a.py") // that itself is a change of now
        assert.deepStrictEqual([...(yield* Scan.scan(dir, ["a.py"], nothing)).stats], [])
        assert.deepStrictEqual([...(yield* later(Scan.scan(dir, ["a.py"], nothing))).stats.keys()], ["a.py"])
      }))

    describe.each([
      ["another size", "echo long > a.py"],
      ["the same size and time", "cp -p a.py stamp && printf 9 > a.py && touch -r stamp a.py"],
      ["a file of the same size that was moved there, with its directory", "mv dir gone && mv other dir"]
    ])("%s", (_, script) => {
      it.scoped("is noticed", () =>
        Effect.gen(function*() {
          const dir = yield* tempDir
          yield* write(dir, { "a.py": "1", "dir/b.py": "1", "other/b.py": "2" })
          yield* sh(dir, "touch -d '1 hour ago' a.py */b.py")
          const all = ["a.py", "dir/b.py"]
          const first = yield* later(Scan.scan(dir, all, nothing))
          yield* sh(dir, script)
          const second = yield* later(Scan.scan(dir, all, remember(first)))
          assert.notStrictEqual(second.id, first.id)
          assert.strictEqual(second.id, (yield* Scan.scan(dir, all, nothing)).id)
        }))
    })
  })

  describe("symbolic links", () => {
    it.scoped("that stay inside are aliases, chains followed to the end; others are not", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "pkg/a.py": "1" })
        yield* sh(
          dir,
          `ln -s pkg/a.py file.py; ln -s file.py chain.py; ln -s pkg dir; ln -s . self; ln -s dir/a.py below.py
           ln -s /etc/hostname outside.py; ln -s nowhere dangling.py; ln -s loop.py loop.py; ln -s .. up`
        )
        const links = ["below.py", "chain.py", "dangling.py", "dir", "file.py", "loop.py", "outside.py", "self", "up"]
        const { aliases, files, modules, notices } = yield* Scan.scan(dir, [...links, "pkg/a.py"], nothing)
        assert.deepStrictEqual([...aliases], [
          ["below.py", "pkg/a.py"],
          ["chain.py", "pkg/a.py"],
          ["dir", "pkg"],
          ["file.py", "pkg/a.py"],
          ["self", "."]
        ])
        assert.deepStrictEqual(modules.map(({ relPath }) => relPath), ["pkg/a.py"])
        assert.deepStrictEqual([...files.keys()], [...links, "pkg/a.py"].sort())
        assert.deepStrictEqual(notices, [])
      }))

    it.scoped("are content: their target's path, and not a file with this text", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        const id = Effect.map(Scan.scan(dir, ["a"], nothing), (scan) => scan.id)
        yield* sh(dir, "ln -s x a")
        const first = yield* id
        yield* sh(dir, "ln -sfn y a")
        const second = yield* id
        yield* sh(dir, "rm a; printf y > a")
        assert.strictEqual(new Set([first, second, yield* id]).size, 3)
      }))
  })

  describe("what cannot be read", () => {
    it.scoped("is in the snapshot with a mark of its own, and the rest goes on", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "a.py": "1", "secret.py": "22\n", "z.py": "3" })
        const all = ["a.py", "secret.py", "z.py"]
        const { result } = yield* watching(later(Scan.scan(dir, all, nothing)), { "secret.py": "PermissionDenied" })
        assert.deepStrictEqual([...result.files.keys()], all)
        assert.deepInclude(result.modules[1], { contentHash: Scan.UNREADABLE, lines: 0 })
        assert.deepStrictEqual([...result.stats.keys()], ["a.py", "z.py"])
        assert.deepStrictEqual(result.notices, ["secret.py: cannot be read, its content counts as unknown"])
      }))

    it.scoped("because it has gone meanwhile is not in the snapshot", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "a.py": "1", "gone.py": "2" })
        const { result } = yield* watching(Scan.scan(dir, ["a.py", "gone.py", "was.py"], nothing), {
          "gone.py": "NotFound"
        })
        assert.deepStrictEqual([...result.files.keys()], ["a.py"])
        assert.deepStrictEqual(result.notices, [])
      }))

    it.scoped("because it is no file is not opened", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "dir.py/x": "" })
        yield* sh(dir, "mkfifo pipe.py $'line\\nbreak.py'; for i in 1 2 3 4 5; do mkfifo $i; done")
        const { files, notices } = yield* Scan.scan(
          dir,
          ["pipe.py", "line\nbreak.py", "dir.py", "1", "2", "3", "4", "5"],
          nothing
        )
        assert.deepStrictEqual([...files], [])
        assert.deepStrictEqual(notices, [
          "1, 2, 3, 4, 5 and 2 more: neither a file nor a directory nor a link, left out"
        ])
      }))

    it.scoped("because of a name that is not UTF-8 is named; a name with the replacement character is none", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "ok\uFFFD.py": "" })
        yield* sh(dir, "touch $'bad\\xff.py'")
        const { files, notices } = yield* Scan.scan(dir, ["ok\uFFFD.py", "bad\uFFFD.py"], nothing)
        assert.deepStrictEqual([...files.keys()], ["ok\uFFFD.py"])
        assert.deepStrictEqual(notices, ["bad\uFFFD.py: not UTF-8 in the name, left out"])
      }))

    it.scoped("because it leads out of the repository", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "in/a..py": "", "x.py": "" })
        const { files } = yield* Scan.scan(`${dir}/in`, ["../x.py", "/etc/hostname", "a/../../x.py", "a..py"], nothing)
        assert.deepStrictEqual([...files.keys()], ["a..py"])
      }))
  })
})
