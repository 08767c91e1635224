/**
 * What is done to pytest, and what must come of it. Each stands for a script of sh (test/faults/fakePython.ts): `$log` is
 * where the report goes, `report` prints the right one.
 */
import { results } from "./fakePython.js"
import type { Expected } from "./otherTools.js"

export interface ReportFault {
  readonly name: string
  readonly script: string
  readonly outcome: Expected
}

const failed = (says: RegExp): Expected => ({ status: "failed", facts: "none", says })
/** What was reported is kept; that there may be more is said. */
const partial = (says: RegExp, facts: Expected["facts"] = "same"): Expected => ({ status: "partial", facts, says })
const same: Expected = { status: "findings", facts: "same" }

/** The report through a filter, with the exit code that it should have. */
const through = (filter: string) => `report | ${filter} >"$log"; said; exit 1`

/** Something else for a report. */
const instead = (report: string) => `${report} >"$log"; said; exit 1`

/** Every duration. */
const duration = (value: string) => through(`sed 's/"duration":0.001/"duration":${value}/'`)

const noReport = failed(/: MalformedOutput/)
const nothing = failed(/NothingAnalyzed/)
const unread = (facts: Expected["facts"] = "same") => partial(/cannot be read/, facts)

/** Prints as much; `before` and `after` are JSON. */
const nested = (before = "", after = "") =>
  `{ printf '%s' '${before}'; head -c 100000 /dev/zero | tr '\\0' '['; ` +
  `head -c 100000 /dev/zero | tr '\\0' ']'; printf '%s\\n' '${after}'; }`

const testReport = `{"$report_type":"TestReport","when":"call","outcome":"failed"`

export const reportFaults: ReadonlyArray<ReportFault> = [
  { name: "writes no report", script: "said; exit 1", outcome: noReport },
  { name: "writes no report, and says that all is well", script: "exit 0", outcome: noReport },
  { name: "writes an empty report", script: instead(":"), outcome: noReport },
  { name: "writes white space", script: instead("printf '\\n  \\n'"), outcome: noReport },
  {
    name: "is killed with half of the report",
    script: `report | head -n 6 >"$log"; kill -KILL $$`,
    outcome: partial(/Signal SIGKILL/, [
      "test_till.py test_till.py::test_right call passed",
      "test_till.py test_till.py::test_wrong call crashed"
    ])
  },
  {
    name: "is killed within a line",
    script: `report | head -c 1700 >"$log"; kill -KILL $$`,
    outcome: partial(/Signal SIGKILL/, "any")
  },
  {
    name: "ends well with half of the report",
    script: `report | head -n 6 >"$log"; exit 0`,
    outcome: partial(/MalformedOutput 0/, [
      "test_till.py test_till.py::test_right call passed",
      "test_till.py test_till.py::test_wrong call crashed"
    ])
  },
  { name: "reports the start alone", script: `report | head -n 1 >"$log"; exit 0`, outcome: noReport },
  {
    name: "reports an end, and no tests",
    script: `report | sed -n '1p;$p' >"$log"; exit 1`,
    outcome: failed(/NothingAnalyzed/)
  },
  { name: "hangs after its report", script: `real; sleep 600; sleep 600`, outcome: partial(/Timeout after/) },
  { name: "writes null", script: instead("echo null"), outcome: noReport },
  { name: "writes a list", script: instead(`echo '[{"a": 1}]'`), outcome: noReport },
  { name: "writes an object of something else", script: instead(`echo '{"tests": 3}'`), outcome: noReport },
  { name: "writes HTML", script: instead("echo '<html>502 Bad Gateway</html>'"), outcome: noReport },
  { name: "writes text before the report", script: instead("{ echo 'warning: {oops}'; report; }"), outcome: unread() },
  { name: "writes text after the report", script: instead("{ report; echo 'bye {now}'; }"), outcome: unread() },
  {
    name: "writes the report twice",
    script: instead("{ report; report; }"),
    outcome: partial(/2 sessions, of which the last counts/)
  },
  {
    name: "lets two processes write the report",
    script: instead("{ report; report | sed 1d; }"),
    outcome: { ...partial(/2 processes wrote the report/), facts: "any" }
  },
  { name: "takes NaN long", script: duration("NaN"), outcome: nothing },
  { name: "takes longer than there are numbers", script: duration("1e999"), outcome: nothing },
  { name: "takes less than no time", script: duration("-7"), outcome: same },
  { name: "takes `null` long", script: duration("null"), outcome: nothing },
  { name: "has a number for an outcome", script: through(`sed 's/"outcome":"[a-z]*"/"outcome":7/'`), outcome: nothing },
  { name: "has a list for a test", script: through(`sed 's/"nodeid":"[^"]*"/"nodeid":[1]/'`), outcome: nothing },
  {
    name: "has 100,000 brackets for a test",
    script: instead(`{ report; ${nested(`${testReport},"longrepr":null,"nodeid":`, "}")}; }`),
    outcome: unread()
  },
  { name: "has 100,000 brackets on a line", script: instead(`{ ${nested()}; report; }`), outcome: unread() },
  { name: "has 100,000 brackets alone", script: instead(nested()), outcome: noReport },
  {
    name: "has 100,000 brackets for a reason",
    script: `report | head -n 6 >"$log"; { ${
      nested(`${testReport},"nodeid":"test_till.py::test_wrong","longrepr":`, "}")
    }; report | tail -n +8; } >>"$log"; said; exit 1`,
    outcome: same
  },
  {
    name: "has 100,000 brackets for the value of a subtest",
    script: instead(
      `{ report; ${
        nested(`${testReport},"nodeid":"x","longrepr":null,"_subtest.context":{"msg":null,"kwargs":{"a":`, "}}}")
      }; }`
    ),
    outcome: { status: "findings", facts: ["NULL x call failed", ...results] }
  },
  { name: "has bytes that are no UTF-8", script: instead(`{ printf '\\377\\376\\n'; report; }`), outcome: unread() },
  {
    name: "has a NUL in the middle",
    script: instead(`{ report | head -c 700; printf '\\0'; report | tail -c +701; }`),
    outcome: unread("any")
  },
  { name: "writes UTF-16", script: through("iconv -f UTF-8 -t UTF-16"), outcome: noReport },
  { name: "writes 300 MB of nothing", script: `truncate -s 300M "$log"; exit 1`, outcome: noReport },
  { name: "writes a line of 400 MB", script: `report >"$log"; truncate -s 400M "$log"; exit 1`, outcome: same },
  { name: "makes a directory of the report", script: `mkdir "$log"; exit 1`, outcome: noReport },
  { name: "makes a pipe of the report", script: `mkfifo "$log"; exit 1`, outcome: noReport },
  { name: "makes a link of the report", script: `ln -s /etc/passwd "$log"; exit 1`, outcome: noReport },
  { name: "makes a link to a good report", script: `ln -s "$here/log" "$log"; exit 1`, outcome: noReport },
  { name: "makes a device of the report", script: `ln -s /dev/zero "$log"; exit 1`, outcome: noReport },
  {
    name: "may not write more than 1 kB",
    script: `ulimit -f 1; report >"$log"; exit 1`,
    outcome: { status: "partial", facts: "any" }
  },
  { name: "writes to a full disk", script: `ln -s /dev/full "$log"; report >"$log"; exit 1`, outcome: noReport },
  {
    name: "removes the scratch directories",
    script: `real; rm -rf "$(dirname "$log")/scratch"; exit 1`,
    outcome: same
  },
  {
    name: "adds a module",
    script: `echo "x = 1" >new.py; real`,
    outcome: { ...partial(/repository changed while the tool ran: new\.py/) }
  },
  {
    name: "changes a module",
    script: `echo "x = 1" >>shop.py; real`,
    outcome: partial(/repository changed while the tool ran: shop\.py/)
  },
  {
    name: "removes the tests",
    script: `rm test_till.py; real`,
    outcome: { ...partial(/changed[^]*test_till\.py/), facts: "any" }
  }
]

/** A file that the user names; `$log` again. */
export const givenFaults: ReadonlyArray<ReportFault> = [
  { name: "is right", script: `report >"$log"`, outcome: { status: "imported", facts: "same" } },
  { name: "is empty", script: `: >"$log"`, outcome: noReport },
  {
    name: "is half a report",
    script: `report | head -n 6 >"$log"`,
    outcome: partial(/the process ended while/, "any")
  },
  { name: "is the start alone", script: `report | head -n 1 >"$log"`, outcome: failed(/before any test had ended/) },
  { name: "is two reports", script: `{ report; report; } >"$log"`, outcome: partial(/2 sessions/) },
  { name: "is HTML", script: `echo '<html></html>' >"$log"`, outcome: noReport },
  { name: "is null", script: `echo null >"$log"`, outcome: noReport },
  { name: "is random", script: `head -c 100000 /dev/urandom >"$log"`, outcome: noReport },
  { name: "is 100,000 brackets", script: `${nested()} >"$log"`, outcome: noReport },
  { name: "is 300 MB of nothing", script: `truncate -s 300M "$log"`, outcome: noReport },
  { name: "is 400 MB of nothing", script: `truncate -s 400M "$log"`, outcome: noReport },
  {
    name: "is a report of the other format with 100,000 brackets for a test",
    script: `${nested(`{"exitcode":0,"root":"/x","summary":{},"tests":[{"outcome":"passed","nodeid":`, "}]}")} >"$log"`,
    outcome: noReport
  },
  {
    name: "is a report of the other format without tests",
    script: `echo '{"exitcode":0,"root":"/x","summary":{"total":3,"collected":3},"tests":[]}' >"$log"`,
    outcome: failed(/3 tests were collected and not run/)
  },
  {
    name: "is a report of the other format with an exit code beyond all numbers",
    script: `echo '{"exitcode":1e999,"root":"/x","summary":{},"tests":[]}' >"$log"`,
    outcome: noReport
  }
]

/** In a report, the tests are said to be in another file. */
export interface PathFault {
  readonly name: string
  /** As JSON has it. */
  readonly path: string
  /** NULL: it is no file of the repository. */
  readonly relPath: string
}

export const pathFaults: ReadonlyArray<PathFault> = [
  { name: "an absolute path outside", path: "/etc/passwd", relPath: "NULL" },
  { name: "a path with `..`", path: "../tools/python", relPath: "NULL" },
  { name: "a path with `..` that comes back", path: "../repository/test_till.py", relPath: "test_till.py" },
  { name: "an absolute path inside", path: "$PWD/test_till.py", relPath: "test_till.py" },
  { name: "a link that leads out", path: "out.py", relPath: "NULL" },
  { name: "a link within", path: "alias.py", relPath: "test_till.py" },
  { name: "a file that is not there", path: "gone.py", relPath: "NULL" },
  { name: "a directory", path: ".", relPath: "NULL" },
  { name: "an empty path", path: "", relPath: "NULL" },
  { name: "a NUL", path: "a\\\\u0000.py", relPath: "NULL" },
  { name: "a line feed", path: "line\\\\nfeed.py", relPath: "line\nfeed.py" },
  { name: "quotes", path: "qu\\\\\"ote'\\''s.py", relPath: "qu\"ote's.py" },
  { name: "a composed letter, decomposed in the directory", path: "caf\\\\u00e9.py", relPath: "NULL" },
  { name: "a decomposed letter", path: "cafe\\\\u0301.py", relPath: "cafe\u0301.py" },
  { name: "a lone surrogate", path: "\\\\ud800.py", relPath: "NULL" }
]
