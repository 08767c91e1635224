// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Option } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import { defaultSettings, type ToolsConfig } from "../../src/domain/ToolsConfig.js"
import * as LocalToolResolver from "../../src/layers/LocalToolResolver.js"
import { nodeArgs } from "../../src/layers/nodeArgs.js"
import { pins } from "../../src/layers/pins.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import * as ToolCache from "../../src/layers/toolCache.js"
import { ToolResolver } from "../../src/services/ToolResolver.js"

const NODE = "/node/bin/node"
const ABI = "cpython-311-x86_64-linux-gnu"

/** A directory with a repository, a virtual environment in it, a cache and two directories of executables. */
const machine = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const home = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  const write = (file: string, mode = 0o755, text = "#!/bin/sh\n") =>
    Effect.gen(function*() {
      const whole = `${home}/${file}`
      yield* fs.makeDirectory(whole.slice(0, whole.lastIndexOf("/")), { recursive: true })
      yield* fs.writeFileString(whole, text)
      yield* fs.chmod(whole, mode)
      return whole
    })
  const prefix = `${home}/repo/.venv`
  const python = yield* write("repo/.venv/bin/python")
  yield* write("repo/.venv/pyvenv.cfg", 0o644)
  yield* write("outside/index.js", 0o644)

  const locate = (
    tool: string,
    options: {
      readonly config?: Partial<ToolsConfig>
      readonly context?: Partial<PipelineContext>
      readonly resolver?: Partial<LocalToolResolver.LocalToolResolverConfig>
    } = {}
  ) =>
    Effect.gen(function*() {
      const ctx = TestRepository.context(`${home}/repo`, {}, {
        config: { ...TestRepository.defaultConfig, ...options.config },
        interpreter: Option.some({
          executable: python,
          version: "3.11.7",
          prefix,
          abi: ABI,
          sitePackages: [],
          chosenBecause: ".venv of the repository"
        }),
        ...options.context
      })
      const resolver = yield* LocalToolResolver.make({
        path: `${home}/bin1:${home}/bin2`,
        cacheDirectory: `${home}/cache`,
        nodeExecutable: NODE,
        nodeArgs: ["--some-flag"],
        packagesFrom: `${home}/outside/index.js`,
        ...options.resolver
      })
      return yield* resolver.locate(ctx, tool)
    })

  const path = (tool: string, file: string) => ({
    config: { tools: { [tool]: { ...defaultSettings, path: Option.some(file) } } }
  })

  return { fs, home, write, prefix, python, locate, path }
})

layer(NodeContext.layer, { excludeTestServices: true })("LocalToolResolver", (it) => {
  it("tunes node where it was measured, and the next versions refuse the flag", () => {
    assert.deepStrictEqual(nodeArgs("20.20.2"), ["--interrupt-budget=300000", "--min-semi-space-size=16"])
    assert.deepStrictEqual(nodeArgs("22.23.3"), [])
    assert.deepStrictEqual(nodeArgs("200.0.0"), [])
  })

  it.scoped("a configured path is an order", () =>
    Effect.gen(function*() {
      const { fs, home, locate, path, write } = yield* machine
      yield* write("bin1/ruff")
      const mine = yield* write("mine/ruff")
      assert.deepStrictEqual(yield* locate("ruff", path("ruff", mine)), {
        tool: "ruff",
        executable: mine,
        prefixArgs: [],
        identity: mine,
        foundBy: "configuration"
      })

      const script = yield* write("mine/index.js", 0o644)
      assert.deepInclude(yield* locate("pyright", path("pyright", script)), {
        executable: NODE,
        prefixArgs: ["--some-flag", script],
        identity: script
      })

      const plain = yield* write("mine/plain", 0o644)
      yield* fs.symlink(`${home}/gone`, `${home}/mine/dangling`)
      for (
        const [file, problem] of [
          [`${home}/none`, "no such file"],
          [plain, "not executable"],
          [`${home}/bin1`, "not a file"],
          [`${home}/mine/dangling`, "no such file"]
        ] as const
      ) {
        const error = yield* Effect.flip(locate("ruff", path("ruff", file)))
        assert.deepStrictEqual(error.searched, [file])
        assert.include(error.hint, problem)
        assert.include(error.hint, "CODEINTEL_RUFF_PATH")
      }
      const named = yield* Effect.flip(locate("ruff", {
        config: {
          ...path("ruff", `${home}/none`).config,
          entries: [{ key: "ruff.path", value: "x", origin: "codeintel.toml" }]
        }
      }))
      assert.include(named.hint, "`ruff.path` (set by codeintel.toml)")
    }))

  it.scoped("the repository's environment, then the cache, then PATH", () =>
    Effect.gen(function*() {
      const { fs, home, locate, prefix, write } = yield* machine
      const cache = yield* ToolCache.make(`${home}/cache`)
      const ruff = pins.get("ruff")
      if (ruff === undefined) return assert.fail()
      const installed = cache.directoryOf(ToolCache.keyOf(ruff, ABI))

      const error = yield* Effect.flip(locate("ruff"))
      assert.deepStrictEqual(error.searched, [`${prefix}/bin/ruff`, installed, `${home}/bin1`, `${home}/bin2`])
      assert.include(error.hint, `codeintel doctor --fix\`, which installs ruff ${ruff.version}`)
      assert.include(error.hint, "CODEINTEL_RUFF_PATH")

      yield* write("bin2/ruff")
      assert.deepInclude(yield* locate("ruff"), { executable: `${home}/bin2/ruff`, foundBy: "path" })
      yield* write(`${installed.slice(home.length + 1)}/bin/ruff`)
      assert.deepInclude(yield* locate("ruff"), { executable: `${installed}/bin/ruff`, foundBy: "cache" })
      yield* write("repo/.venv/bin/ruff")
      assert.deepInclude(yield* locate("ruff"), { executable: `${prefix}/bin/ruff`, foundBy: "repository" })

      assert.deepInclude(yield* locate("ruff", { config: { untrusted: true } }), { foundBy: "cache" })
      // a system's Python is no environment of the repository
      yield* fs.remove(`${prefix}/pyvenv.cfg`)
      assert.deepInclude(yield* locate("ruff"), { foundBy: "cache" })
      yield* fs.makeDirectory(`${prefix}/conda-meta`)
      assert.deepInclude(yield* locate("ruff"), { foundBy: "repository" })
    }))

  it.scoped("a module in the cache is for one ABI, and run by the interpreter", () =>
    Effect.gen(function*() {
      const { home, locate, python, write } = yield* machine
      const cache = yield* ToolCache.make(`${home}/cache`)
      const mypy = pins.get("mypy")
      if (mypy === undefined) return assert.fail()
      const launcher = `${cache.directoryOf(ToolCache.keyOf(mypy, ABI))}/launch.py`
      yield* write(launcher.slice(home.length + 1), 0o644)
      assert.deepStrictEqual(yield* locate("mypy"), {
        tool: "mypy",
        version: mypy.version,
        executable: python,
        prefixArgs: [launcher],
        identity: launcher,
        foundBy: "cache"
      })
      const interpreter = Option.some({
        ...{ executable: python, version: "3.12.1", prefix: home, sitePackages: [], chosenBecause: "" },
        abi: "cpython-312-x86_64-linux-gnu"
      })
      assert.strictEqual((yield* Effect.flip(locate("mypy", { context: { interpreter } })))._tag, "ToolNotFound")
      assert.strictEqual(
        (yield* Effect.flip(locate("mypy", { context: { interpreter: Option.none() } })))._tag,
        "ToolNotFound"
      )
    }))

  it.scoped("pytest is the interpreter's own, found by its files, or not at all", () =>
    Effect.gen(function*() {
      const { fs, home, locate, prefix, python, write } = yield* machine
      yield* write("bin1/pytest")
      yield* write("repo/.venv/bin/pytest")
      const site = `${prefix}/lib/site-packages`
      const user = `${home}/user/site-packages`
      const sitePackages = [user, site, `${home}/none`]
      const interpreter = Option.some({
        ...{ executable: python, version: "3.11.7", prefix, abi: ABI, sitePackages, chosenBecause: "" }
      })
      const inIt = { context: { interpreter } }
      const error = yield* Effect.flip(locate("pytest", inIt))
      assert.deepStrictEqual(error.searched, sitePackages)
      assert.include(error.hint, `${python} -m pip install pytest`)
      assert.include(error.hint, "--python")
      assert.include(error.hint, "CODEINTEL_PYTEST_PATH")
      const none = yield* Effect.flip(locate("pytest", { context: { interpreter: Option.none() } }))
      assert.include(none.hint, "--python")

      yield* write("repo/.venv/lib/site-packages/pytest/__main__.py", 0o644)
      assert.deepStrictEqual(yield* locate("pytest", inIt), {
        tool: "pytest",
        executable: python,
        prefixArgs: ["-m", "pytest"],
        identity: `${site}/pytest/__main__.py`,
        foundBy: "repository"
      })
      // what Python would import
      yield* write("user/site-packages/pytest.py", 0o644)
      assert.strictEqual((yield* locate("pytest", inIt)).identity, `${user}/pytest.py`)
      yield* fs.remove(`${user}/pytest.py`)
      const editable = yield* write("user/site-packages/pytest-9.2.0.dist-info/direct_url.json", 0o644)
      assert.strictEqual((yield* locate("pytest", inIt)).identity, editable)

      const untrusted = yield* Effect.flip(locate("pytest", { ...inIt, config: { untrusted: true } }))
      assert.include(untrusted.hint, "untrusted")
    }))

  it.scoped("coverage: the interpreter's own when it is new enough, then ours for its ABI", () =>
    Effect.gen(function*() {
      const { fs, home, locate, prefix, python, write } = yield* machine
      const site = "repo/.venv/lib/site-packages"
      const interpreter = (abi: string) =>
        Option.some({
          ...{
            executable: python,
            version: "3.11.7",
            prefix,
            abi,
            sitePackages: [`${home}/${site}`],
            chosenBecause: ""
          }
        })
      const inIt = { context: { interpreter: interpreter(ABI) } }
      const pin = pins.get("coverage")
      if (pin === undefined) return assert.fail()
      const cache = yield* ToolCache.make(`${home}/cache`)
      const place = cache.directoryOf(ToolCache.keyOf(pin, ABI))
      const error = yield* Effect.flip(locate("coverage", inIt))
      assert.deepStrictEqual(error.searched, [`${home}/${site}`, place])
      assert.include(error.hint, `${python} -m pip install coverage`)

      const ours = yield* write(`${place.slice(home.length + 1)}/coverage/__init__.py`, 0o644)
      const cached = {
        tool: "coverage",
        version: pin?.version,
        executable: python,
        prefixArgs: ["-m", "coverage"],
        identity: ours,
        pythonPath: [place],
        foundBy: "cache" as const
      }
      assert.deepStrictEqual(yield* locate("coverage", inIt), cached)
      const other = yield* Effect.flip(locate("coverage", { context: { interpreter: interpreter("cpython-39-x") } }))
      assert.include(other.searched.join("\n"), "cpython-39-x")

      const version = yield* write(`${site}/coverage/version.py`, 0o644)
      yield* write(`${site}/coverage-6.2.dist-info/METADATA`, 0o644)
      assert.deepStrictEqual(yield* locate("coverage", inIt), cached)
      yield* fs.rename(`${home}/${site}/coverage-6.2.dist-info`, `${home}/${site}/coverage-6.3.dist-info`)
      assert.deepStrictEqual(yield* locate("coverage", inIt), {
        tool: "coverage",
        executable: python,
        prefixArgs: ["-m", "coverage"],
        identity: version,
        foundBy: "repository"
      })
      const untrusted = yield* Effect.flip(locate("coverage", { ...inIt, config: { untrusted: true } }))
      assert.include(untrusted.hint, "untrusted")
    }))

  it.scoped("a configured pytest is a script, run by the Python in its first line, or as it is", () =>
    Effect.gen(function*() {
      const { home, locate, path, python, write } = yield* machine
      const other = `${home}/other/bin/python3.12`
      for (
        const [name, text, executable] of [
          ["entry", `#!${other}\nimport sys\n`, other],
          ["long", `#!/bin/sh\n'''exec' "${other}" "$0" "$@"\n' '''\nimport sys\n`, other],
          ["env", "#!/usr/bin/env python3\nimport sys\n", python],
          ["script.py", "import pytest\n", python]
        ] as const
      ) {
        const file = yield* write(`mine/${name}`, name.endsWith(".py") ? 0o644 : 0o755, text)
        const { foundBy, identity, ...started } = yield* locate("pytest", path("pytest", file))
        assert.deepStrictEqual([foundBy, identity], ["configuration", file])
        assert.deepStrictEqual(started, { tool: "pytest", executable, prefixArgs: [file] })
      }
      const wrapper = yield* write("mine/wrapper", 0o755, "#!/bin/sh\nexec docker run tests\n")
      assert.deepInclude(yield* locate("pytest", path("pytest", wrapper)), { executable: wrapper, prefixArgs: [] })
      const plain = yield* write("mine/plain", 0o644)
      assert.include((yield* Effect.flip(locate("pytest", path("pytest", plain)))).hint, "not executable")
    }))

  it.scoped("npm packages are those beside codeintel, and run with node", () =>
    Effect.gen(function*() {
      const { locate } = yield* machine
      const found = yield* locate("pyright", { resolver: { packagesFrom: import.meta.url } })
      assert.deepInclude(found, { executable: NODE, foundBy: "package" })
      assert.match(found.identity, /node_modules\/pyright\/index\.js$/)
      assert.deepStrictEqual(found.prefixArgs, ["--some-flag", found.identity])
      const scip = yield* locate("scip-python", { resolver: { packagesFrom: import.meta.url } })
      assert.match(scip.identity, /@sourcegraph\/scip-python\/index\.js$/)

      const error = yield* Effect.flip(locate("pyright"))
      assert.include(error.searched, "npm package pyright")
      assert.include(error.hint, "npm install pyright")
    }))

  it.scoped("PATH: executable files, absolute entries, the first", () =>
    Effect.gen(function*() {
      const { fs, home, locate, write } = yield* machine
      yield* write("bin1/tool", 0o644)
      yield* fs.makeDirectory(`${home}/bin3/tool`, { recursive: true })
      yield* write("bin2/tool")
      yield* write("bin0/tool")
      const relative = `${"../".repeat(process.cwd().split("/").length - 1)}${home.slice(1)}/bin0`
      const found = yield* locate("tool", {
        resolver: { path: `:.:${relative}:${home}/bin1:${home}/bin3:${home}/none:${home}/bin2` }
      })
      assert.strictEqual(found.executable, `${home}/bin2/tool`)
      const error = yield* Effect.flip(locate("tool", { resolver: { path: "" } }))
      assert.include(error.hint, "-m pip install tool")
      assert.include(error.hint, "CODEINTEL_TOOL_PATH")
    }))

  it.scoped("untrusted: nothing of the repository, by no link", () =>
    Effect.gen(function*() {
      const { fs, home, locate, write } = yield* machine
      const theirs = yield* write("repo/bin/tool")
      yield* fs.makeDirectory(`${home}/bin1`)
      yield* fs.symlink(theirs, `${home}/bin1/tool`)
      yield* fs.symlink(`${home}/repo/bin`, `${home}/linked`)
      const ours = yield* write("bin2/tool")
      const path = `${home}/repo/bin:${home}/linked:${home}/bin1:${home}/bin2`
      const trusting = yield* locate("tool", { resolver: { path } })
      assert.strictEqual(trusting.executable, theirs)
      const found = yield* locate("tool", { resolver: { path }, config: { untrusted: true } })
      assert.strictEqual(found.executable, ours)
    }))

  it.scoped("a shim is the tool of the interpreter, or none", () =>
    Effect.gen(function*() {
      const { home, locate, prefix, write } = yield* machine
      const shim =
        "#!/usr/bin/env bash\nset -e\nprogram=\"${0##*/}\"\nexec \"/root/.pyenv/libexec/pyenv\" exec \"$program\" \"$@\"\n"
      const shimmed = yield* write("bin1/tool", 0o755, shim)
      const error = yield* Effect.flip(locate("tool"))
      assert.include(error.searched.join("\n"), `${shimmed} (a shim`)
      yield* write("bin2/tool")
      assert.strictEqual((yield* locate("tool")).executable, `${home}/bin2/tool`)
      yield* write("repo/.venv/bin/tool")
      const untrusted = yield* locate("tool", { config: { untrusted: true } })
      assert.deepInclude(untrusted, { executable: `${prefix}/bin/tool`, foundBy: "path" })
    }))

  it.scoped("git is the user's; python is the interpreter", () =>
    Effect.gen(function*() {
      const { home, locate, python, write } = yield* machine
      yield* write("repo/.venv/bin/git")
      yield* write("bin1/git")
      yield* write("bin1/python")
      assert.deepInclude(yield* locate("git"), { executable: `${home}/bin1/git`, foundBy: "path" })
      assert.deepInclude(yield* locate("python"), { executable: python, identity: python, foundBy: "repository" })
      const none = yield* Effect.flip(locate("python", { context: { interpreter: Option.none() } }))
      assert.include(none.hint, "--python")
    }))

  it.scoped("layerFromEnv", () =>
    Effect.gen(function*() {
      const { home, write } = yield* machine
      yield* write("bin1/tool")
      const provider = ConfigProvider.fromMap(new Map([["PATH", `${home}/bin1`], ["HOME", home]]))
      const found = yield* Effect.flatMap(
        ToolResolver,
        (resolver) => resolver.locate(TestRepository.context(`${home}/repo`, {}), "tool")
      ).pipe(
        Effect.provide(Layer.provide(LocalToolResolver.layerFromEnv, Layer.setConfigProvider(provider)))
      )
      assert.strictEqual(found.executable, `${home}/bin1/tool`)
    }))
})
