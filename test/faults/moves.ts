/** What ruff (the only tool) does to the repository while it runs. */
export interface Move {
  readonly name: string
  /** `real "$@"` is ruff. */
  readonly script: string
  readonly exitCode: number
  readonly says?: RegExp
  /** As of a RepositoryFault; none: nothing is stored. */
  readonly rows: ReadonlyArray<string> | undefined
}

const before = (script: string) => `${script}; real "$@"`

const after = (script: string) => `real "$@"; code=$?; ${script}; exit $code`

const changed = { exitCode: 3, says: /changed while the tool ran/ }

const withoutB = ["a.py 2 1 NULL", "b.py 2 NULL NULL"]

/** The repository has `a.py` and `b.py`. */
export const moves: ReadonlyArray<Move> = [
  { name: "a file is removed", script: before("rm b.py"), ...changed, rows: withoutB },
  { name: "a file is removed after it was looked at", script: after("rm b.py"), ...changed, rows: withoutB },
  { name: "a file is emptied", script: before(": > b.py"), ...changed, rows: withoutB },
  { name: "a file is changed after it was looked at", script: after("echo >> b.py"), ...changed, rows: withoutB },
  { name: "a file is added", script: before("cp a.py c.py"), exitCode: 3, rows: ["a.py 2 1 NULL", "b.py 2 1 NULL"] },
  { name: "a file becomes a directory", script: after("rm b.py; mkdir b.py"), ...changed, rows: withoutB },
  { name: "a file becomes a pipe", script: after("rm b.py; mkfifo b.py"), ...changed, rows: withoutB },
  { name: "a file becomes a link to a device", script: after("ln -sf /dev/zero b.py"), ...changed, rows: withoutB },
  {
    name: "all files are removed",
    script: before("rm *.py"),
    ...changed,
    rows: ["a.py 2 NULL NULL", "b.py 2 NULL NULL"]
  },
  {
    name: "the repository is removed",
    script: after(`rm -rf "$PWD"`),
    exitCode: 4,
    says: /repository/,
    rows: undefined
  },
  {
    name: "the repository becomes a file",
    script: after(`rm -rf "$PWD"; : > "$PWD"`),
    exitCode: 4,
    says: /repository/,
    rows: undefined
  }
]
