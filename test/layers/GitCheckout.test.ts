import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Git } from "../../src/services/Git.js"
import { Live, repository, sh, tempDir, write } from "./repository/temporaryRepository.js"

const commitOf = (directory: string, revision: string) =>
  Effect.flatMap(Git, (git) => git.commitOf(directory, revision))

/** The files of a revision, below the place of `directory` in it, as git lists them. */
const checkedOut = (directory: string, revision: string) =>
  Effect.gen(function*() {
    const git = yield* Git
    const destination = `${yield* tempDir}/tree`
    const root = yield* git.checkOut(directory, yield* git.commitOf(directory, revision), destination)
    const state = yield* Effect.flatten(git.state(root))
    return { root, destination, state }
  })

/** Everything of a repository that could be seen to change, times included. */
const everything = (directory: string) =>
  sh(
    directory,
    "find . -not -path './.git/index' -printf '%p %s %T@ %i\\n' | sort; GIT_OPTIONAL_LOCKS=0 git status --porcelain; git reflog"
  )

layer(Live, { excludeTestServices: true })("revisions", (it) => {
  describe("checkOut", () => {
    it.scoped("has the files of the commit, is a clean repository at it, and the repository itself stays as it was", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "1\n", "gone.py": "", ".gitignore": "*.log\n", "kept.log": "" })
        yield* sh(
          dir,
          "git add -f kept.log && git commit -qm kept && rm gone.py && echo 2 > a.py && git commit -qam two"
        )
        yield* write(dir, { "untracked.py": "" })
        const before = yield* everything(dir)
        const { root, state } = yield* checkedOut(dir, "HEAD~1")
        assert.deepStrictEqual(state.files, [".gitignore", "a.py", "gone.py", "kept.log"])
        assert.strictEqual(Option.getOrNull(state.commit), yield* sh(dir, "git rev-parse HEAD~1"))
        assert.isFalse(state.dirty)
        const fs = yield* FileSystem.FileSystem
        assert.strictEqual(yield* fs.readFileString(`${root}/a.py`), "1\n")
        assert.strictEqual(yield* everything(dir), before)
      }))

    it.scoped("of a directory in a repository: its place in the whole tree", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "ruff.toml": "", "pkg/é a/m.py": "" })
        const { destination, root, state } = yield* checkedOut(`${dir}/pkg/é a`, "HEAD")
        assert.strictEqual(root, `${destination}/pkg/é a`)
        assert.deepStrictEqual(state.files, ["m.py"])
        const fs = yield* FileSystem.FileSystem
        assert.isTrue(yield* fs.exists(`${destination}/ruff.toml`))
      }))

    it.scoped("of a directory that was not there yet: said so", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "" })
        yield* write(dir, { "new/b.py": "" })
        yield* sh(dir, "git add new && git commit -qm new")
        const error = yield* Effect.flip(checkedOut(`${dir}/new`, "HEAD~1"))
        assert.strictEqual(error._tag === "RevisionError" && error.reason, "NoDirectory")
      }))

    it.scoped("with submodules at the commits that it names", () =>
      Effect.gen(function*() {
        const inner = yield* repository({ "s.py": "1\n" })
        const dir = yield* repository({ "a.py": "" })
        yield* sh(dir, `git -c protocol.file.allow=always submodule add -q ${inner} sub; git commit -qm sub`)
        yield* sh(`${dir}/sub`, "echo 2 > s.py; git commit -qam two")
        yield* sh(dir, "git commit -qam later")
        const { root, state } = yield* checkedOut(dir, "HEAD~1")
        assert.include(state.files, "sub/s.py")
        const fs = yield* FileSystem.FileSystem
        assert.strictEqual(yield* fs.readFileString(`${root}/sub/s.py`), "1\n")
      }))

    it.scoped("from a worktree, and with the settings that decide about bytes and ignored files", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "1\n" })
        yield* sh(dir, "git config core.autocrlf true; echo 'secret*' > .git/info/exclude; git worktree add -q wt HEAD")
        const { root } = yield* checkedOut(`${dir}/wt`, "HEAD")
        const fs = yield* FileSystem.FileSystem
        assert.strictEqual(yield* fs.readFileString(`${root}/a.py`), "1\r\n")
        yield* write(root, { "secret.py": "" })
        const state = yield* Effect.flatMap(Git, (git) => Effect.flatten(git.state(root)))
        assert.deepStrictEqual(state.files, ["a.py"])
      }))

    it.scoped("runs no hook and no filter of the repository", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "1\n", ".gitattributes": "*.py filter=evil\n" })
        yield* sh(
          dir,
          `git config filter.evil.smudge 'touch ${dir}/ran; cat'
           mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch ${dir}/ran' > .git/hooks/post-checkout; chmod +x .git/hooks/*`
        )
        yield* checkedOut(dir, "HEAD")
        const fs = yield* FileSystem.FileSystem
        assert.isFalse(yield* fs.exists(`${dir}/ran`))
      }))
  })

  describe("commitOf", () => {
    it.scoped("a branch, a tag of its own, a short id; a revision is never an option", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "" })
        yield* sh(dir, "git tag -a v1 -m v1")
        const head = yield* sh(dir, "git rev-parse HEAD")
        for (const revision of ["main", "v1", head.slice(0, 8)]) {
          assert.strictEqual(yield* commitOf(dir, revision), head, revision)
        }
        for (const revision of ["--all", "-h", "", "main^{tree}", "no\nname"]) {
          const error = yield* Effect.flip(commitOf(dir, revision))
          assert.strictEqual(error._tag === "RevisionError" && error.reason, "Unknown", revision)
        }
      }))

    it.scoped("outside of any repository, and in a shallow clone: what to do", () =>
      Effect.gen(function*() {
        const nowhere = yield* Effect.flip(commitOf(yield* tempDir, "HEAD"))
        assert.strictEqual(nowhere._tag === "RevisionError" && nowhere.reason, "NoRepository")

        const dir = yield* repository({ "a.py": "" })
        yield* sh(dir, "git branch old; git commit -q --allow-empty -m 2; git commit -q --allow-empty -m 3")
        const clone = `${yield* tempDir}/clone`
        yield* sh(dir, `git clone -q --depth 1 file://${dir} ${clone}`)
        const shallow = yield* Effect.flip(commitOf(clone, "origin/old"))
        assert.strictEqual(shallow._tag === "RevisionError" && shallow.reason, "Shallow")
        assert.include(shallow.message, "git fetch --depth=50 origin +refs/heads/old:refs/remotes/origin/old")
        // and the commands that are named do it
        yield* sh(clone, "git fetch -q --depth=50 origin +refs/heads/old:refs/remotes/origin/old")
        yield* commitOf(clone, "origin/old")
      }))
  })

  describe("mergeBase", () => {
    const mergeBase = (directory: string, revision: string) =>
      Effect.flatMap(Git, (git) => Effect.map(git.mergeBase(directory, revision), Option.getOrNull))

    it.scoped("where the histories part; none where they have nothing in common; said where the clone ends before", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "" })
        const parted = yield* sh(dir, "git rev-parse HEAD")
        yield* sh(dir, "git checkout -q -b work; git commit -q --allow-empty -m w1; git commit -q --allow-empty -m w2")
        yield* sh(dir, "git checkout -q main; git commit -q --allow-empty -m m; git checkout -q work")
        assert.strictEqual(yield* mergeBase(dir, "main"), parted)
        yield* sh(dir, "git checkout -q --orphan alone; git commit -q --allow-empty -m alone")
        assert.isNull(yield* mergeBase(dir, "main"))

        const clone = `${yield* tempDir}/clone`
        yield* sh(dir, `git clone -q --depth 1 --no-single-branch --branch work file://${dir} ${clone}`)
        const error = yield* Effect.flip(mergeBase(clone, "origin/main"))
        assert.strictEqual(error._tag === "RevisionError" && error.reason, "Shallow")
        yield* sh(clone, "git fetch -q --deepen=200")
        assert.strictEqual(yield* mergeBase(clone, "origin/main"), parted)
      }))
  })
})
