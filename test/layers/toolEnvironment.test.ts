import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { callerEnvironment, inherited } from "../../src/layers/toolEnvironment.js"

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
})
