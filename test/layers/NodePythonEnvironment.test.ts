import * as NodeContext from "@effect/platform-node/NodeContext"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type { ToolExecutionReason } from "../../src/domain/errors.js"
import type { Interpreter } from "../../src/domain/PipelineContext.js"
import { cacheDirectory } from "../../src/layers/cacheDirectory.js"
import * as NodePythonEnvironment from "../../src/layers/NodePythonEnvironment.js"
import * as NodeToolRunner from "../../src/layers/NodeToolRunner.js"
import { PythonEnvironment } from "../../src/services/PythonEnvironment.js"
import { ToolRunner } from "../../src/services/ToolRunner.js"

const Live = NodeToolRunner.layerFromEnv.pipe(Layer.provideMerge(NodeContext.layer))

/** A fresh service over the real Python, and how many processes it has started. */
const counted = Effect.fnUntraced(function*(cacheDirectory: string, variables: Readonly<Record<string, string>> = {}) {
  const runner = yield* ToolRunner
  const started = yield* Ref.make(0)
  const environment = yield* NodePythonEnvironment.make({ cacheDirectory, variables }).pipe(
    Effect.provideService(ToolRunner, {
      run: (invocation) => Effect.zipRight(Ref.update(started, (count) => count + 1), runner.run(invocation))
    })
  )
  return { environment, started: Ref.get(started) }
})

const answerWith = (version: string, abi: string) =>
  `{"executable":"/bin/sh","version":"${version}","prefix":"/usr","abi":"${abi}","sitePackages":[]}\n`

const tempDir = Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath))

const bash = (script: string, cwd: string) =>
  Effect.gen(function*() {
    const runner = yield* ToolRunner
    const result = yield* runner.run({
      tool: "bash",
      executable: "bash",
      args: ["-ec", script],
      cwd,
      env: {},
      inherit: "caller",
      timeout: Duration.seconds(60),
      maxOutputBytes: 1_000_000
    })
    assert.strictEqual(result.exitCode, 0, result.stderr)
    return result.stdout.trim()
  })

/** A temporary directory with a virtual environment `venv`, and what Python says of itself. */
const withVenv = Effect.gen(function*() {
  const dir = yield* tempDir
  yield* bash("python3 -m venv --without-pip venv", dir)
  const site = `${dir}/venv/lib/${yield* bash("ls venv/lib", dir)}/site-packages`
  return { dir, python: `${dir}/venv/bin/python`, site, cache: `${dir}/cache` }
})

/** A runner that answers every invocation so. */
const canned = (answer: { readonly exitCode?: number; readonly stdout?: string }) =>
  Layer.succeed(ToolRunner, {
    run: ({ args, tool }) =>
      Effect.map(DateTime.now, (startedAt) => ({
        tool,
        args,
        exitCode: 0,
        stdout: "",
        stderr: "said",
        startedAt,
        durationMs: 1,
        ...answer
      }))
  })

const nothingStarts = Layer.succeed(ToolRunner, { run: () => Effect.die("a process was started") })

// real subprocesses need the real clock
layer(Live, { excludeTestServices: true })("NodePythonEnvironment", (it) => {
  describe("interpreter", () => {
    it.scoped("describes a virtual environment, its link not resolved", () =>
      Effect.gen(function*() {
        const { cache, dir, python, site } = yield* withVenv
        const { environment } = yield* counted(cache)
        const found = yield* environment.interpreter(python, "because", dir)
        const [version = "", abi = ""] = (yield* bash(
          `${python} -c 'import platform, sysconfig; print(platform.python_version(), sysconfig.get_config_var("SOABI"))'`,
          dir
        )).split(" ")
        assert.deepInclude(found, { executable: python, prefix: `${dir}/venv`, version, abi, chosenBecause: "because" })
        assert.strictEqual(found.sitePackages[0], site)
        assert.isTrue(found.sitePackages.every((directory) => directory.startsWith(`${dir}/venv`)))
      }))

    it.scoped("remembers over processes of ours: a second run starts none", () =>
      Effect.gen(function*() {
        const { cache, dir, python } = yield* withVenv
        const first = yield* counted(cache)
        const asked = yield* first.environment.interpreter(python, "one", dir)
        const second = yield* counted(cache)
        const remembered = yield* second.environment.interpreter(python, "two", "/")
        assert.deepStrictEqual(remembered, { ...asked, chosenBecause: "two" })
        assert.deepStrictEqual([yield* first.started, yield* second.started], [1, 0])
        const fs = yield* FileSystem.FileSystem
        assert.deepStrictEqual((yield* fs.readDirectory(`${cache}/interpreters`)).map((name) => name.slice(-5)), [
          ".json"
        ])
      }))

    it.scoped("asks again when the environment was made anew, and then sees the system's packages", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { cache, dir, python, site } = yield* withVenv
        const { environment, started } = yield* counted(cache)
        const before = yield* environment.interpreter(python, "", dir)
        const settings = yield* fs.readFileString(`${dir}/venv/pyvenv.cfg`)
        yield* fs.writeFileString(`${dir}/venv/pyvenv.cfg`, settings.replace("packages = false", "packages = true"))
        const after = yield* environment.interpreter(python, "", dir)
        assert.strictEqual(yield* started, 2)
        assert.notDeepEqual(after.sitePackages, before.sitePackages)
        const home = yield* bash(`${python} -c 'import site; print(site.getusersitepackages())'`, dir)
        const base = yield* bash(`${python} -c 'import sys; print(sys.base_prefix)'`, dir)
        assert.strictEqual(after.sitePackages[0], site)
        assert.include(after.sitePackages, home)
        assert.isTrue(after.sitePackages.some((directory) => directory.startsWith(`${base}/`)))
      }))

    it.scoped("asks again when the executable is another file", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { cache, dir, python } = yield* withVenv
        const real = yield* fs.realPath(python)
        yield* fs.remove(python)
        yield* fs.copyFile(real, python)
        yield* fs.utimes(python, 1, 1)
        const { environment, started } = yield* counted(cache)
        yield* environment.interpreter(python, "", dir)
        yield* fs.utimes(python, 2, 2)
        yield* environment.interpreter(python, "", dir)
        assert.strictEqual(yield* started, 2)
      }))

    it.scoped("ignores a damaged answer, and a cache that cannot be written", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { cache, dir, python } = yield* withVenv
        const { environment, started } = yield* counted(cache)
        const asked = yield* environment.interpreter(python, "", dir)
        const [name] = yield* fs.readDirectory(`${cache}/interpreters`)
        yield* fs.writeFileString(`${cache}/interpreters/${name}`, "{\"stamp\":")
        assert.deepStrictEqual(yield* environment.interpreter(python, "", dir), asked)
        assert.strictEqual(yield* started, 2)
        assert.deepStrictEqual(yield* environment.interpreter(python, "", dir), asked)
        assert.strictEqual(yield* started, 2, "the damaged file was replaced")
        const blocked = yield* counted(python)
        assert.deepStrictEqual(yield* blocked.environment.interpreter(python, "", dir), asked)
      }))

    it.scoped("a script is described by what it starts, and asked each time", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { cache, dir, python } = yield* withVenv
        yield* fs.writeFileString(`${dir}/wrapper`, `#!/bin/sh\nexec ${python} "$@"\n`)
        yield* fs.chmod(`${dir}/wrapper`, 0o755)
        const { environment, started } = yield* counted(cache)
        for (const _ of [1, 2]) {
          assert.propertyVal(yield* environment.interpreter(`${dir}/wrapper`, "", dir), "executable", python)
        }
        assert.strictEqual(yield* started, 2)
      }))

    it.scoped("a shim of pyenv is asked once for each version it chooses", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const dir = yield* tempDir
        yield* bash(
          `mkdir -p pyenv/shims pyenv/versions a b
           echo 1 > pyenv/version; echo 2 > b/.python-version
           for v in 1 2; do python3 -m venv --without-pip pyenv/versions/$v; done`,
          dir
        )
        const shim = `${dir}/pyenv/shims/python3`
        yield* fs.writeFileString(
          shim,
          `#!/usr/bin/env bash\nexport PYENV_ROOT=${dir}/pyenv\n` +
            "version=${PYENV_VERSION:-$(cat .python-version 2>/dev/null || cat $PYENV_ROOT/version)}\n" +
            "exec $PYENV_ROOT/versions/$version/bin/python3 \"$@\"\n"
        )
        yield* fs.chmod(shim, 0o755)
        const cache = `${dir}/cache`
        const { environment, started } = yield* counted(cache)
        const versionIn = (cwd: string, from = environment) =>
          Effect.map(from.interpreter(shim, "", `${dir}/${cwd}`), ({ executable }) =>
            executable.replace(`${dir}/pyenv/versions/`, ""))
        const startedBy = <E>(version: Effect.Effect<string, E>) =>
          Effect.gen(function*() {
            const before = yield* started
            return [yield* Effect.orDie(version), (yield* started) - before]
          })

        assert.deepStrictEqual(yield* startedBy(versionIn("a")), ["1/bin/python3", 1])
        assert.deepStrictEqual(yield* startedBy(versionIn("a")), ["1/bin/python3", 0])
        assert.deepStrictEqual(yield* startedBy(versionIn("b")), ["2/bin/python3", 1])
        assert.deepStrictEqual(yield* startedBy(versionIn("b")), ["2/bin/python3", 0])
        assert.deepStrictEqual(yield* startedBy(versionIn("a")), ["1/bin/python3", 0])
        yield* fs.writeFileString(`${dir}/a/.python-version`, "2\n")
        assert.deepStrictEqual(yield* startedBy(versionIn("a")), ["2/bin/python3", 0])
        yield* fs.remove(`${dir}/a/.python-version`)
        yield* fs.writeFileString(`${dir}/pyenv/version`, "2\n")
        assert.deepStrictEqual(yield* startedBy(versionIn("a")), ["2/bin/python3", 1])
        assert.deepStrictEqual(yield* startedBy(versionIn("a")), ["2/bin/python3", 0])
        yield* fs.remove(`${dir}/pyenv/versions/1`, { recursive: true })
        assert.deepStrictEqual(yield* startedBy(versionIn("a")), ["2/bin/python3", 1], "the versions there are count")

        const chosen = yield* counted(cache, { PYENV_VERSION: "2" })
        yield* fs.writeFileString(`${dir}/pyenv/version`, "1\n")
        assert.strictEqual(yield* versionIn("a", chosen.environment), "2/bin/python3", "PYENV_VERSION reaches the shim")

        yield* fs.makeDirectory(`${dir}/empty`)
        yield* fs.writeFileString(`${dir}/a/.python-version`, "2\n")
        const elsewhere = yield* counted(cache, { PYENV_DIR: `${dir}/empty` })
        yield* versionIn("a", elsewhere.environment)
        yield* fs.writeFileString(`${dir}/a/.python-version`, "2\n\n")
        yield* versionIn("a", elsewhere.environment)
        assert.strictEqual(yield* elsewhere.started, 2, "the working directory counts beside PYENV_DIR")
      }))

    it.scoped("a launcher that is no script is described by what it starts, and asked each time", () =>
      Effect.gen(function*() {
        const { cache, dir, python } = yield* withVenv
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFileString(`${dir}/mise`, "\u007fELF")
        const stdout = JSON.stringify({
          executable: python,
          version: "3.1.0",
          prefix: "/p",
          abi: "x",
          sitePackages: []
        })
        const environment = yield* Effect.provide(
          NodePythonEnvironment.make({ cacheDirectory: cache, variables: {} }),
          canned({ stdout: `noise of a .pth file\n${stdout}\n` })
        )
        assert.propertyVal(yield* environment.interpreter(`${dir}/mise`, "", dir), "executable", python)
        assert.isFalse(yield* fs.exists(cache))
      }))

    it.scoped.each<[string, { exitCode?: number; stdout?: string }, ToolExecutionReason]>([
      ["an exit code", { exitCode: 2, stdout: "{}" }, "ExitCode"],
      ["no JSON", { stdout: "Python 2.7\n" }, "MalformedOutput"],
      ["JSON of another shape", { stdout: "{\"version\":3}\n" }, "MalformedOutput"],
      ["nothing", { stdout: "" }, "MalformedOutput"],
      ["no version", { stdout: answerWith("new", "x") }, "MalformedOutput"],
      ["an ABI that leads elsewhere", { stdout: answerWith("3.11.7", "../x") }, "MalformedOutput"]
    ])("fails for %s", ([, answer, reason]) =>
      Effect.gen(function*() {
        const environment = yield* Effect.provide(
          NodePythonEnvironment.make({ cacheDirectory: yield* tempDir, variables: {} }),
          canned(answer)
        )
        assert.deepInclude(yield* Effect.flip(environment.interpreter("/bin/sh", "", "/")), {
          _tag: "ToolExecution",
          reason,
          stderrTail: "said"
        })
      }))

    it.scoped("fails with ToolNotFound for an executable that is not there", () =>
      Effect.gen(function*() {
        const { environment } = yield* counted(yield* tempDir)
        assert.propertyVal(yield* Effect.flip(environment.interpreter("/no/python", "", "/")), "_tag", "ToolNotFound")
      }))
  })

  /** Writes an installed distribution by hand. */
  const install = Effect.fnUntraced(function*(
    site: string,
    name: string,
    version: string,
    files: { readonly [name: string]: string } = {}
  ) {
    const fs = yield* FileSystem.FileSystem
    const directory = `${site}/${name}-${version}.dist-info`
    yield* fs.makeDirectory(directory, { recursive: true })
    const all = { METADATA: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`, RECORD: "", ...files }
    for (const [file, text] of Object.entries(all)) yield* fs.writeFileString(`${directory}/${file}`, text)
    return directory
  })

  describe("packages", () => {
    it.scoped("by one query: names normalised, Python files only, broken metadata left out", () =>
      Effect.gen(function*() {
        const { cache, dir, python, site } = yield* withVenv
        const record = [
          "foo/__init__.py,sha256=x,1",
          "foo/stubs.pyi,,",
          "\"foo/a,b.py\",,",
          "foo/native.cpython-311-x86_64-linux-gnu.so,,",
          "foo/data.txt,,",
          "../../../bin/tool.py,,",
          "foo-1.0.dist-info/RECORD,,"
        ]
        yield* install(site, "Foo_Bar.baz", "1.0", { RECORD: record.join("\n") })
        yield* install(site, "nameless", "1.0", { METADATA: "Metadata-Version: 2.1\n" })
        yield* install(site, "last", "2.0.post1")
        const second = `${dir}/second`
        yield* install(second, "last", "9.9")
        yield* install(second, "only", "1")
        const { environment, started } = yield* counted(cache)
        const interpreter = yield* environment.interpreter(python, "", dir)
        const before = yield* started
        const found = yield* environment.packages({ ...interpreter, sitePackages: [site, "/no/such", second] })
        assert.strictEqual((yield* started) - before, 1)
        assert.sameDeepMembers([...found], [
          {
            name: "foo-bar-baz",
            version: "1.0",
            files: ["foo/__init__.py", "foo/stubs.pyi", "foo/a,b.py", "foo/native.cpython-311-x86_64-linux-gnu.so"]
          },
          { name: "last", version: "2.0.post1", files: [] },
          { name: "only", version: "1", files: [] }
        ])
      }))

    it.scoped("are remembered over processes of ours until something is installed", () =>
      Effect.gen(function*() {
        const { cache, dir, python, site } = yield* withVenv
        yield* install(site, "one", "1")
        const first = yield* counted(cache)
        const interpreter = yield* first.environment.interpreter(python, "", dir)
        const found = yield* first.environment.packages(interpreter)
        const second = yield* counted(cache)
        assert.deepStrictEqual(yield* second.environment.packages(interpreter), found)
        assert.strictEqual(yield* second.started, 0)
        yield* install(site, "two", "2")
        assert.include((yield* second.environment.packages(interpreter)).map(({ name }) => name), "two")
        assert.strictEqual(yield* second.started, 1)
      }))

    it.scoped("fails for output of another shape", () =>
      Effect.gen(function*() {
        const environment = yield* Effect.provide(
          NodePythonEnvironment.make({ cacheDirectory: yield* tempDir, variables: {} }),
          canned({ stdout: "[]" })
        )
        const interpreter = { executable: "/p", version: "", prefix: "/", abi: "", sitePackages: [], chosenBecause: "" }
        assert.propertyVal(yield* Effect.flip(environment.packages(interpreter)), "reason", "MalformedOutput")
      }))
  })

  describe("fingerprint", () => {
    it.scoped("changes with what is installed, and with the interpreter; starts nothing", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { cache, dir, python, site } = yield* withVenv
        const environment = yield* Effect.provide(
          NodePythonEnvironment.make({ cacheDirectory: cache, variables: {} }),
          nothingStarts
        )
        const interpreter: Interpreter = {
          executable: python,
          version: "3.11.7",
          prefix: `${dir}/venv`,
          abi: "x",
          sitePackages: [site, "/no/such"],
          chosenBecause: ""
        }
        let last = yield* environment.fingerprint(interpreter)
        const changes = Effect.fnUntraced(
          function*(what: string, change: Effect.Effect<unknown, PlatformError, FileSystem.FileSystem>) {
            yield* Effect.orDie(change)
            const now = yield* environment.fingerprint(interpreter)
            assert.notStrictEqual(now, last, what)
            last = now
          }
        )
        yield* changes("installed", install(site, "a", "1.0"))
        yield* changes("upgraded", fs.rename(`${site}/a-1.0.dist-info`, `${site}/a-2.0.dist-info`))
        yield* fs.utimes(`${site}/a-2.0.dist-info`, 1, 1)
        last = yield* environment.fingerprint(interpreter)
        yield* changes("installed again", fs.writeFileString(`${site}/a-2.0.dist-info/direct_url.json`, "{}"))
        yield* changes("a path added", fs.writeFileString(`${site}/a.pth`, "/x"))
        yield* changes("a path changed", fs.utimes(`${site}/a.pth`, 1, 1))
        yield* changes("removed", fs.remove(`${site}/a-2.0.dist-info`, { recursive: true }))
        yield* changes("another environment", fs.writeFileString(`${dir}/venv/pyvenv.cfg`, "home = /x"))
        yield* changes("the interpreter gone", fs.remove(python))
        assert.notStrictEqual(yield* environment.fingerprint({ ...interpreter, version: "3.12.0" }), last)

        yield* fs.makeDirectory(`${site}/__pycache__`)
        assert.strictEqual(yield* environment.fingerprint({ ...interpreter, chosenBecause: "x" }), last)
      }))
  })

  describe("layers", () => {
    it.scoped("layerFromEnv keeps answers where CODEINTEL_CACHE says", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { cache, dir, python } = yield* withVenv
        yield* Effect.flatMap(PythonEnvironment, (environment) => environment.interpreter(python, "", dir)).pipe(
          Effect.provide(NodePythonEnvironment.layerFromEnv),
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["CODEINTEL_CACHE", cache]])))
        )
        assert.lengthOf(yield* fs.readDirectory(`${cache}/interpreters`), 1)
      }))

    it.effect.each<[Record<string, string>, string]>([
      [{ CODEINTEL_CACHE: "/c", XDG_CACHE_HOME: "/x", HOME: "/h" }, "/c"],
      [{ CODEINTEL_CACHE: "", XDG_CACHE_HOME: "/x", HOME: "/h" }, "/x/codeintel"],
      [{ XDG_CACHE_HOME: "relative", HOME: "/h" }, "/h/.cache/codeintel"],
      [{ HOME: "/h" }, "/h/.cache/codeintel"]
    ])("the cache directory of %j", ([env, expected]) =>
      Effect.gen(function*() {
        const found = yield* Effect.withConfigProvider(
          cacheDirectory,
          ConfigProvider.fromMap(new Map(Object.entries(env)))
        )
        assert.strictEqual(found, expected)
      }))
  })
})
