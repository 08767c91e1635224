import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { defaultSettings, type ToolSettings } from "../../../src/domain/ToolsConfig.js"
import * as FileList from "../../../src/layers/repository/fileList.js"
import { fromTop, walk } from "../../../src/layers/repository/walk.js"
import { defaultConfig } from "../../../src/layers/testing/TestRepository.js"
import { Live, repository, sh, tempDir, write } from "./temporaryRepository.js"

const list = (directory: string, git: Partial<ToolSettings> = {}) =>
  Effect.map(
    FileList.list(directory, { ...defaultConfig, tools: { git: { ...defaultSettings, ...git } } }, [".codeintel"]),
    // as null: for chai a some and a none are equal
    (found) => ({ ...found, commit: Option.getOrNull(found.commit), files: [...found.files].sort() })
  )

const walked = (directory: string) => Effect.map(walk(directory, [".codeintel"]), ({ files }) => [...files].sort())

describe("patterns of a directory, as written at the top", () => {
  it.each([
    ["", "*.log", ["*.log"]],
    ["", "!x\n\n# c\n  \r\n/y\r\n", ["!x", "/y"]],
    ["a/b", "x", ["/a/b/**/x"]],
    ["a/b", "!x/", ["!/a/b/**/x/"]],
    ["a/b", "/x\ny/z", ["/a/b/x", "/a/b/y/z"]],
    ["a/b", "**/x", ["/a/b/**/x"]],
    ["a/b", "\\!x", ["/a/b/**/\\!x"]],
    ["[a]*", "x", ["/\\[a\\]\\*/**/x"]]
  ])("%s: %s", (directory, text, expected) => assert.deepStrictEqual(fromTop(directory, text), expected))
})

layer(Live, { excludeTestServices: true })("fileList", (it) => {
  const files = {
    ".gitignore": "*.log\n/build\ndata/\n!keep.log\n*.PYC\n",
    "a.py": "",
    "a.log": "",
    "a.pyc": "",
    "keep.log": "",
    "build/x.py": "",
    "sub/build/y.py": "",
    "sub/data/z.py": "",
    "sub/.gitignore": "!a.log\ntmp*\n/only.py\n!data/\n[[]x[]].py\n",
    "sub/a.log": "",
    "sub/tmp.py": "",
    "sub/only.py": "",
    "sub/deep/only.py": "",
    "sub/deep/tmp/q.py": "",
    "sub/[x].py": "",
    "tmp.py": "",
    "we ird[1]/.gitignore": "no.py\n",
    "we ird[1]/no.py": "",
    "we ird[1]/yes.py": "",
    "we ird1/no.py": "",
    "é/new\nline.py": ""
  }

  it.scoped("a walk finds what git finds", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      yield* write(dir, files)
      const found = yield* walked(dir)
      assert.includeMembers(found, ["a.py", "sub/a.log", "sub/data/z.py", "sub/build/y.py", "é/new\nline.py"])
      yield* sh(dir, "git init -q .")
      assert.deepStrictEqual(found, (yield* list(dir)).files)
    }))

  it.scoped("a walk leaves out git's own, installed packages, caches, environments and what we write", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      const names = [".git", "node_modules", "__pycache__", "x/node_modules", ".codeintel"]
      yield* write(dir, Object.fromEntries(names.map((name) => [`${name}/a.py`, ""])))
      yield* write(dir, { "env/pyvenv.cfg": "", "env/lib/a.py": "", "x/b.py": "", ".hidden/c.py": "", "y/.git": "" })
      assert.deepStrictEqual(yield* walked(dir), [".hidden/c.py", "x/b.py"])
    }))

  it.scoped("an environment that git does not ignore is left out, and said", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      const kept = { "a.py": "", "pyvenv.cfg": "", "sub/.venvs/b.py": "" }
      yield* write(dir, { ...kept, ".venv/pyvenv.cfg": "", ".venv/lib/c.py": "", "sub/.venv/pyvenv.cfg": "" })
      yield* sh(dir, "git init -q .")
      const { files, notices } = yield* list(dir)
      assert.deepStrictEqual(files, Object.keys(kept).sort())
      assert.deepStrictEqual(notices.map((notice) => notice.split(" ")[0]), [".venv/", "sub/.venv/"])
    }))

  it.scoped("a walk lists links and does not follow them, and a .gitignore that is none is not read", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      yield* write(dir, { "pkg/a.py": "" })
      yield* sh(dir, "ln -s .. pkg/up; ln -s pkg link; ln -s self self; mkfifo pkg/.gitignore; printf '*' > all")
      yield* sh(dir, "ln -s all .gitignore")
      assert.deepStrictEqual(yield* walked(dir), [
        ".gitignore",
        "all",
        "link",
        "pkg/.gitignore",
        "pkg/a.py",
        "pkg/up",
        "self"
      ])
    }))

  it.scoped("no repository: a walk, nothing to say", () =>
    Effect.gen(function*() {
      const dir = yield* tempDir
      yield* write(dir, { "a.py": "" })
      assert.deepStrictEqual(yield* list(dir), {
        files: ["a.py"],
        commit: null,
        dirty: false,
        bringsState: false,
        notices: []
      })
    }))

  it.scoped("no git: a walk, and it is said", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "" })
      const { files, notices } = yield* list(dir, { path: Option.some("/no/such/git") })
      assert.deepStrictEqual(files, ["a.py"])
      assert.match(notices.join(), /^git is not there \(\/no\/such\/git\)/)
    }))

  it.scoped("git refuses a repository of somebody else: a walk, and the remedy", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "" })
      const { files, notices } = yield* list(dir, { env: { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" } })
      assert.deepStrictEqual(files, ["a.py"])
      assert.lengthOf(notices, 1)
      assert.match(
        notices.join(),
        /^git refused.*dubious ownership.*git config --global --add safe\.directory '\/.*'$/
      )
    }))

  it.scoped("git refuses for another reason: its words", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "" })
      yield* sh(dir, "echo '[core' > .git/config")
      const { notices } = yield* list(dir)
      assert.match(notices.join(), /^git refused.*bad config line 1/)
    }))
})
