/**
 * A Python that is a shell script: it answers what it is asked, and makes the reports that pytest and coverage would make
 * of the tests in `OtherTools.files`. A fault takes the place of one of its answers.
 */
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Schema } from "effect"
import { Answer, whoAreYou } from "../../src/layers/python/queries.js"
import * as OtherTools from "./otherTools.js"
import { type World, writeExecutable } from "./world.js"

const test = (name: string, call: "passed" | "failed" | "skipped") => {
  const nodeid = `test_till.py::${name}`
  const phase = (when: string, outcome: string, longrepr: unknown = null) => ({
    nodeid,
    location: ["test_till.py", 4, name],
    keywords: {},
    outcome,
    longrepr,
    when,
    user_properties: [],
    sections: [],
    duration: 0.001,
    $report_type: "TestReport"
  })
  return call === "skipped"
    ? [phase("setup", "skipped", ["test_till.py", 12, "Skipped: later"]), phase("teardown", "passed")]
    : [
      phase("setup", "passed"),
      phase("call", call, call === "failed" ? "E   assert 1 == 2" : null),
      phase("teardown", "passed")
    ]
}

const Lines = Schema.Array(Schema.parseJson(Schema.Unknown))

/** The log of pytest-reportlog. */
const log = Schema.encodeSync(Lines)([
  { pytest_version: "9.2.0", $report_type: "SessionStart" },
  { nodeid: "test_till.py", outcome: "passed", longrepr: null, result: [], $report_type: "CollectReport" },
  ...test("test_right", "passed"),
  ...test("test_wrong", "failed"),
  ...test("test_later", "skipped"),
  { exitstatus: 1, $report_type: "SessionFinish" }
]).map((line) => `${line}\n`).join("")

export const results = [
  "test_till.py test_till.py::test_later setup skipped",
  "test_till.py test_till.py::test_right call passed",
  "test_till.py test_till.py::test_wrong call failed"
]

const coverageReport = Schema.encodeSync(Schema.parseJson(Schema.Unknown))({
  meta: { format: 3, version: "7.17.3" },
  files: {
    "shop.py": { executed_lines: [1, 2, 5], missing_lines: [6] },
    "test_till.py": { executed_lines: [1, 2, 5, 6, 9, 10, 13, 14], missing_lines: [15] },
    "till.py": { executed_lines: [1, 4, 5], missing_lines: [] }
  }
})

export const covered = ["shop.py 3 1", "test_till.py 8 1", "till.py 3 0"]

/** How coverage is configured where nothing is. */
const settings = Schema.encodeSync(Schema.parseJson(Schema.Unknown))({
  configFile: null,
  source: null,
  source_pkgs: null,
  source_dirs: null,
  include: null,
  patch: [],
  dynamic_context: null,
  core: "ctrace"
})

export interface Parts {
  /** pytest: `$log` is where the report goes; `report` prints it, `said` prints the last line of the screen. */
  readonly pytest?: string
  /** `coverage json`: `$output` is where the report goes; `report` prints it. */
  readonly json?: string
  readonly combine?: string
  readonly settings?: string
  /** Who it is. */
  readonly answer?: string
  readonly packages?: string
}

const orReal = (part: string | undefined) =>
  part === undefined ? "real" : `if [ -e "$here/fault" ]; then\n${part}\nelse real; fi`

const script = (parts: Parts) =>
  `#!/bin/sh
here=$(dirname "$0")
log= output= last=
for argument in "$@"; do
  case $argument in --report-log=*) log=\${argument#*=} ;; esac
  if [ "$last" = -o ]; then output=$argument; fi
  last=$argument
done
case "$*" in
*sysconfig.get_paths*)
  real() { cat "$here/answer"; }
  ${orReal(parts.answer)} ;;
*importlib.metadata*)
  real() { echo '{"packages": [], "ignored": []}'; }
  ${orReal(parts.packages)} ;;
*'"configFile"'*)
  real() { cat "$here/settings"; }
  ${orReal(parts.settings)} ;;
*--report-log=*)
  report() { cat "$here/log"; }
  said() { echo '==== 1 failed, 1 passed, 1 skipped in 0.01s ===='; }
  real() { report >"$log"; [ -z "$COVERAGE_FILE" ] || : >"$COVERAGE_FILE.host.pid1.X"; said; return 1; }
  ${orReal(parts.pytest)} ;;
*" combine --append "*)
  real() { :; }
  ${orReal(parts.combine)} ;;
*" json --quiet "*)
  report() { cat "$here/coverage.json"; }
  real() { report >"$output"; }
  ${orReal(parts.json)} ;;
esac
`

/** What the real one says of itself. */
const answer = Command.string(Command.make(OtherTools.python, "-I", "-c", whoAreYou)).pipe(
  Effect.flatMap((stdout) => Schema.decode(Schema.parseJson(Answer))(stdout.trim())),
  Effect.cached,
  Effect.runSync
)

/** Puts it there, and gives the variable that makes codeintel use it. */
export const install = Effect.fn("faults.fakePython")(function*(world: World, parts: Parts = {}) {
  const fs = yield* FileSystem.FileSystem
  const directory = `${world.directory}/tools`
  const file = `${directory}/python`
  const real = yield* Effect.orDie(answer)
  const own = yield* Schema.encode(Schema.parseJson(Answer))({ ...real, executable: file })
  yield* writeExecutable(file, script(parts))
  yield* Effect.forEach(
    Object.entries({ fault: "", answer: own, log, settings, "coverage.json": coverageReport }),
    ([name, text]) => fs.writeFileString(`${directory}/${name}`, text)
  )
  return { CODEINTEL_PYTHON: file }
}, Effect.orDie)

/** From now on it has no fault; nothing that codeintel looks at says so. */
export const heal = (world: World) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.remove(`${world.directory}/tools/fault`))
