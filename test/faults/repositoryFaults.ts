/**
 * Repositories that nobody wants, as scripts of sh that make them in an empty directory, and what an ingest must make
 * of each. `py FILE` writes a module of two lines in which ruff and pyrefly find one error each: a 1 says that it was
 * looked at.
 */
export interface RepositoryFault {
  readonly name: string
  readonly script: string
  /** `path lines errors-of-ruff errors-of-pyrefly` of every file in the database, in any order. */
  readonly rows: ReadonlyArray<string>
  /** 0 unless given. */
  readonly exitCode?: number
  /** On stdout or stderr. */
  readonly says?: RegExp
  /** `commit dirty` of the snapshot; not asked unless given. */
  readonly snapshot?: RegExp
  readonly env?: Readonly<Record<string, string>>
  /** The name of the directory; `repository` unless given. */
  readonly directory?: string
  /** Permissions hold for the command, also if it is root's. */
  readonly unprivileged?: true
}

const py = (relPath: string) => `${relPath} 2 1 1`

const deep = "d/".repeat(300)

const commit = "git init -q; git add -A; git commit -qm first"

/** Seconds that a tool has which waits for somebody to write into a pipe. */
const impatient = { CODEINTEL_RUFF_TIMEOUT: "4", CODEINTEL_PYREFLY_TIMEOUT: "4" }

const comments = "yes '# a comment line of forty bytes with LF...' | head -c"

export const contents: ReadonlyArray<RepositoryFault> = [
  { name: "nothing", script: "true", rows: [], says: /0 Python files/ },
  { name: "no Python", script: "echo hello > README.md; mkdir src", rows: [], says: /0 Python files/ },
  { name: "an empty file", script: ": > empty.py; py a.py", rows: ["empty.py 0 0 0", py("a.py")] },
  {
    name: "a file of 10 MB",
    script: `py big.py; ${comments} 10000044 >> big.py`,
    rows: ["big.py 232562 1 1"]
  },
  {
    name: "bytes that are no UTF-8",
    script: `py a.py; printf 'import os\\nx = "\\377"\\n' > latin.py`,
    rows: [py("a.py"), "latin.py 2 NULL NULL"],
    exitCode: 3
  },
  {
    name: "NUL in a file",
    script: `py a.py; printf 'import os\\n\\0\\n' > nul.py`,
    rows: [py("a.py"), "nul.py 2 2 2"]
  },
  {
    name: "lines that end with CR LF and with CR",
    script: `printf 'import os\\r\\nx: int = ""\\r\\n' > crlf.py; printf 'import os\\rx: int = ""\\r' > cr.py`,
    rows: [py("crlf.py"), py("cr.py")]
  },
  {
    name: "a byte order mark",
    script: `printf '\\357\\273\\277import os\\nx: int = ""\\n' > bom.py`,
    rows: [py("bom.py")]
  },
  {
    name: "brackets of 100,000 levels",
    script: `py a.py; python3 -c 'print("x = " + "(" * 100000 + ")" * 100000)' > nested.py`,
    rows: ["a.py 2 NULL 1", "nested.py 1 NULL 0"],
    exitCode: 3
  },
  {
    name: "blocks of 5,000 levels",
    script: `py a.py; python3 -c 'print("\\n".join(" " * i + "if x:" for i in range(5000)))' > nested.py`,
    rows: ["a.py 2 1 NULL", "nested.py 5000 1 NULL"],
    exitCode: 3
  }
]

export const names: ReadonlyArray<RepositoryFault> = [
  { name: "300 levels of directories", script: `mkdir -p ${deep}; py ${deep}a.py`, rows: [py(`${deep}a.py`)] },
  {
    name: "a name of 255 bytes",
    script: `py ${"a".repeat(252)}.py; py ${"é".repeat(126)}.py`,
    rows: [py(`${"a".repeat(252)}.py`), py(`${"é".repeat(126)}.py`)]
  },
  {
    name: "a name that is no UTF-8",
    script: `py a.py; py "$(printf 'bad\\377.py')"`,
    rows: [py("a.py")],
    says: /not UTF-8 in the name, left out/
  },
  {
    name: "names that differ in case",
    script: "py a.py; py A.py; py B/c.py; py b/c.py",
    rows: ["a", "A", "B/c", "b/c"].map((name) => py(`${name}.py`))
  },
  {
    name: "a name in both normal forms",
    script: `py "$(printf 'caf\\303\\251.py')"; py "$(printf 'cafe\\314\\201.py')"`,
    rows: [py("caf\u00e9.py"), py("cafe\u0301.py")]
  },
  {
    name: "names with a line feed, quotes, a space and a star",
    script: `py "$(printf 'a\\nb.py')"; py "it's.py"; py 'say "x".py'; py ' .py'; py '*.py'; py -- '-rf.py'`,
    rows: ["a\nb", "it's", "say \"x\"", " ", "*", "-rf"].map((name) => py(`${name}.py`))
  },
  { name: "a directory called x.py", script: "py x.py/a.py", rows: [py("x.py/a.py")] },
  {
    name: "links to a directory above, to itself and out",
    script: "py a.py; mkdir sub; ln -s .. sub/up; ln -s . here; ln -s ../../ out; ln -s /proc/self/root machine",
    rows: [py("a.py")]
  },
  {
    name: "links that lead nowhere",
    script: "py a.py; ln -s gone no.py; ln -s loop.py loop.py",
    rows: [py("a.py")],
    exitCode: 3,
    says: /could not be measured: .*loop\.py/
  },
  {
    name: "a circle of links between directories",
    script: "py a.py; ln -s two one; ln -s one two",
    rows: ["a.py 2 1 NULL"],
    exitCode: 3,
    says: /Too many levels of symbolic links/
  },
  {
    name: "a named pipe called x.py",
    script: "py a.py; mkfifo x.py",
    rows: ["a.py 2 NULL NULL"],
    exitCode: 3,
    env: impatient,
    says: /x\.py: neither a file nor a directory nor a link, left out/
  },
  {
    name: "a named pipe called x.py, in git",
    script: `py a.py; ${commit}; mkfifo x.py`,
    rows: ["a.py 2 NULL NULL"],
    exitCode: 3,
    env: impatient
  },
  {
    name: "a socket called x.py",
    script: `py a.py; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("x.py")'`,
    rows: [py("a.py")],
    exitCode: 3,
    says: /x\.py: neither a file/
  },
  {
    name: "a file that cannot be read",
    script: "py a.py; py secret.py; chmod 000 secret.py",
    rows: [py("a.py"), "secret.py 0 NULL NULL"],
    exitCode: 3,
    says: /secret\.py: cannot be read/,
    unprivileged: true
  },
  {
    name: "a directory that cannot be read",
    script: "py a.py; py secret/b.py; chmod 000 secret",
    rows: ["a.py 2 1 NULL"],
    exitCode: 3,
    says: /secret: the directory cannot be read/,
    unprivileged: true
  },
  {
    name: "a directory that cannot be read, in git",
    script: `py a.py; py secret/b.py; ${commit}; chmod 000 secret`,
    rows: ["a.py 2 1 NULL", "secret/b.py 0 NULL NULL"],
    exitCode: 3,
    unprivileged: true
  }
]

/** Directories of repositories with names that a shell, a parser or a listing may trip over. */
export const roots: ReadonlyArray<RepositoryFault> = [
  "with spaces  and ünïcode",
  "it's \"quoted\" `id` $(id) $HOME",
  "of two\nlines",
  "-rf",
  "*",
  "cafe\u0301",
  "a;b&c|d<e>f%20#g",
  "n".repeat(255)
].map((directory) => ({
  name: `a root called ${JSON.stringify(directory).slice(0, 50)}`,
  script: "py a.py; py pkg/b.py",
  rows: [py("a.py"), py("pkg/b.py")],
  directory
}))

/** A repository with one commit, beside the one to be made. */
const main = `mkdir ../main; (cd ../main; py a.py; ${commit}; py b.py; git add -A; git commit -qm second)`

export const gits: ReadonlyArray<RepositoryFault> = [
  {
    name: "no git on the machine",
    script: `py a.py; ${commit}`,
    rows: [py("a.py")],
    snapshot: /^NULL false$/,
    says: /git is not there/,
    env: { CODEINTEL_GIT_PATH: "/no/such/git" }
  },
  { name: "no commit yet", script: "py a.py; git init -q", rows: [py("a.py")], snapshot: /^NULL true$/ },
  {
    name: "a clean tree",
    script: `py a.py; ${commit}`,
    rows: [py("a.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a dirty tree: new, changed, staged, deleted, ignored, renamed",
    script: `py a.py; py b.py; py c.py; py d.py; echo ignored.py > .gitignore; ${commit}
      echo >> a.py; rm b.py; py new.py; py staged.py; git add staged.py; git mv c.py moved.py; py ignored.py`,
    rows: ["a.py 3 1 1", ...["d", "new", "staged", "moved"].map((name) => py(`${name}.py`))],
    snapshot: /^[0-9a-f]{40} true$/
  },
  {
    name: "a conflict that is not resolved",
    script: `py a.py; ${commit}; git checkout -qb other; echo "y = 1" >> a.py; git commit -qam y; git checkout -q -
      echo "z = 1" >> a.py; git commit -qam z; git merge -q other >/dev/null || true`,
    rows: ["a.py 7 13 16"],
    snapshot: /^[0-9a-f]{40} true$/
  },
  {
    name: "a submodule",
    script:
      `${main}; py c.py; git init -q; git submodule --quiet add "$PWD/../main" inner; git add -A; git commit -qm all`,
    rows: [py("c.py"), py("inner/a.py"), py("inner/b.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a submodule that is not checked out",
    script:
      `${main}; py c.py; git init -q; git submodule --quiet add "$PWD/../main" inner; git add -A; git commit -qm all
      git submodule --quiet deinit -f inner`,
    rows: [py("c.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a worktree",
    script: `${main}; cd ../main; git worktree add -q --detach "$OLDPWD"`,
    rows: [py("a.py"), py("b.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a worktree whose repository is gone",
    script: `${main}; cd ../main; git worktree add -q --detach "$OLDPWD"; rm -rf ../main/.git`,
    rows: [py("a.py"), py("b.py")],
    snapshot: /^NULL false$/
  },
  {
    name: "a detached head",
    script: `py a.py; ${commit}; py b.py; git add -A; git commit -qm second; git checkout -q --detach HEAD~1`,
    rows: [py("a.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "a shallow clone",
    script: `${main}; git clone -q --depth 1 "file://$PWD/../main" .`,
    rows: [py("a.py"), py("b.py")],
    snapshot: /^[0-9a-f]{40} false$/
  },
  {
    name: "an index of garbage",
    script: `py a.py; ${commit}; echo garbage > .git/index`,
    rows: [py("a.py")],
    snapshot: /^NULL false$/,
    says: /git refused/
  },
  {
    name: "a repository without objects",
    script: `py a.py; ${commit}; rm -rf .git/objects/*`,
    rows: [py("a.py")],
    says: /git refused/
  },
  { name: "a .git of garbage", script: "py a.py; echo garbage > .git", rows: [py("a.py")], says: /git refused/ }
]

export const configurations: ReadonlyArray<RepositoryFault> = [
  {
    name: "a pyproject.toml that is no TOML",
    script: "py a.py; echo '[tool' > pyproject.toml",
    rows: ["a.py 2 NULL NULL"],
    exitCode: 3,
    says: /pyproject\.toml:1: .*settings in its \[tool\.codeintel\]/
  },
  {
    name: "a pyproject.toml of bytes that are no UTF-8",
    script: `py a.py; printf '[tool.x]\\ny = "\\377"\\n' > pyproject.toml`,
    rows: ["a.py 2 NULL NULL"],
    exitCode: 3
  },
  {
    name: "a pyproject.toml of 10 MB",
    script: `py a.py; ${comments} 10000000 > pyproject.toml; echo >> pyproject.toml`,
    rows: [py("a.py")]
  },
  {
    name: "a pyproject.toml that is a directory",
    script: "py a.py; mkdir pyproject.toml",
    rows: ["a.py 2 1 NULL"],
    exitCode: 3,
    says: /pyproject\.toml cannot be read/
  },
  {
    name: "a pyproject.toml that is a named pipe",
    script: "py a.py; mkfifo pyproject.toml",
    rows: ["a.py 2 NULL NULL"],
    exitCode: 3,
    env: impatient,
    says: /pyproject\.toml cannot be read/
  },
  {
    name: "pipes for files that may say something",
    script:
      "py a.py; mkfifo .gitignore pyvenv.cfg pyrightconfig.json setup.cfg; mkdir .codeintel; mkfifo .codeintel/stat-cache",
    rows: ["a.py 2 NULL NULL"],
    exitCode: 3,
    env: impatient
  }
]

/** What keeps an ingest from beginning: nothing on stdout, nothing stored, nothing touched. */
export interface Refusal {
  readonly name: string
  readonly script: string
  readonly exitCode: 2 | 4
  readonly says: RegExp
  /** What is given as the repository, in its directory; the directory itself unless given. */
  readonly path?: string
  readonly unprivileged?: true
}

const notWritable = /StateNotWritable[^]*nothing can be written to .*--db FILE/

export const refusals: ReadonlyArray<Refusal> = [
  { name: "a root that is a file", script: "py a.py", path: "a.py", exitCode: 2, says: /NotADirectory/ },
  { name: "a root that is not there", script: "true", path: "gone", exitCode: 2, says: /NotADirectory/ },
  { name: "a root that is a pipe", script: "mkfifo pipe", path: "pipe", exitCode: 2, says: /NotADirectory/ },
  {
    name: "a root that is a circle of links",
    script: "ln -s circle circle",
    path: "circle",
    exitCode: 2,
    says: /NotADirectory/
  },
  {
    name: "a root that cannot be read",
    script: "py secret/a.py; chmod 000 secret",
    path: "secret",
    exitCode: 4,
    says: /NoPermission[^]*check who may read it/,
    unprivileged: true
  },
  {
    name: "a root that can be listed and not entered",
    script: "py secret/a.py; chmod 644 secret",
    path: "secret",
    exitCode: 4,
    says: /NoPermission/,
    unprivileged: true
  },
  {
    name: "a setting that does not exist",
    script: "printf '[tool.codeintel]\\nrufff.enabled = true\\n' > pyproject.toml",
    exitCode: 2,
    says: /pyproject\.toml:2: .*ruff/
  },
  {
    name: "a setting of the wrong type",
    script: "printf '[tool.codeintel.ruff]\\ntimeout = \"soon\"\\n' > pyproject.toml",
    exitCode: 2,
    says: /pyproject\.toml:2: /
  },
  {
    name: "a wrong setting at the end of 10 MB",
    script:
      `${comments} 10000000 > pyproject.toml; printf '\\n[tool.codeintel]\\nrufff.enabled = true\\n' >> pyproject.toml`,
    exitCode: 2,
    says: /pyproject\.toml.*rufff/
  },
  {
    name: "a codeintel.toml that is no TOML",
    script: "echo '= 3' > codeintel.toml",
    exitCode: 2,
    says: /codeintel\.toml:1/
  },
  { name: "a codeintel.toml that is a pipe", script: "mkfifo codeintel.toml", exitCode: 2, says: /codeintel\.toml/ },
  { name: "a .codeintel that is a file", script: "py a.py; echo mine > .codeintel", exitCode: 4, says: notWritable },
  {
    name: "a .codeintel that leads nowhere",
    script: "py a.py; ln -s nowhere .codeintel",
    exitCode: 4,
    says: notWritable
  },
  {
    name: "a .codeintel of somebody else",
    script: "py a.py; mkdir .codeintel; chmod 555 .codeintel",
    exitCode: 4,
    says: notWritable,
    unprivileged: true
  },
  { name: "a lock that is a directory", script: "py a.py; mkdir -p .codeintel/lock", exitCode: 4, says: notWritable },
  {
    name: "a lock that is a pipe",
    script: "py a.py; mkdir .codeintel; mkfifo .codeintel/lock",
    exitCode: 4,
    says: notWritable
  },
  {
    name: "a repository that only reads",
    script: "py a.py; chmod 555 .",
    exitCode: 4,
    says: notWritable,
    unprivileged: true
  }
]

/** What ruff (the only tool) does to the repository. */
export interface Move {
  readonly name: string
  /** `real "$@"` is ruff. */
  readonly script: string
  readonly exitCode: number
  readonly says?: RegExp
  /** As above; none: nothing is stored. */
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
