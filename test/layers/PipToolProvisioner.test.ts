// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, Option, Ref } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import type { ToolsConfig } from "../../src/domain/ToolsConfig.js"
import * as NodeToolRunner from "../../src/layers/NodeToolRunner.js"
import { pins, requirementsFile } from "../../src/layers/pins.js"
import * as PipToolProvisioner from "../../src/layers/PipToolProvisioner.js"
import { reasonOf } from "../../src/layers/provision/pip.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { Progress, type ProgressEvent } from "../../src/services/Progress.js"

const ABI = "cpython-311-x86_64-linux-gnu"

const Live = NodeToolRunner.layer({
  maxProcesses: 8,
  killAfter: Duration.millis(500),
  environment: { PATH: "/usr/bin:/bin", PIP_INDEX_URL: "https://mirror.test" }
}).pipe(Layer.provideMerge(NodeContext.layer))

const answers = (fields: object) =>
  JSON.stringify({ executable: "?", base: "?", abi: ABI, version: "3.11.7", pip: true, ensurepip: true, ...fields })

/** What pip does in most tests: a tool of two files, and a line in the log. `$target` is where to. */
const INSTALLS = `mkdir -p "$target/bin" && echo "$tool" > "$target/bin/$tool" && chmod +x "$target/bin/$tool"
echo "Successfully installed $tool"`

/**
 * A directory with a repository, an empty cache, and a `python3` on PATH that is a shell script: it answers as `fields`
 * say, and runs `pip` when it is asked for pip.
 */
const machine = Effect.fnUntraced(function*(pip: string, fields: object = {}) {
  const fs = yield* FileSystem.FileSystem
  const home = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  const tools = `${home}/cache/tools`
  yield* fs.makeDirectory(`${home}/repo`)

  const writePython = (file: string, pip: string, fields: object = {}) =>
    Effect.gen(function*() {
      yield* fs.makeDirectory(file.slice(0, file.lastIndexOf("/")), { recursive: true })
      yield* fs.writeFileString(
        file,
        `#!/bin/sh
echo "$0 $* in $PWD" >> "${home}/log"
for arg in "$@"; do
  case "$arg" in
    --target=*) target="\${arg#--target=}" ;;
    --requirement=*) tool="$(basename "\${arg#--requirement=}" .txt)" ;;
  esac
done
if [ "$2" = -c ]; then
  echo '${answers({ executable: file, base: file, ...fields })}'
else
${pip}
fi
`
      )
      yield* fs.chmod(file, 0o755)
      return file
    })
  const python = yield* writePython(`${home}/bin/python3`, pip, fields)

  const events = yield* Ref.make<ReadonlyArray<ProgressEvent>>([])
  const said = yield* Deferred.make<void>()
  const provisioner = yield* PipToolProvisioner.make({
    path: `${home}/bin`,
    cacheDirectory: `${home}/cache`,
    timeout: Duration.seconds(20),
    requirementsFile
  }).pipe(
    Effect.provideService(Progress, {
      emit: (event) =>
        Effect.zipRight(
          Ref.update(events, (all) => [...all, event]),
          Effect.when(Deferred.succeed(said, undefined), () => event._tag === "Said")
        )
    })
  )
  const provision = (
    tool: string,
    config: Partial<ToolsConfig> = {},
    interpreter: PipelineContext["interpreter"] = Option.none()
  ) =>
    provisioner.provision(
      TestRepository.context(`${home}/repo`, {}, {
        config: { ...TestRepository.defaultConfig, provision: true, ...config },
        interpreter
      }),
      tool
    )

  const log = Effect.map(
    Effect.orElseSucceed(fs.readFileString(`${home}/log`), () => ""),
    (text) => text.split("\n").filter((line) => line.includes(" in /"))
  )
  const pipRuns = Effect.map(log, (lines) => lines.filter((line) => line.includes("-m pip install")))
  const inTools = Effect.orElseSucceed(fs.readDirectory(tools), () => [])
  return { fs, home, tools, python, writePython, provisioner, provision, events, said, log, pipRuns, inTools }
})

const interpreter = (executable: string, abi = ABI) =>
  Option.some({ executable, version: "3.11.7", prefix: "/p", abi, sitePackages: [], chosenBecause: "test" })

layer(Live, { excludeTestServices: true })("PipToolProvisioner", (it) => {
  it.scoped("installs a native tool once, for every Python", () =>
    Effect.gen(function*() {
      const { events, fs, home, inTools, log, pipRuns, provision, python, tools } = yield* machine(INSTALLS)
      const location = yield* provision("ruff")
      const [name = ""] = yield* inTools
      assert.match(name, /^ruff-0\.17\.6-none-linux-\w+$/)
      assert.deepStrictEqual(yield* inTools, [name])
      assert.deepStrictEqual(location, {
        tool: "ruff",
        executable: `${tools}/${name}/bin/ruff`,
        prefixArgs: [],
        identity: `${tools}/${name}/bin/ruff`,
        foundBy: "cache",
        version: "0.17.6"
      })
      const before = (yield* log).length
      assert.deepStrictEqual(yield* provision("ruff", { provision: false }, interpreter(python)), location)
      assert.strictEqual((yield* log).length, before)

      const [run = ""] = yield* pipRuns
      for (const flag of ["--require-hashes", "--only-binary=:all:", "--no-deps", requirementsFilePath("ruff")]) {
        assert.include(run, flag)
      }
      // never in the repository, nor where the caller is
      for (const line of yield* log) assert.match(line, new RegExp(` in (${home}/cache/|.*/codeintel-[^/]*$)`))
      assert.isEmpty(yield* fs.readDirectory(`${home}/repo`))
      assert.deepStrictEqual(
        (yield* Ref.get(events)).map((
          event
        ) => [event._tag, "name" in event ? event.name : "", "text" in event ? event.text : ""]),
        [
          ["Started", "installing ruff 0.17.6", ""],
          ["Said", "installing ruff 0.17.6", "Successfully installed ruff"],
          ["Finished", "installing ruff 0.17.6", ""]
        ]
      )
    }))

  it.scoped("installs a module for the interpreter's ABI, which runs it", () =>
    Effect.gen(function*() {
      const { fs, inTools, provision, tools, writePython, home } = yield* machine(INSTALLS, { abi: "cpython-39-other" })
      const venv = `${home}/repo/.venv/bin/python`
      const base = yield* writePython(`${home}/base/python3`, INSTALLS)
      yield* writePython(venv, "exit 9", { base })
      const location = yield* provision("mypy", {}, interpreter(venv))
      const [name = ""] = yield* inTools
      assert.match(name, new RegExp(`^mypy-2\\.4\\.1-${ABI}-linux-`))
      assert.deepInclude(location, {
        executable: venv,
        prefixArgs: [`${tools}/${name}/launch.py`],
        identity: `${tools}/${name}/launch.py`
      })
      assert.include(yield* fs.readFileString(location.identity), "run_module(\"mypy\"")
      assert.deepStrictEqual(yield* provision("mypy", {}, interpreter(venv)), location)
    }))

  it.scoped("a Python of another ABI is better than none", () =>
    Effect.gen(function*() {
      const { home, provision, python, writePython } = yield* machine(INSTALLS, { abi: "cpython-39-other" })
      const theirs = yield* writePython(`${home}/repo/.venv/bin/python`, "exit 9", { pip: false, ensurepip: false })
      const location = yield* provision("mypy", {}, interpreter(theirs))
      assert.strictEqual(location.executable, python)
      assert.match(location.identity, /mypy-2\.4\.1-cpython-39-other-/)
      assert.deepStrictEqual(yield* provision("mypy", {}, interpreter(theirs)), location)
    }))

  it.scoped("a library is for the interpreter's ABI and no other, and is found by PYTHONPATH", () =>
    Effect.gen(function*() {
      const installs = `name="$(echo "$tool" | tr - _)"; mkdir -p "$target/$name" && echo > "$target/$name/__init__.py"
echo "Successfully installed $tool"`
      const { home, inTools, provision, python, tools, writePython } = yield* machine(installs)
      const venv = yield* writePython(`${home}/repo/.venv/bin/python`, "exit 9", { base: python, pip: false })
      const location = yield* provision("pytest-reportlog", {}, interpreter(venv))
      const [name = ""] = yield* inTools
      assert.match(name, new RegExp(`^pytest-reportlog-1\\.0\\.0-${ABI}-linux-`))
      assert.deepStrictEqual(location, {
        tool: "pytest-reportlog",
        executable: venv,
        prefixArgs: ["-m", "pytest_reportlog"],
        identity: `${tools}/${name}/pytest_reportlog/__init__.py`,
        pythonPath: [`${tools}/${name}`],
        foundBy: "cache",
        version: "1.0.0"
      })
      assert.deepStrictEqual(yield* provision("pytest-reportlog", {}, interpreter(venv)), location)

      const other = yield* Effect.flip(provision("coverage", {}, interpreter(venv, "cpython-39-other")))
      assert.include(other.hint, `${python} is for another ABI`)
      assert.include(other.hint, `${venv} -m pip install coverage`)
      assert.notInclude(other.hint, "_PATH")
      assert.include((yield* Effect.flip(provision("coverage"))).hint, "--python")
      const untrusted = yield* Effect.flip(provision("coverage", { untrusted: true }, interpreter(venv)))
      assert.include(untrusted.hint, "untrusted")
      assert.deepStrictEqual(yield* inTools, [name])
    }))

  it.scoped("half a library is none", () =>
    Effect.gen(function*() {
      const { inTools, provision, python } = yield* machine(
        "mkdir -p \"$target/bin\" && echo > \"$target/bin/coverage\""
      )
      const error = yield* Effect.flip(provision("coverage", {}, interpreter(python)))
      assert.include(error.hint, "pip installed no coverage")
      assert.deepStrictEqual(yield* inTools, [])
    }))

  it.scoped("pip sees the caller's configuration, but for what does not go with --target", () =>
    Effect.gen(function*() {
      const { fs, home, provision } = yield* machine(`env > "${"$"}{target%/target}/../../env"\n${INSTALLS}`)
      yield* provision("ruff")
      const env = (yield* fs.readFileString(`${home}/cache/env`)).split("\n")
      assert.includeMembers(env, ["PIP_INDEX_URL=https://mirror.test", "PIP_USER=0", "PIP_REQUIRE_VIRTUALENV=0"])
    }))

  it.scoped("a Python without pip makes one", () =>
    Effect.gen(function*() {
      const { inTools, log, provision } = yield* machine(
        `[ "$3" = venv ] || exit 9
mkdir -p "$4/bin"
cat > "$4/bin/python" <<'SCRIPT'
#!/bin/sh
echo "$0 $* in $PWD" >> "$(dirname "$0")/../../../../../../log"
for arg in "$@"; do case "$arg" in --target=*) target="\${arg#--target=}" ;; esac; done
mkdir -p "$target/bin" && echo > "$target/bin/ruff" && chmod +x "$target/bin/ruff"
SCRIPT
chmod +x "$4/bin/python"`,
        { pip: false }
      )
      yield* provision("ruff")
      assert.strictEqual((yield* inTools).length, 1)
      assert.include((yield* log).join("\n"), "scratch/venv/bin/python -E -m pip install")
    }))

  describe.each<[string, string, string, string]>([
    [
      "no network",
      `echo "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f88>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/ruff/" >&2
       echo "ERROR: Could not find a version that satisfies the requirement ruff==0.17.6 (from versions: none)" >&2
       echo "ERROR: No matching distribution found for ruff==0.17.6" >&2; exit 1`,
      "said: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
      "PIP_INDEX_URL"
    ],
    [
      "wrong hash",
      `echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you" >&2
       echo "    ruff==0.17.6 from https://mirror:" >&2; echo "        Got        aa3b" >&2; exit 1`,
      "said: THESE PACKAGES DO NOT MATCH THE HASHES",
      "CODEINTEL_RUFF_PATH"
    ],
    [
      "disk full",
      "echo 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device' >&2; exit 1",
      "said: Could not install packages due to an OSError: [Errno 28] No space left on device",
      "codeintel doctor --fix"
    ],
    ["half an installation", `${INSTALLS}; echo 'ERROR: late' >&2; exit 1`, "said: late", "codeintel doctor --fix"],
    ["nothing installed", "exit 0", "pip installed no ruff", "codeintel doctor --fix"],
    ["killed", "kill -9 $$", "Signal", "codeintel doctor --fix"]
  ])("%s", (_, pip, why, remedy) => {
    it.scoped("says so, leaves nothing, and can be tried again", () =>
      Effect.gen(function*() {
        const { events, inTools, provision, python, writePython } = yield* machine(pip)
        const error = yield* Effect.flip(provision("ruff"))
        assert.deepStrictEqual(error.searched, ["pip install ruff==0.17.6"])
        assert.include(error.hint.split("\n")[0], why)
        assert.include(error.hint, remedy)
        assert.deepStrictEqual(yield* inTools, [])
        assert.deepInclude((yield* Ref.get(events)).at(-1), { _tag: "Finished", status: "failed" })

        yield* writePython(python, INSTALLS)
        yield* provision("ruff")
        assert.strictEqual((yield* inTools).length, 1)
      }))
  })

  it.scoped("Timeout", () =>
    Effect.gen(function*() {
      const { home, inTools } = yield* machine("sleep 60")
      const impatient = yield* PipToolProvisioner.make({
        path: `${home}/bin`,
        cacheDirectory: `${home}/cache`,
        timeout: Duration.millis(300),
        requirementsFile
      }).pipe(Effect.provideService(Progress, { emit: () => Effect.void }))
      const ctx = TestRepository.context(`${home}/repo`, {}, {
        config: { ...TestRepository.defaultConfig, provision: true }
      })
      const error = yield* Effect.flip(impatient.provision(ctx, "ruff"))
      assert.include(error.hint, "no end after 0 s")
      assert.deepStrictEqual(yield* inTools, [])
    }))

  it.scoped("two at once install once", () =>
    Effect.gen(function*() {
      const { inTools, pipRuns, provision } = yield* machine(`sleep 0.5\n${INSTALLS}`)
      const [a, b, c] = yield* Effect.all([provision("ruff"), provision("ruff"), provision("pyrefly")], {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(a, b)
      assert.notDeepEqual(b, c)
      assert.strictEqual((yield* pipRuns).length, 2)
      assert.strictEqual((yield* inTools).length, 2)
    }))

  it.scoped("when the one that is waited for fails, the other tries", () =>
    Effect.gen(function*() {
      const { events, fs, home, pipRuns, provision } = yield* machine(
        `sleep 0.5; if mkdir "\${target%/cache/*}/first"; then exit 1; fi\n${INSTALLS}`
      )
      const results = yield* Effect.all([Effect.either(provision("ruff")), Effect.either(provision("ruff"))], {
        concurrency: "unbounded"
      })
      assert.sameMembers(results.map(({ _tag }) => _tag), ["Left", "Right"])
      assert.strictEqual((yield* pipRuns).length, 2)
      assert.isTrue(yield* fs.exists(`${home}/first`))
      assert.isTrue(
        (yield* Ref.get(events)).some((event) => event._tag === "Said" && event.text === "another process is at it")
      )
    }))

  it.scoped("what a killed process left is not taken for complete, and swept", () =>
    Effect.gen(function*() {
      const { fs, inTools, pipRuns, provision, tools } = yield* machine(INSTALLS)
      const { executable } = yield* provision("ruff")
      const place = executable.replace(/\/bin\/ruff$/, "")
      yield* fs.rename(place, `${place}.partial-dead`)
      yield* fs.makeDirectory(`${place}/lib`, { recursive: true }) // cleaned by somebody, almost
      yield* fs.writeFileString(`${place}.lock`, "dead")
      yield* fs.utimes(`${place}.lock`, new Date(0), new Date(0))
      yield* fs.makeDirectory(`${tools}/pyrefly-of-others.partial-alive`)
      assert.strictEqual((yield* provision("ruff")).executable, executable)
      assert.sameMembers(yield* inTools, [place.slice(tools.length + 1), "pyrefly-of-others.partial-alive"])
      assert.strictEqual((yield* pipRuns).length, 2)
    }))

  it.scoped("the lock of one that lives is kept alive, and not taken", () =>
    Effect.gen(function*() {
      const { fs, pipRuns, provision, tools } = yield* machine(`sleep 1.5\n${INSTALLS}`)
      const first = yield* Effect.fork(provision("ruff"))
      const lock = yield* Effect.repeat(
        Effect.map(Effect.orElseSucceed(fs.readDirectory(tools), () => []), (names) =>
          names.find((name) => name.endsWith(".lock"))),
        {
          until: (name): name is string =>
            name !== undefined
        }
      )
      yield* fs.utimes(`${tools}/${lock}`, new Date(0), new Date(0))
      yield* Effect.repeat(fs.stat(`${tools}/${lock}`), {
        until: ({ mtime }) => Option.exists(mtime, (time) => time.getTime() > 0)
      })
      yield* provision("ruff")
      yield* Fiber.join(first)
      assert.strictEqual((yield* pipRuns).length, 1)
    }))

  it.scoped("interrupted, it leaves nothing", () =>
    Effect.gen(function*() {
      const { events, inTools, provision, said } = yield* machine("echo begun; sleep 60")
      const fiber = yield* Effect.fork(provision("ruff"))
      yield* Deferred.await(said)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* inTools, [])
      assert.deepInclude((yield* Ref.get(events)).at(-1), { _tag: "Finished", status: "interrupted" })
    }))

  it.scoped("no Python, and no pip", () =>
    Effect.gen(function*() {
      const { fs, inTools, provision, python, writePython } = yield* machine("exit 9", { pip: false, ensurepip: false })
      const noPip = yield* Effect.flip(provision("ruff"))
      assert.include(noPip.hint, `${python} has no pip`)
      assert.include(noPip.hint, "apt install python3-pip")
      yield* fs.writeFileString(python, "#!/bin/sh\nexit 3\n")
      assert.include((yield* Effect.flip(provision("ruff"))).hint, `${python} does not answer`)
      yield* fs.remove(python)
      assert.include((yield* Effect.flip(provision("ruff"))).hint, "there is no python3 on PATH")
      assert.deepStrictEqual(yield* inTools, [])
      yield* writePython(python, INSTALLS)
      yield* provision("ruff")
    }))

  it.scoped("untrusted: no Python of the repository", () =>
    Effect.gen(function*() {
      const { fs, home, log, provision, python } = yield* machine(INSTALLS)
      yield* fs.rename(python, `${home}/repo/python3`)
      yield* fs.symlink(`${home}/repo/python3`, python)
      const error = yield* Effect.flip(provision("ruff", { untrusted: true }))
      assert.include(error.hint, "there is no python3 on PATH")
      assert.deepStrictEqual(yield* log, [])
    }))

  it.scoped("switched off", () =>
    Effect.gen(function*() {
      const { log, provision } = yield* machine(INSTALLS)
      const entries = [{ key: "provision", value: "false", origin: "CODEINTEL_PROVISION" }]
      const error = yield* Effect.flip(provision("ruff", { provision: false, entries }))
      assert.include(error.hint, "provision is off (CODEINTEL_PROVISION)")
      assert.deepStrictEqual(yield* log, [])
    }))

  it.scoped("no pin, no directory", () =>
    Effect.gen(function*() {
      const { fs, home, provision } = yield* machine(INSTALLS)
      assert.include((yield* Effect.flip(provision("pytest"))).hint, "CODEINTEL_PYTEST_PATH")
      yield* fs.writeFileString(`${home}/cache`, "")
      assert.include((yield* Effect.flip(provision("ruff"))).hint, "CODEINTEL_CACHE")
    }))
})

const requirementsFilePath = (tool: string) =>
  Option.getOrThrow(Option.map(Option.fromNullable(pins.get(tool)), requirementsFile))

describe("pins", () => {
  it.effect.each([...pins.values()])(
    "$tool: every requirement has an exact version and hashes",
    (pin) =>
      Effect.gen(function*() {
        const text = yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(requirementsFile(pin)))
        const requirements = text.replace(/^#.*\n/gm, "").replaceAll("\\\n", "").trim().split("\n")
        assert.match(requirements[0] ?? "", new RegExp(`^${pin.tool}==${pin.version.replaceAll(".", "\\.")} `))
        for (const each of requirements) {
          assert.match(each, /^[a-z0-9-]+==[0-9.]+ (; [^;]+ )?(\s*--hash=sha256:[0-9a-f]{64})+$/)
        }
      }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("reasonOf", () => {
  it("is one line, and not too long", () => {
    assert.strictEqual(reasonOf({ stdout: "", stderr: "" }), "nothing")
    assert.strictEqual(reasonOf({ stdout: "No module named pip\n", stderr: "" }), "No module named pip")
    assert.strictEqual(reasonOf({ stdout: "", stderr: "ERROR: a\nERROR: b\nnoise\n" }), "b")
    assert.isBelow(reasonOf({ stdout: "", stderr: `ERROR: ${"x".repeat(1000)}` }).length, 310)
  })
})
