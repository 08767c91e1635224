/**
 * A database with something of everything that a report shows, hostile names and texts among it.
 */
import { Effect, Option } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import type * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { writing } from "../layers/duckdb/laws.js"
import { checkRun, diagnostic, facts, link, measured, record, time, toolRun } from "../layers/duckdb/rows.js"

/** Ends a script, starts one, turns the direction of text, ends lines; and is a file name that Linux allows. */
export const HOSTILE = "pkg/</script><img src=x onerror=alert(1)>\u202egnp.py"
export const HOSTILE_TEXT =
  "</script><script>alert(1)</script>\u2028\u202e<!--<img src=https://example.org/x.png onerror=alert(1)>"

const LONG = "x".repeat(100_000)

export const sources = {
  "pkg/app.py": [
    "import os",
    "",
    "def run(a, b):",
    "    if a:",
    "        return b",
    "    return None  # \u202e evil",
    `data = "${LONG}"`,
    "\tdef tabbed(): ..."
  ].join("\n") + "\n",
  "pkg/empty.py": "",
  "pkg/typed.py": "def f(x: int) -> int:\n    return x\n",
  "tests/test_app.py": "def test_run():\n    assert True\n",
  [HOSTILE]: "# </script><img src=x onerror=alert(1)>\nx = '<!--'\n"
} satisfies TestRepository.Sources

const functionFacts = (qualifiedName: string, startLine: number, annotated: boolean) => ({
  qualifiedName,
  startLine,
  endLine: startLine + 2,
  parameters: 2,
  annotatedParameters: annotated ? 2 : 0,
  returnAnnotated: annotated
})

/** pyright failed, mypy looked at some, ruff at all, pytest and coverage ran, scip-python was not asked for. */
export const fill = Effect.fnUntraced(function*(ctx: PipelineContext, texts: TestRepository.Sources = sources) {
  const ruff = toolRun("ruff", { status: "findings", durationMs: 800, startedAt: time(1) })
  const pyrefly = toolRun("pyrefly", { status: "ok", durationMs: 4000, startedAt: time(2) })
  const pyright = toolRun("pyright", {
    status: "failed",
    reason: Option.some(`pyright: ExitCode 3 ${HOSTILE_TEXT}\nthe second line`),
    durationMs: 9000,
    startedAt: time(0),
    filesAnalyzed: Option.none()
  })
  const pytest = toolRun("pytest", { status: "findings", durationMs: 5000, startedAt: time(3) })
  const coverage = toolRun("coverage", { durationMs: 300, startedAt: time(9) })
  const unmeasured = (relPath: string, reason: string) => ({
    relPath,
    measured: Option.some(false),
    reason: Option.some(reason)
  })
  const paths = ctx.modules.map(({ relPath }) => relPath)
  yield* writing(ctx.paths.database, (connection) =>
    Effect.gen(function*() {
      yield* connection.writeSyntax(ctx.modules.map(({ contentHash, relPath }) => ({
        contentHash,
        source: texts[relPath] ?? "",
        facts: facts({
          functions: relPath === "pkg/app.py"
            ? [functionFacts("run", 3, false), functionFacts(`<b>${HOSTILE_TEXT}`, 8, false)]
            : relPath === "pkg/typed.py"
            ? [functionFacts("f", 1, true)]
            : []
        })
      })))
      yield* connection.writeCheckRun(checkRun("ruff", {
        run: ruff,
        files: paths.map(measured),
        diagnostics: [
          diagnostic("ruff", "pkg/app.py", { rule: "F401", message: "`os` imported but unused", fingerprint: "1" }),
          diagnostic("ruff", "pkg/app.py", {
            rule: "E501",
            severity: "warning",
            startLine: 7,
            endLine: 7,
            message: HOSTILE_TEXT + LONG,
            fingerprint: "2"
          }),
          diagnostic("ruff", HOSTILE, { rule: HOSTILE_TEXT, message: HOSTILE_TEXT, fingerprint: "3" })
        ]
      }))
      yield* connection.writeCheckRun(checkRun("pyrefly", {
        run: pyrefly,
        files: paths.map((path) =>
          path === "pkg/typed.py"
            ? measured(path)
            : unmeasured(path, `left out by the tool's configuration ${HOSTILE_TEXT}`)
        )
      }))
      yield* connection.writeCheckRun(checkRun("pyright", { run: pyright }))
      yield* connection.writeTestsRun({
        run: pytest,
        results: [
          {
            testId: "tests/test_app.py::test_run",
            relPath: Option.some("tests/test_app.py"),
            outcome: "passed",
            durationMs: Option.some(12.5),
            message: Option.none(),
            phase: "call"
          },
          {
            testId: `tests/test_app.py::test_b[${HOSTILE_TEXT}]`,
            relPath: Option.some("tests/test_app.py"),
            outcome: "failed",
            durationMs: Option.none(),
            message: Option.some(HOSTILE_TEXT),
            phase: "call"
          }
        ]
      })
      yield* connection.writeCoverageRun({
        run: coverage,
        files: [
          measured("pkg/app.py"),
          measured("tests/test_app.py"),
          ...paths.filter((path) => !/app/.test(path)).map((path) => unmeasured(path, "no test imported it"))
        ],
        lines: new Map([
          ["pkg/app.py", { covered: [1, 3, 4, 5], missing: [6] }],
          ["tests/test_app.py", { covered: [1, 2], missing: [] }]
        ]),
        contexts: Option.some([
          { testId: "tests/test_app.py::test_run", relPath: "pkg/app.py", lines: [4, 5] },
          { testId: `tests/test_app.py::test_b[${HOSTILE_TEXT}]`, relPath: "pkg/app.py", lines: [5] }
        ])
      })
      yield* connection.finishSnapshot(record(ctx.snapshot.id, {
        repo: `/home/somebody/${HOSTILE_TEXT}/repo`,
        snapshot: ctx.snapshot,
        modules: ctx.modules,
        runs: [
          ...[ruff, pyrefly, pyright, pytest, coverage].map((run) => link(run)),
          {
            tool: "scip-python",
            runId: Option.none(),
            status: "skipped",
            reason: Option.some("not asked for (--only typing,tests,coverage)"),
            reused: false
          }
        ]
      }))
    }))
})
