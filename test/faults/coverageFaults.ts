/**
 * What is done to coverage, and what must come of it. Each stands for scripts of sh (test/faults/fakePython.ts): `$output`
 * is where its JSON goes, `report` prints the right one.
 */
import type { Parts } from "./fakePython.js"
import type { Expected } from "./otherTools.js"

export interface CoverageFault extends Pick<Parts, "json" | "combine" | "settings" | "pytest"> {
  readonly name: string
  readonly outcome: Expected
}

/** Files that could have a number, and have none. */
const nowhere = ["shop.py NULL NULL", "test_till.py NULL NULL", "till.py NULL NULL"]

const failed = (says: RegExp): Expected => ({ status: "failed", facts: nowhere, says })
const malformed = failed(/: MalformedOutput 0/)
const same: Expected = { status: "ok", facts: "same" }

const through = (filter: string) => `report | ${filter} >"$output"`
const instead = (report: string) => `${report} >"$output"`

/** In place of the first line number of a file. */
const line = (value: string) => through(`sed 's/"executed_lines":\\[1,/"executed_lines":[${value},/g'`)

const nested = `{ head -c 100000 /dev/zero | tr '\\0' '['; head -c 100000 /dev/zero | tr '\\0' ']'; }`

export const jsonFaults: ReadonlyArray<CoverageFault> = [
  { name: "writes no report", json: ":", outcome: malformed },
  { name: "writes an empty report", json: instead(":"), outcome: malformed },
  { name: "writes half of the report", json: through("head -c 100"), outcome: malformed },
  {
    name: "is killed with half of the report",
    json: `${through("head -c 100")}; kill -KILL $$`,
    outcome: failed(/Signal SIGKILL/)
  },
  { name: "writes null", json: instead("echo null"), outcome: malformed },
  { name: "writes a list", json: instead("echo '[1]'"), outcome: malformed },
  { name: "writes HTML", json: instead("echo '<html></html>'"), outcome: malformed },
  { name: "writes text before the report", json: instead("{ echo 'warning: {oops}'; report; }"), outcome: malformed },
  { name: "writes text after the report", json: instead("{ report; echo 'bye'; }"), outcome: malformed },
  { name: "writes the report twice", json: instead("{ report; report; }"), outcome: malformed },
  { name: "has no files", json: through(`sed 's/"files":.*/"files":{}}/'`), outcome: failed(/NothingAnalyzed/) },
  {
    name: "saw no line run",
    json: through(`sed 's/"executed_lines":[^]]*/"executed_lines":[/g'`),
    outcome: failed(/NothingAnalyzed/)
  },
  {
    name: "reports half of the files",
    json: through(`sed 's/"till.py":/"gone.py":/'`),
    outcome: { status: "ok", facts: ["shop.py 3 1", "test_till.py 8 1", "till.py NULL NULL"] }
  },
  { name: "has a list for the files", json: through(`sed 's/"files":.*/"files":[]}/'`), outcome: malformed },
  { name: "has no missing lines", json: through(`sed 's/"missing_lines"/"other"/g'`), outcome: malformed },
  { name: "has NaN for a line", json: line("NaN"), outcome: malformed },
  { name: "has a negative line", json: line("-7"), outcome: malformed },
  { name: "has half a line", json: line("1.5"), outcome: malformed },
  { name: "has a line beyond all numbers", json: line("1e999"), outcome: malformed },
  { name: "has a line beyond 32 bits", json: line("4294967297"), outcome: malformed },
  { name: "has a word for a line", json: line("\"one\""), outcome: malformed },
  {
    name: "has 100,000 brackets for a line",
    json:
      `{ printf '%s' '{"meta":{"version":"7"},"files":{"shop.py":{"missing_lines":[],"executed_lines":'; ${nested}; printf '}}}'; } >"$output"`,
    outcome: malformed
  },
  { name: "has 100,000 brackets alone", json: instead(nested), outcome: malformed },
  {
    name: "has one string of 200 MB",
    json: instead(`{ printf '"'; head -c 200000000 /dev/zero | tr '\\0' x; echo '"'; }`),
    outcome: malformed
  },
  { name: "writes 300 MB of nothing", json: `truncate -s 300M "$output"`, outcome: malformed },
  {
    name: "has bytes that are no UTF-8",
    // within the version
    json: instead(`{ report | head -c 33; printf '\\377\\376'; report | tail -c +34; }`),
    outcome: { status: "ok", facts: "same" }
  },
  {
    name: "has a NUL in the middle",
    json: instead(`{ report | head -c 33; printf '\\0'; report | tail -c +34; }`),
    outcome: malformed
  },
  { name: "writes UTF-16", json: through("iconv -f UTF-8 -t UTF-16"), outcome: malformed },
  { name: "makes a directory of the report", json: `mkdir "$output"`, outcome: malformed },
  { name: "makes a pipe of the report", json: `mkfifo "$output"`, outcome: malformed },
  { name: "makes a device of the report", json: `ln -s /dev/zero "$output"`, outcome: malformed },
  {
    name: "may not write more than 512 bytes",
    json: `ulimit -f 0; report >"$output"`,
    outcome: failed(/ExitCode|Signal|Malformed/)
  },
  { name: "writes to a full disk", json: `report >/dev/full`, outcome: failed(/ExitCode [12]/) },
  { name: "covers less than is asked for", json: "real; exit 2", outcome: same },
  {
    name: "ends as if less were covered than is asked for, without a report",
    json: "echo oops >&2; exit 2",
    outcome: failed(/: MalformedOutput 2[^]*oops/)
  },
  {
    name: "says that there is no data",
    json: "echo 'No data to report.'; exit 1",
    outcome: failed(/NothingAnalyzed 1/)
  },
  {
    name: "finds a source missing, twice",
    json: "echo \"No source for code: 'x'\"; exit 1",
    outcome: failed(/ExitCode 1/)
  },
  { name: "removes the data that it was asked to read", json: `real; rm -f "$COVERAGE_FILE"*`, outcome: same },
  {
    name: "adds a module",
    json: "real; echo 'x = 1' >new.py",
    outcome: { status: "partial", facts: "same", says: /changed while the tool ran: new\.py/ }
  },
  {
    name: "changes a module",
    json: "real; echo 'x = 1' >>shop.py",
    outcome: {
      status: "partial",
      facts: ["shop.py NULL NULL", "test_till.py 8 1", "till.py 3 0"],
      says: /changed while the tool ran: shop\.py/
    }
  }
]

export const dataFaults: ReadonlyArray<CoverageFault> = [
  { name: "cannot combine its data", combine: "echo oops >&2; exit 1", outcome: failed(/ExitCode 1[^]*oops/) },
  { name: "is killed as it combines", combine: "kill -KILL $$", outcome: failed(/Signal SIGKILL/) },
  {
    name: "finds nothing to combine",
    combine: "echo 'No data to combine'; exit 1",
    outcome: failed(/NothingAnalyzed/)
  },
  {
    name: "cannot use the data of one process",
    combine:
      `echo "/x.py:1: CoverageWarning: Couldn't use data file '$COVERAGE_FILE.host.pid1.X': file is not a database (x)" >&2`,
    outcome: {
      status: "partial",
      facts: ["shop.py 3 NULL", "test_till.py 8 NULL", "till.py 3 NULL"],
      says: /Couldn't use data file/
    }
  },
  { name: "says nothing of how it is configured", settings: ":", outcome: failed(/MalformedOutput 0/) },
  {
    name: "cannot read its configuration",
    settings: "echo 'broken .coveragerc' >&2; exit 1",
    outcome: failed(/broken \.coveragerc/)
  },
  {
    name: "is configured in another language",
    settings: "echo '{\"source\": 3}'",
    outcome: failed(/MalformedOutput 0/)
  },
  { name: "is configured 100,000 brackets deep", settings: nested, outcome: failed(/MalformedOutput 0/) },
  { name: "dies when asked how it is configured", settings: "kill -SEGV $$", outcome: failed(/Signal SIGSEGV/) },
  {
    name: "leaves the journal of a process that was killed",
    pytest: `: >"$COVERAGE_FILE.host.pid2.X-journal"; : >"$COVERAGE_FILE-journal"; real`,
    outcome: same
  },
  {
    name: "records nothing",
    pytest: `report >"$log"; said; exit 1`,
    json: "echo 'No data to report.'; exit 1",
    outcome: failed(/NothingAnalyzed/)
  },
  { name: "makes a directory of its data", pytest: `mkdir "$COVERAGE_FILE.host.pid3.X"; real`, outcome: failed(/./) }
]

/** What coverage says its file is. */
export interface PathFault {
  readonly name: string
  /** In place of `shop.py`, as JSON has it. */
  readonly path: string
  /** Where the lines of `shop.py` are then. */
  readonly relPath: string | undefined
}

export const pathFaults: ReadonlyArray<PathFault> = [
  { name: "an absolute path outside", path: "/etc/passwd", relPath: undefined },
  { name: "a path with `..`", path: "../tools/python", relPath: undefined },
  { name: "a path with `..` that comes back", path: "../repository/shop.py", relPath: "shop.py" },
  { name: "a link that leads out", path: "out.py", relPath: undefined },
  { name: "a link within", path: "alias.py", relPath: "shop.py" },
  { name: "a file that is not there", path: "gone.py", relPath: undefined },
  { name: "a directory", path: ".", relPath: undefined },
  { name: "an empty path", path: "", relPath: undefined },
  { name: "a NUL", path: "a\\\\u0000.py", relPath: undefined },
  { name: "a line feed", path: "line\\\\nfeed.py", relPath: "line\nfeed.py" },
  { name: "quotes", path: "qu\\\\\"ote'\\''s.py", relPath: "qu\"ote's.py" },
  { name: "a composed letter, decomposed in the directory", path: "caf\\\\u00e9.py", relPath: undefined },
  { name: "a decomposed letter", path: "cafe\\\\u0301.py", relPath: "cafe\u0301.py" },
  { name: "our own state", path: ".codeintel/scratch/x.py", relPath: undefined }
]
