/**
 * What is done to a checker, and what must come of it. Each stands for a script of sh (test/faults/faultyTool.ts).
 */
export const checkers = ["pyright", "pyrefly", "ruff", "mypy"] as const

export type Checker = typeof checkers[number]

/** `same`: the rows of the tool without the fault. Else nothing is measured, and why is said. */
export type Outcome =
  | { readonly rows: "same"; readonly says?: RegExp }
  | { readonly rows: "none"; readonly status: "failed" | "timed_out" | "not_found"; readonly says: RegExp }

export interface Fault {
  readonly name: string
  readonly script: string
  readonly outcome: Outcome | Readonly<Record<Checker, Outcome>>
  /** Seconds that the tool has. */
  readonly timeout?: number
}

/** Those after which a report counts. */
export const exitCodes: Readonly<Record<Checker, ReadonlyArray<string>>> = {
  pyright: ["0", "1"],
  pyrefly: ["0", "1"],
  ruff: ["0", "1"],
  mypy: ["0", "1"]
}

/** Those that end a process. */
export const signals = [
  ...["HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM"],
  ...["TERM", "XCPU", "XFSZ", "VTALRM", "PROF", "IO", "PWR", "SYS"]
]

const same: Outcome = { rows: "same" }
const failed = (says: RegExp): Outcome => ({ rows: "none", status: "failed", says })
const timedOut: Outcome = { rows: "none", status: "timed_out", says: /Timeout after/ }
/** pyrefly and mypy end with 1 when they do not start, too: without a report that is what it means. */
const malformed = failed(/: (MalformedOutput \d|ExitCode 1) /)

/** The report of the real tool through a filter, with the exit code of the tool. */
const through = (filter: string) => `real "$@" >"$here/report"; code=$?; ${filter} <"$here/report"; exit $code`

const python = (program: string) => `python3 -c '${program}'`

const sleeps = "sleep 600; sleep 600"

export const processFaults: ReadonlyArray<Fault> = [
  { name: "hangs", script: sleeps, outcome: timedOut, timeout: 1 },
  { name: "ignores SIGTERM", script: `trap "" TERM; ${sleeps}`, outcome: timedOut, timeout: 1 },
  { name: "hangs after its report", script: `real "$@"; ${sleeps}`, outcome: timedOut, timeout: 4 },
  {
    name: "leaves a child that ignores SIGTERM",
    script: `(trap "" TERM; ${sleeps}) >/dev/null 2>&1 & real "$@"`,
    outcome: same
  },
  { name: "leaves a child that holds its streams", script: `(${sleeps}) & real "$@"`, outcome: same },
  { name: "leaves a child in a session of its own", script: `setsid sh -c "${sleeps}" & real "$@"`, outcome: same },
  {
    name: "hangs, with children in sessions of their own that ignore SIGTERM",
    script: `for i in 1 2 3; do setsid sh -c 'trap "" TERM; ${sleeps}' & done; ${sleeps}`,
    outcome: timedOut,
    timeout: 1
  },
  { name: "forks until it ends", script: `for i in $(seq 50); do sleep 600 & done; real "$@"`, outcome: same },
  { name: "asks for input", script: `if read -r line; then echo "$line"; ${sleeps}; fi; real "$@"`, outcome: same },
  {
    name: "needs a terminal",
    script: `if ! test -t 0 || ! test -t 1; then echo "not a tty" >&2; exit 3; fi; real "$@"`,
    outcome: failed(/ExitCode 3[^]*not a tty/)
  },
  {
    name: "opens the terminal",
    script: `if ! (exec 3</dev/tty) 2>/dev/null; then echo "no terminal" >&2; exit 3; fi; read -r line </dev/tty`,
    outcome: failed(/ExitCode 3|Timeout/)
  },
  {
    name: "floods stdout",
    script: `yes 0123456789012345678901234567890123456789 | head -c 2147483648`,
    outcome: failed(/OutputTooLarge/)
  },
  {
    name: "floods stderr",
    script: `yes 0123456789012345678901234567890123456789 | head -c 2147483648 >&2`,
    outcome: failed(/OutputTooLarge/)
  },
  { name: "closes its streams and hangs", script: `exec >&- 2>&-; ${sleeps}`, outcome: timedOut, timeout: 1 },
  { name: "dies before it says anything", script: "kill -SEGV $$", outcome: failed(/Signal SIGSEGV/) }
]

const cut = (bytes: number) => through(`head -c ${bytes}`)

export const reportFaults: ReadonlyArray<Fault> = [
  {
    name: "half of the report, then killed",
    script: `real "$@" | head -c 60; kill -KILL $$`,
    outcome: failed(/Signal SIGKILL/)
  },
  { name: "half of the report, with its exit code", script: cut(60), outcome: malformed },
  { name: "no report", script: cut(0), outcome: malformed },
  { name: "white space for a report", script: through("printf '\\n  \\n'; true"), outcome: malformed },
  { name: "a list of something else", script: through(`echo '[{"a":1}]'; true`), outcome: malformed },
  { name: "an object of something else", script: through(`echo '{"errors":3}'; true`), outcome: malformed },
  { name: "null", script: through("echo null; true"), outcome: malformed },
  { name: "a page of HTML", script: through("echo '<html>502 Bad Gateway</html>'; true"), outcome: malformed },
  {
    name: "text before the report",
    script: through("{ echo 'warning: {oops}'; cat; }"),
    // there pyright says what is wrong with its configuration
    outcome: {
      pyright: { rows: "same", says: /warning: \{oops\}/ },
      pyrefly: malformed,
      ruff: malformed,
      mypy: malformed
    }
  },
  { name: "text after the report", script: through("{ cat; echo 'bye {now}'; }"), outcome: malformed },
  {
    name: "the report twice",
    script: through(`{ cat; cat "$here/report"; }`),
    // one line a finding: the same one twice is one
    outcome: { pyright: malformed, pyrefly: malformed, ruff: malformed, mypy: same }
  },
  {
    name: "NaN for a line",
    script: through(`sed -E 's/"(line|row|start)": ?[0-9]+/"\\1": NaN/g'`),
    outcome: malformed
  },
  {
    name: "a negative line",
    script: through(`sed -E 's/"(line|row)": ?[0-9]+/"\\1": -7/g'`),
    outcome: malformed
  },
  {
    name: "a line beyond all numbers",
    script: through(`sed -E 's/"(line|row)": ?[0-9]+/"\\1": 1e999/g'`),
    outcome: malformed
  },
  {
    name: "a line beyond 32 bits",
    script: through(`sed -E 's/"(line|row)": ?[0-9]+/"\\1": 4294967297/g'`),
    outcome: malformed
  },
  {
    name: "100,000 levels of brackets",
    script: through(`${python(`print("["*100000+"]"*100000)`)}; true`),
    outcome: malformed
  },
  {
    name: "100 MB of one string",
    script: through(`{ printf '"'; head -c 100000000 /dev/zero | tr '\\0' x; echo '"'; }`),
    outcome: malformed
  },
  {
    name: "bytes that are no UTF-8",
    script: through(`{ head -c 30; printf '\\377\\376'; cat; }`),
    outcome: malformed
  },
  { name: "a NUL in the middle", script: through(`{ head -c 30; printf '\\0'; cat; }`), outcome: malformed },
  { name: "UTF-16", script: through("iconv -f UTF-8 -t UTF-16"), outcome: malformed },
  {
    name: "the report on stderr",
    script: `real "$@" >"$here/report"; code=$?; cat "$here/report" >&2; exit $code`,
    outcome: malformed
  }
]

/** Findings that are said to be in another file than `shop.py`, as JSON has it. */
const elsewhere = (path: string) => through(`sed -E 's#"[^"]*shop\\.py"#"${path}"#g'`)

export interface PathFault {
  readonly name: string
  readonly script: string
  /** Where findings of `shop.py` are in the database; none: they are not stored, and counted. */
  readonly storedAs: string | undefined
  /** A link, and where it leads. */
  readonly link?: readonly [name: string, target: string]
}

export const pathFaults: ReadonlyArray<PathFault> = [
  { name: "an absolute path outside", script: elsewhere("/etc/passwd"), storedAs: undefined },
  { name: "a path with `..`", script: elsewhere("../tools/x.py"), storedAs: undefined },
  { name: "a path with `..` that comes back", script: elsewhere("../repository/shop.py"), storedAs: "shop.py" },
  { name: "a link that leads out", script: elsewhere("out.py"), storedAs: undefined, link: ["out.py", "/etc/passwd"] },
  { name: "a link within", script: elsewhere("alias.py"), storedAs: "shop.py", link: ["alias.py", "shop.py"] },
  { name: "a link that leads nowhere", script: elsewhere("nowhere.py"), storedAs: undefined },
  { name: "a file that is not there", script: elsewhere("gone.py"), storedAs: undefined },
  { name: "a directory", script: elsewhere("."), storedAs: undefined },
  { name: "an empty path", script: elsewhere(""), storedAs: undefined },
  { name: "a NUL in the path", script: elsewhere("a\\\\u0000.py"), storedAs: undefined },
  { name: "a line feed in the path", script: elsewhere("line\\\\nfeed.py"), storedAs: "line\nfeed.py" },
  { name: "quotes in the path", script: elsewhere(`qu\\\\"ote'\\''s.py`), storedAs: `qu"ote's.py` },
  { name: "a composed letter, decomposed in the directory", script: elsewhere("caf\\\\u00e9.py"), storedAs: undefined },
  { name: "a decomposed letter", script: elsewhere("cafe\\\\u0301.py"), storedAs: "cafe\u0301.py" },
  {
    name: "a path of 100,000 letters",
    script: elsewhere(`'"$(head -c 100000 /dev/zero | tr '\\0' x)"'.py`),
    storedAs: undefined
  }
]

/** What a tool does to the repository, in which it runs. */
export const changeFaults: ReadonlyArray<
  { readonly name: string; readonly script: string; readonly changed: string }
> = [
  { name: "deletes a file before it looks", script: `rm shop.py; real "$@"`, changed: "shop.py" },
  { name: "deletes a file after it looked", script: `real "$@"; code=$?; rm shop.py; exit $code`, changed: "shop.py" },
  { name: "changes a file before it looks", script: `echo 'x: int = ""' >>shop.py; real "$@"`, changed: "shop.py" },
  {
    name: "changes a file after it looked",
    script: `real "$@"; code=$?; echo '# end' >>shop.py; exit $code`,
    changed: "shop.py"
  },
  {
    name: "changes a file and changes it back",
    script: `cp shop.py "$here/shop.py"; : >shop.py; real "$@"; code=$?; cp "$here/shop.py" .; exit $code`,
    changed: "shop.py"
  },
  { name: "adds a file", script: `echo 'x: int = ""' >new.py; real "$@"`, changed: "new.py" },
  { name: "moves a file", script: `mv shop.py store.py; real "$@"`, changed: "shop.py" }
]

/** Reports of a part, or of nothing; ruff does not say how many files it checked, so there is nothing to see it by. */
export const partFaults: ReadonlyArray<
  { readonly name: string; readonly script: string; readonly tools: ReadonlyArray<Checker> }
> = [
  { name: "looks at one of three files", script: `real "$@" till.py`, tools: ["pyright", "pyrefly", "mypy"] },
  {
    name: "looks at an empty directory",
    script: `mkdir -p "$here/empty"; cd "$here/empty"; real "$@"`,
    tools: ["pyright", "pyrefly", "mypy"]
  }
]
