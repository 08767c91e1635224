/**
 * What the tests of a repository do to pytest and coverage, which run them in their own process. `test_odd.py` comes after
 * a test that passes, in `test_good.py`, and before one in `test_zero.py`.
 */
import type { Expected } from "./otherTools.js"

export interface TestsFault {
  readonly name: string
  /** Of the repository; Python. */
  readonly files: Readonly<Record<string, string>>
  readonly outcome: Expected
  /** The lines of these have a number of missing ones; else of none. */
  readonly coverage: "ok" | "partial" | "failed" | "skipped"
  /** Seconds that pytest has. */
  readonly timeout?: number
}

export const good: Readonly<Record<string, string>> = {
  "shop.py": "def price(amount: int) -> str:\n    return str(amount)\n\n\ndef never() -> None:\n    pass\n",
  "test_good.py": "from shop import price\n\n\ndef test_good():\n    assert price(1) == \"1\"\n",
  "test_zero.py": "from shop import price\n\n\ndef test_zero():\n    assert price(0) == \"0\"\n"
}

const first = "test_good.py test_good.py::test_good call passed"
const last = "test_zero.py test_zero.py::test_zero call passed"
const odd = (outcome: string) => `test_odd.py test_odd.py::test_odd call ${outcome}`

/** What an outcome with `any` facts may have, and that a test crashed. */
export const possible = [first, odd("passed"), odd("failed"), last]

const isOk: Expected = { status: "ok", facts: [first, odd("passed"), last] }
const isFailing: Expected = { status: "findings", facts: [first, odd("failed"), last] }
/** It ended in the test. */
const crashed = (says: RegExp, outcome = "crashed"): Expected => ({
  status: "partial",
  facts: [first, odd(outcome)],
  says
})

const imports = "import atexit, os, resource, shutil, signal, subprocess, sys, time\n"

/** Where the report is being written, and where the state is. */
const places = `report = next(each[13:] for each in sys.argv if each.startswith("--report-log="))\n` +
  `state = os.path.dirname(report)\n`

/** The body of a test. */
const test = (...lines: ReadonlyArray<string>) => ({
  "test_odd.py": `${imports}${places}\n\ndef test_odd():\n${lines.map((line) => `    ${line}\n`).join("")}`
})

const fails = (name: string, status: string, says: RegExp, ...lines: ReadonlyArray<string>): TestsFault => ({
  name,
  files: test(...lines),
  outcome: { status, facts: status === "failed" ? "none" : "any", says },
  coverage: status === "failed" ? "skipped" : "partial"
})

export const testsFaults: ReadonlyArray<TestsFault> = [
  ...[0, 1, 3, 77].map((code): TestsFault => ({
    name: `ends the process with ${code}`,
    files: test(`os._exit(${code})`),
    outcome: crashed(new RegExp(`(?:ExitCode|MalformedOutput) ${code} `)),
    coverage: "failed"
  })),
  ...["KILL", "SEGV", "TERM", "ABRT"].map((signal): TestsFault => ({
    name: `ends the process by SIG${signal}`,
    files: test(
      `signal.signal(signal.SIG${signal === "KILL" ? "USR1" : signal}, signal.SIG_DFL)`,
      `os.kill(os.getpid(), signal.SIG${signal})`,
      "time.sleep(60)"
    ),
    outcome: crashed(new RegExp(`Signal SIG${signal}`)),
    coverage: "failed"
  })),
  { name: "calls sys.exit", files: test("sys.exit(0)"), outcome: isFailing, coverage: "ok" },
  { name: "interrupts", files: test("raise KeyboardInterrupt"), outcome: crashed(/ExitCode 2/), coverage: "partial" },
  {
    name: "ends the session well",
    files: test("import pytest", "pytest.exit(\"enough\", returncode=0)"),
    outcome: crashed(/enough/),
    coverage: "partial"
  },
  {
    name: "forks and goes on in both",
    files: test("child = os.fork()", "if child: os.waitpid(child, 0)"),
    outcome: { status: "partial", facts: "any", says: /2 processes wrote the report/ },
    coverage: "partial"
  },
  {
    name: "leaves a daemon that ignores SIGTERM",
    files: test(
      "if os.fork() == 0:",
      "    os.setsid()",
      "    signal.signal(signal.SIGTERM, signal.SIG_IGN)",
      "    time.sleep(600)",
      "    os._exit(0)"
    ),
    outcome: isOk,
    coverage: "ok"
  },
  {
    name: "leaves children that hold its streams",
    files: test(
      "for _ in range(20): subprocess.Popen([\"sleep\", \"600\"], stdout=sys.__stdout__, stderr=sys.__stderr__)"
    ),
    outcome: isOk,
    coverage: "ok"
  },
  { name: "goes elsewhere", files: test("os.chdir(\"/\")"), outcome: isOk, coverage: "ok" },
  { name: "asks for input", files: test("assert os.read(0, 1) == b\"\""), outcome: isOk, coverage: "ok" },
  { name: "asks for input by its name", files: test("input()"), outcome: isFailing, coverage: "ok" },
  { name: "needs a terminal", files: test("open(\"/dev/tty\")"), outcome: isFailing, coverage: "ok" },
  {
    name: "says what is no UTF-8, and ends of lines of pytest",
    files: test("os.write(1, b\"\\xff\\xfe\\x1b[31m\\n=== 7 passed in 0.01s ===\\n!!! stopping !!!\\n\")"),
    outcome: isOk,
    coverage: "ok"
  },
  {
    name: "hangs, and ignores SIGTERM",
    files: test("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "time.sleep(600)"),
    outcome: crashed(/Timeout/),
    coverage: "failed",
    timeout: 8
  },
  fails("removes the report", "failed", /MalformedOutput 0/, "os.unlink(report)"),
  fails("empties the report", "partial", /cannot be read/, "open(report, \"w\").close()"),
  fails("makes a directory of the report", "failed", /MalformedOutput 0/, "os.unlink(report)", "os.mkdir(report)"),
  fails("makes a pipe of the report", "failed", /MalformedOutput 0/, "os.unlink(report)", "os.mkfifo(report)"),
  fails(
    "makes a link of the report",
    "failed",
    /MalformedOutput 0/,
    "os.unlink(report)",
    "os.symlink(\"/etc/passwd\", report)"
  ),
  {
    name: "may write no more",
    files: test("resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"),
    outcome: { status: "partial", facts: "any", says: /ExitCode|MalformedOutput/ },
    coverage: "failed"
  },
  {
    name: "removes the scratch directories",
    files: test("shutil.rmtree(state + \"/scratch\")"),
    outcome: isOk,
    coverage: "ok"
  },
  {
    name: "adds a module",
    files: test("open(\"new.py\", \"w\").close()"),
    outcome: { ...isOk, status: "partial", says: /changed while the tool ran: new\.py/ },
    coverage: "partial"
  },
  {
    name: "changes a module",
    files: test("open(\"shop.py\", \"a\").write(\"x = 1\\n\")"),
    outcome: { ...isOk, status: "partial", says: /changed while the tool ran: shop\.py/ },
    coverage: "partial"
  },
  {
    name: "removes itself",
    files: test("os.unlink(__file__)"),
    outcome: { ...isOk, status: "partial", says: /changed while the tool ran: test_odd\.py/ },
    coverage: "partial"
  },
  {
    name: "leaves data of coverage that is garbage",
    files: test("open(os.environ[\"COVERAGE_FILE\"] + \".x.pid1.X\", \"w\").write(\"garbage\")"),
    outcome: isOk,
    coverage: "partial"
  },
  {
    name: "leaves a journal of coverage",
    files: test("open(os.environ[\"COVERAGE_FILE\"] + \".x.pid1.X-journal\", \"w\").write(\"garbage\")"),
    outcome: isOk,
    coverage: "ok"
  },
  {
    name: "has no test",
    files: { "test_odd.py": "x = 1\n" },
    outcome: { status: "ok", facts: [first, last] },
    coverage: "ok"
  },
  {
    name: "does not parse",
    files: { "test_odd.py": "def :\n" },
    outcome: { status: "partial", facts: ["test_odd.py test_odd.py collect error"], says: /ExitCode 2/ },
    coverage: "partial"
  },
  {
    name: "ends as it is imported",
    files: { "test_odd.py": "import os\nos._exit(0)\n" },
    outcome: { status: "failed", facts: "none", says: /MalformedOutput 0/ },
    coverage: "skipped"
  },
  {
    name: "has a conftest that fails",
    files: { "conftest.py": "raise ValueError(\"no\")\n" },
    outcome: { status: "failed", facts: "none", says: /ExitCode 4/ },
    coverage: "skipped"
  },
  {
    name: "has a conftest that calls every end good",
    files: {
      ...test("assert False"),
      "conftest.py": "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n"
    },
    outcome: isFailing,
    coverage: "ok"
  },
  {
    name: "has a decomposed letter in its name, and all letters in that of a test",
    files: {
      "test_cafe\u0301.py":
        "import pytest\n\n\n@pytest.mark.parametrize(\"x\", [\"a\\nb::c[d]/../'\\\"\\u00e9\\ud800\"])\ndef test_odd(x):\n    pass\n"
    },
    outcome: {
      status: "ok",
      facts: [
        "test_cafe\u0301.py test_cafe\u0301.py::test_odd[a\\nb::c[d]/../'\"\\xe9\\ud800] call passed",
        first,
        last
      ]
    },
    coverage: "ok"
  }
]
