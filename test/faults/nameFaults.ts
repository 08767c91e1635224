/** How a repository, its directories and its files can be called, and what can be there instead of a file. */
import { commit, impatient, py, type RepositoryFault } from "./repositoryFault.js"

const deep = "d/".repeat(300)

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
    // pyrefly ends where it meets the first of them, and so it does for whoever types its name
    rows: ["a.py 2 1 NULL"],
    exitCode: 3,
    says: /File system loop found/
  },
  {
    name: "links that lead nowhere",
    script: "py a.py; ln -s gone no.py; ln -s loop.py loop.py",
    rows: ["a.py 2 1 NULL"],
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
