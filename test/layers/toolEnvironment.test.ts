// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  callerEnvironment,
  inherited,
  pathOutside,
  secretsOf,
  withoutValues
} from "../../src/layers/toolEnvironment.js"

describe("toolEnvironment", () => {
  it("an analyser inherits what it needs to find things and to speak, nothing that changes its report", () => {
    const seen = {
      HOME: "/home/me",
      LC_CTYPE: "C.UTF-8",
      XDG_CACHE_HOME: "/cache",
      no_proxy: "localhost",
      HTTPS_PROXY: "",
      TZ: "",
      TMPDIR: "/tmp",
      NODE_EXTRA_CA_CERTS: "/ca.pem"
    }
    const hidden = {
      PYTHONPATH: "/x",
      RUFF_CONFIG: "/y",
      NODE_OPTIONS: "--inspect",
      PIP_INDEX_URL: "https://user:password@host",
      GITHUB_TOKEN: "t",
      home: "/z",
      _CODEINTEL_RUN: "of the caller"
    }
    assert.deepStrictEqual(inherited({ ...seen, ...hidden }, "analyser"), { ...seen, SHLVL: "1" })
  })

  it.each([
    ["/usr/bin:/bin", { PATH: "/usr/bin:/bin" }],
    [":bin:/usr/bin::./x:", { PATH: "/usr/bin" }],
    ["", {}],
    [".", {}]
  ])("of an analyser's PATH %j the absolute entries stay", (PATH, expected) => {
    assert.deepStrictEqual(inherited({ PATH }, "analyser"), { ...expected, SHLVL: "1" })
  })

  it("a test suite inherits everything as it is", () => {
    const caller = { PATH: ":bin", SECRET: "s", SHLVL: "3" }
    assert.deepStrictEqual(inherited(caller, "caller"), caller)
  })

  it.effect("the caller's environment is that of this process", () =>
    Effect.gen(function*() {
      assert.propertyVal(yield* callerEnvironment, "PATH", process.env["PATH"])
    }))

  it.scoped("of a PATH what lies in a directory is left out, by any link", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const home = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
      for (const name of ["repo/bin", "bin"]) yield* fs.makeDirectory(`${home}/${name}`, { recursive: true })
      yield* fs.symlink(`${home}/repo/bin`, `${home}/link`)
      const given = [
        `${home}/repo/bin`,
        "bin",
        "",
        `${home}/link`,
        `${home}/bin`,
        `${home}/gone`,
        `${home}/bin/../repo/bin`
      ]
      assert.strictEqual(yield* pathOutside(given.join(":"), `${home}/repo`), `${home}/bin`)
      assert.strictEqual(yield* pathOutside(`${home}/repo/bin`, `${home}/repo`), "/usr/bin:/bin")
    }).pipe(Effect.provide(NodeContext.layer)))

  it("secrets are known by the names of variables, and passwords by the addresses that they are in", () => {
    const secrets = {
      AWS_SECRET_ACCESS_KEY: "a",
      GITHUB_TOKEN: "b",
      db_password: "c",
      PIP_INDEX_URL: "https://user:password@host/simple"
    }
    const others = { PATH: "/usr/bin", HTTPS_PROXY: "http://host:3128", KEYBOARD: "us", SSH_AUTH_SOCK: "/tmp/x" }
    assert.deepStrictEqual(secretsOf({ ...secrets, ...others }), secrets)
  })

  it("values of variables go by their names, the longest first, and short ones stay", () => {
    const said = withoutValues([{ TOKEN: "s3cr3t-value", MORE: "s3cr3t-value-and-more", MODE: "fast" }, {
      OTHER: "$&-as-it-is"
    }])
    assert.strictEqual(said("a s3cr3t-value b s3cr3t-value-and-more fast $&-as-it-is"), "a $TOKEN b $MORE fast $OTHER")
  })
})
