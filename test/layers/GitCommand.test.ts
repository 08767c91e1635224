import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { defaultSettings } from "../../src/domain/ToolsConfig.js"
import { Git, type GitOptions } from "../../src/services/Git.js"
import { Live, repository, sh, tempDir, write } from "./repository/temporaryRepository.js"

const state = (directory: string, options?: GitOptions) =>
  Effect.flatMap(Git, (git) => Effect.flatten(git.state(directory, options)))

/** As null: for chai a some and a none are equal. */
const commit = (directory: string) => Effect.map(state(directory), (found) => Option.getOrNull(found.commit))

const files = (directory: string) => Effect.map(state(directory), (found) => found.files)

const none = (directory: string, options?: GitOptions) =>
  Effect.flatMap(Git, (git) => Effect.map(git.state(directory, options), Option.isNone))

const withVariables = (env: Readonly<Record<string, string>>) => ({ settings: { ...defaultSettings, env } })

layer(Live, { excludeTestServices: true })("GitCommand", (it) => {
  describe("files", () => {
    it.scoped("tracked and untracked, not the ignored and not the deleted", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "", "pkg/b.py": "", "gone.py": "", ".gitignore": "*.log\n" })
        yield* write(dir, { "new/c.py": "", "x.log": "" })
        yield* sh(dir, "rm gone.py")
        assert.deepStrictEqual(yield* files(dir), [".gitignore", "a.py", "new/c.py", "pkg/b.py"])
      }))

    it.scoped("tracked although ignored; staged; taken out of the index but on disk", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "kept.log": "", "out.py": "" })
        yield* write(dir, { ".gitignore": "*.log\n", "staged.py": "" })
        yield* sh(dir, "git add staged.py && git rm -q --cached out.py")
        assert.deepStrictEqual(yield* files(dir), [".gitignore", "kept.log", "out.py", "staged.py"])
      }))

    it.scoped("names with newline, quotes, backslash, tab, accents, spaces at the ends", () =>
      Effect.gen(function*() {
        const names = [
          "new\nline.py",
          "\"q\".py",
          "back\\slash.py",
          "t\tab.py",
          "é ü.py",
          " lead.py",
          "? a.py",
          "1 b.py"
        ]
        const tracked = yield* repository(Object.fromEntries(names.map((name) => [name, ""])))
        assert.sameMembers([...yield* files(tracked)], names)
        const untracked = yield* repository({})
        yield* write(untracked, Object.fromEntries(names.map((name) => [name, ""])))
        assert.sameMembers([...yield* files(untracked)], names)
        yield* sh(tracked, "rm -- *.py")
        assert.deepStrictEqual(yield* files(tracked), [])
      }))

    it.scoped("a file in conflict once", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "1\n" })
        yield* sh(dir, "git checkout -q -b other && echo 2 > a.py && git commit -qam 2")
        yield* sh(dir, "git checkout -q main && echo 3 > a.py && git commit -qam 3; ! git merge -q other > /dev/null")
        assert.deepStrictEqual(yield* files(dir), ["a.py"])
      }))

    it.scoped("of submodules, below their name; not those that are not checked out", () =>
      Effect.gen(function*() {
        const inner = yield* repository({ "s.py": "" })
        const dir = yield* repository({ "a.py": "" })
        yield* sh(
          dir,
          `for name in sub off; do git -c protocol.file.allow=always submodule add -q ${inner} $name; done
           git commit -qm sub; git submodule --quiet deinit -f off`
        )
        assert.deepStrictEqual(yield* files(dir), [".gitmodules", "a.py", "sub/s.py"])
        assert.isFalse((yield* state(dir)).dirty)
        yield* write(dir, { "sub/new.py": "" })
        const changed = yield* state(dir)
        assert.deepStrictEqual([changed.dirty, changed.files.includes("sub/new.py")], [true, true])
      }))

    it.scoped("of an untracked repository inside this one", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "" })
        yield* write(dir, { "sub/s.py": "" })
        yield* sh(dir, "git init -q sub")
        assert.deepStrictEqual(yield* files(dir), ["a.py", "sub/s.py"])
      }))
  })

  describe("the directory", () => {
    it.scoped("below the top: its own files and its own dirt", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "", "sub dir/b.py": "" })
        yield* write(dir, { "outside.py": "" })
        const clean = yield* state(`${dir}/sub dir`)
        assert.deepInclude(clean, { topLevel: dir, dirty: false, files: ["b.py"] })
        yield* write(dir, { "sub dir/c.py": "" })
        yield* sh(dir, "rm 'sub dir/b.py'")
        const dirty = yield* state(`${dir}/sub dir`)
        assert.deepInclude(dirty, { dirty: true, files: ["c.py"] })
      }))

    it.scoped("through a symbolic link", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "sub/b.py": "" })
        const elsewhere = yield* tempDir
        yield* sh(elsewhere, `ln -s ${dir}/sub link`)
        assert.deepInclude(yield* state(`${elsewhere}/link`), { topLevel: dir, files: ["b.py"] })
      }))

    it.scoped("a second working tree", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "" })
        const elsewhere = yield* tempDir
        yield* sh(dir, `git worktree add -q ${elsewhere}/tree`)
        assert.deepInclude(yield* state(`${elsewhere}/tree`), { topLevel: `${elsewhere}/tree`, files: ["a.py"] })
      }))

    it.scoped("none: no repository, a bare one, inside .git, ignored by the one around it", () =>
      Effect.gen(function*() {
        const outside = yield* tempDir
        const dir = yield* repository({ ".gitignore": "build/\n", "a.py": "" })
        yield* write(dir, { "build/x.py": "" })
        yield* sh(outside, "mkdir plain && git init -q --bare bare.git")
        const directories = [`${outside}/plain`, `${outside}/bare.git`, `${dir}/.git`, `${dir}/build`]
        assert.deepStrictEqual(yield* Effect.forEach(directories, (d) => none(d), { concurrency: 4 }), [
          true,
          true,
          true,
          true
        ])
        yield* write(dir, { "empty/.gitignore": "*\n" })
        assert.deepInclude(yield* state(`${dir}/empty`), { files: [], dirty: false })
      }))

    it.scoped("that does not exist is a failure", () =>
      Effect.map(Effect.flip(state("/no/such")), (error) => assert.deepInclude(error, { _tag: "ToolExecution" })))
  })

  describe("commit and dirt", () => {
    it.scoped("the commit, also of a detached head; none before the first", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "" })
        assert.strictEqual(yield* commit(dir), yield* sh(dir, "git rev-parse HEAD"))
        yield* sh(dir, "git checkout -q --detach && git commit -q --allow-empty -m second")
        assert.strictEqual(yield* commit(dir), yield* sh(dir, "git rev-parse HEAD"))
        const fresh = yield* tempDir
        yield* sh(fresh, "git init -q . && touch a.py")
        assert.isNull(yield* commit(fresh))
        assert.deepInclude(yield* state(fresh), { dirty: true, files: ["a.py"] })
      }))

    describe.each([
      ["changed", "echo x > a.py"],
      ["staged", "echo x > a.py && git add a.py"],
      ["deleted", "rm a.py"],
      ["renamed", "git mv a.py b.py"],
      ["untracked", "touch new.py"],
      ["untracked, where the configuration hides it", "git config status.showUntrackedFiles no && touch new.py"],
      ["a link in the place of a file", "rm a.py && ln -s x a.py"]
    ])("%s", (_, script) => {
      it.scoped("is dirty", () =>
        Effect.gen(function*() {
          const dir = yield* repository({ "a.py": "" })
          assert.isFalse((yield* state(dir)).dirty)
          yield* sh(dir, script)
          assert.isTrue((yield* state(dir)).dirty)
        }))
    })

    it.scoped("what we write is neither content nor dirt", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "", "ci.duckdb.md": "" })
        yield* write(dir, { ".codeintel/codeintel.duckdb": "", "ci.duckdb": "", "ci.duckdb.state/lock": "" })
        const options = { exclude: ["ci.duckdb", "ci.duckdb.state"] }
        assert.deepInclude(yield* state(dir, options), { dirty: false, files: ["a.py", "ci.duckdb.md"] })
        assert.isTrue((yield* state(dir)).dirty)
      }))

    it.scoped("touches nothing in .git", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "x" })
        yield* sh(dir, "touch -d '1 hour ago' a.py") // a refresh of the index would be due
        const listing = sh(dir, "find .git -printf '%p %s %T@\\n' | sort")
        const before = yield* listing
        yield* state(dir)
        assert.strictEqual(yield* listing, before)
      }))
  })

  describe("trust", () => {
    const ran = (dir: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.exists(`${dir}/../ran`))

    /** A repository below a directory where its programs leave a mark; the script ends with what makes git run one. */
    const hostile = (script: string) =>
      Effect.gen(function*() {
        const parent = yield* tempDir
        const dir = `${parent}/repository`
        yield* write(dir, { "a.py": "1\n" })
        yield* sh(dir, "git init -q . && git add -A && git commit -qm first")
        yield* sh(dir, `printf '#!/bin/sh\\ntouch ${parent}/ran\\n' > ../program && chmod +x ../program`)
        yield* sh(dir, script)
        return dir
      })

    describe.each([
      ["a file system monitor", "git config core.fsmonitor $PWD/../program; echo 2 > a.py"],
      [
        "a filter",
        "git config filter.x.clean $PWD/../program; echo '* filter=x' > .gitattributes; echo 2 > a.py"
      ],
      [
        "a filter in an included file",
        `printf '[filter "x.y"]\\nprocess = %s\\n' $PWD/../program > .git/more; git config include.path more
         echo '* filter=x.y' > .gitattributes; echo 2 > a.py`
      ],
      [
        "hooks",
        `git config core.hooksPath $PWD/.hooks; mkdir .hooks; ln -s $PWD/../program .hooks/post-index-change
         touch -d '1 hour ago' a.py`
      ],
      [
        "the transport of a partial clone",
        `git config remote.o.url "ext::$PWD/../program"; git config protocol.ext.allow always
         git config remote.o.promisor true; git config extensions.partialClone o
         git config core.repositoryFormatVersion 1
         rm .git/objects/$(git rev-parse HEAD^{tree} | sed 's,..,&/,')`
      ]
    ])("%s of the repository", (_, script) => {
      it.scoped("is not run", () =>
        Effect.gen(function*() {
          const dir = yield* hostile(script)
          yield* sh(dir, "git status || true") // runs it
          assert.isTrue(yield* ran(dir), "the attack works")
          yield* sh(dir, "rm ../ran")
          yield* Effect.either(state(dir, { untrusted: true }))
          assert.isFalse(yield* ran(dir))
          if (script.includes("filter")) return
          yield* Effect.either(state(dir))
          assert.isFalse(yield* ran(dir), "not where it is trusted either")
        }))
    })

    it.scoped("a filter that cannot be switched off is refused", () =>
      Effect.gen(function*() {
        const dir = yield* hostile("git config filter.x=y.clean $PWD/../program; echo '* filter=x=y' > .gitattributes")
        yield* sh(dir, "echo 2 > a.py")
        assert.deepInclude(yield* Effect.flip(state(dir, { untrusted: true })), { reason: "MalformedOutput" })
        assert.isFalse(yield* ran(dir))
      }))

    it.scoped("filters of the user are used: a file as Git LFS leaves it is not dirty", () =>
      Effect.gen(function*() {
        const home = yield* tempDir
        yield* write(home, { ".gitconfig": "[filter \"upper\"]\nclean = tr a-z A-Z\n" })
        const dir = yield* tempDir
        yield* write(dir, { ".gitattributes": "*.py filter=upper\n", "a.py": "x\n" })
        yield* sh(dir, "git init -q . && git add -A && git commit -qm 1 && touch -d '1 hour ago' a.py", { HOME: home })
        const ofUser = withVariables({ HOME: home })
        assert.isFalse((yield* state(dir, { ...ofUser, untrusted: true })).dirty)
        assert.isFalse((yield* state(dir, ofUser)).dirty)
        assert.isTrue((yield* state(dir)).dirty, "without it")
      }))

    it.scoped("a repository of somebody else: git's refusal is the failure", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "" })
        const error = yield* Effect.flip(state(dir, withVariables({ GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" })))
        assert.deepInclude(error, { _tag: "ToolExecution", reason: "ExitCode", exitCode: 128 })
        assert.include(error.message, "safe.directory")
      }))

    it.scoped("a configuration that names a working tree elsewhere is not followed", () =>
      Effect.gen(function*() {
        const elsewhere = yield* tempDir
        const dir = yield* repository({ "a.py": "" })
        yield* sh(dir, `git config core.worktree ${elsewhere}`)
        assert.isTrue(yield* none(dir))
      }))
  })

  it.scoped("the executable, its arguments and its time limit are the configured ones", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "" })
      const missing = { ...defaultSettings, path: Option.some("/no/such/git") }
      assert.deepInclude(yield* Effect.flip(state(dir, { settings: missing })), { _tag: "ToolNotFound" })
      const owner = { ...withVariables({ GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" }).settings }
      const trusting = { ...owner, args: ["-c", "safe.directory=*"] }
      assert.deepStrictEqual((yield* state(dir, { settings: trusting })).files, ["a.py"])
    }))
})
