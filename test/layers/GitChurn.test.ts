/** `Git.churn` of `GitCommand`, on real histories. */
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { changesIn } from "../../src/domain/Churn.js"
import { type ChurnOptions, Git } from "../../src/services/Git.js"
import { Live, repository, sh, tempDir, write } from "./repository/temporaryRepository.js"

const churn = (directory: string, options: Partial<ChurnOptions> = {}) =>
  Effect.flatMap(Git, (git) => Effect.flatten(git.churn(directory, { commit: "HEAD", ...options })))

const counts = (directory: string, options: Partial<ChurnOptions> = {}) =>
  Effect.map(
    churn(directory, options),
    ({ changes }) => Object.fromEntries([...changes].map(([relPath, all]) => [relPath, all.length]))
  )

const commit = (dir: string, files: Readonly<Record<string, string>>) =>
  Effect.zipRight(write(dir, files), sh(dir, "git add -A && git commit -qm more"))

layer(Live, { excludeTestServices: true })("GitCommand.churn", (it) => {
  it.scoped("counts commits by Python file; a merge is one, a directory has its own", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "1\n", "sub dir/b.py": "1\n", "c.txt": "1\n" })
      yield* commit(dir, { "a.py": "2\n", "c.txt": "2\n" })
      yield* sh(dir, "git checkout -qb side")
      yield* commit(dir, { "a.py": "3\n" })
      yield* commit(dir, { "a.py": "4\n", "sub dir/b.py": "2\n" })
      yield* sh(dir, "git checkout -q main && git merge -q --no-ff -m merge side")
      assert.deepStrictEqual(yield* counts(dir), { "a.py": 3, "sub dir/b.py": 2 })
      assert.deepStrictEqual(yield* counts(`${dir}/sub dir`), { "b.py": 2 })
      assert.deepStrictEqual(yield* counts(dir, { relPaths: ["sub dir/b.py"] }), { "sub dir/b.py": 2 })
      assert.deepStrictEqual(yield* counts(dir, { commit: "HEAD~1" }), { "a.py": 2, "sub dir/b.py": 1 })
      assert.strictEqual((yield* churn(dir)).tracked.has("sub dir/b.py"), true)
    }))

  it.scoped("begins a year before the commit, or on the day that is given", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      yield* sh(dir, "git init -q -b main .")
      for (const day of ["2020-01-01", "2021-06-01", "2022-01-01"]) {
        yield* write(dir, { "a.py": day })
        const at = `${day}T12:00:00Z`
        yield* sh(dir, "git add -A && git commit -qm more", { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at })
      }
      assert.deepStrictEqual(yield* counts(dir), { "a.py": 2 })
      assert.strictEqual((yield* churn(dir)).since, "2021-01-01T12:00:00.000Z")
      assert.deepStrictEqual(yield* counts(dir, { since: "2020-01-01" }), { "a.py": 3 })
      assert.deepStrictEqual(yield* counts(dir, { since: "2022-01-01" }), { "a.py": 1 })
    }))

  it.scoped("follows lines as git log -L does, over what is not committed", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "def f():\n    return 1\n\n\ndef g():\n    return 1\n" })
      yield* commit(dir, { "a.py": "import x\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return 1\n" })
      yield* commit(dir, { "a.py": "import x\n\n\ndef f():\n    y = 2\n    return 1\n\n\ndef g():\n    return 1\n" })
      yield* commit(dir, { "a.py": "import x\n\n\ndef f():\n    y = 2\n    return 1\n\n\ndef g():\n    return 2\n" })
      const found = yield* churn(dir)
      const changes = found.changes.get("a.py") ?? []
      for (const [start, end] of [[4, 6], [9, 10], [1, 1]] as const) {
        const asked = yield* sh(dir, `git log --format=%H -s -L${start},${end}:a.py | wc -l`)
        assert.strictEqual(changesIn({ start, end }, changes), Number(asked), `${start}-${end}`)
      }
      yield* write(dir, {
        "a.py": "import x\n\n# new\n\n\ndef f():\n    y = 2\n    return 1\n\n\ndef g():\n    return 2\n"
      })
      const { uncommitted } = yield* churn(dir)
      assert.strictEqual(changesIn({ start: 6, end: 8 }, changes, uncommitted.get("a.py")), 2)
    }))

  it.scoped("names with newline, quotes, backslash, tab, accents, spaces at the ends", () =>
    Effect.gen(function*() {
      const names = ["new\nline.py", "\"q\".py", "back\\slash.py", "t\tab.py", "é ü.py", " lead.py", "*.py", ":x.py"]
      const dir = yield* repository(Object.fromEntries(names.map((name) => [name, "1\n"])))
      assert.deepStrictEqual(yield* counts(dir), Object.fromEntries(names.map((name) => [name, 1])))
      for (const name of names) assert.deepStrictEqual(yield* counts(dir, { relPaths: [name] }), { [name]: 1 })
    }))

  it.scoped("none of a shallow clone; a commit that is not there is a failure", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "1\n" })
      yield* commit(dir, { "a.py": "2\n" })
      const elsewhere = yield* tempDir
      yield* sh(elsewhere, `git -c protocol.file.allow=always clone -q --depth 1 file://${dir} clone`)
      const git = yield* Git
      assert.isTrue(Option.isNone(yield* git.churn(`${elsewhere}/clone`, { commit: "HEAD" })))
      for (const unknown of ["0".repeat(40), "--output=/tmp/x"]) {
        assert.deepInclude(yield* Effect.flip(git.churn(dir, { commit: unknown })), { reason: "ExitCode" })
      }
    }))

  describe("runs nothing of a repository that is not trusted", () => {
    it.scoped.each<[name: string, script: string]>([
      ["a file system monitor", "git config core.fsmonitor $PWD/../program"],
      ["a filter", "git config filter.x.clean $PWD/../program; echo '* filter=x' > .gitattributes"],
      [
        "a difference of its own",
        "git config diff.x.command $PWD/../program; git config diff.external $PWD/../program; echo '* diff=x' > .gitattributes"
      ],
      ["a text of its own", "git config diff.x.textconv $PWD/../program; echo '* diff=x' > .gitattributes"],
      ["a signature", "git config log.showSignature true; git config gpg.program $PWD/../program"]
    ])("%s", ([, script]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const above = yield* tempDir
        yield* write(above, { program: "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\ncat\n", "repo/a.py": "1\n" })
        yield* sh(above, "chmod +x program; cd repo; git init -q -b main .; git add -A; git commit -qm first")
        const dir = `${above}/repo`
        yield* commit(dir, { "a.py": "2\n" })
        yield* sh(dir, script)
        yield* write(dir, { "a.py": "3\n" })
        assert.deepStrictEqual(yield* counts(dir, { untrusted: true }), { "a.py": 2 })
        assert.isFalse(yield* fs.exists(`${above}/ran`))
      }))
  })
})
