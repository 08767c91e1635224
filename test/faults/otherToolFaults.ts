/**
 * What is found where pytest, coverage, scip-python, git or Python is said to be, and what must come of it.
 */
export const others = ["pytest", "coverage", "scip-python", "git", "python"] as const

export type Other = typeof others[number]

/** `status` of a run; of git and Python, which have none, what is said decides. */
export interface PlaceOutcome {
  readonly status?: "not_found" | "failed"
  readonly says: RegExp
}

export interface PlaceFault {
  readonly name: string
  /** A script of sh: `$1` is the place. */
  readonly make: string
  readonly outcome: Readonly<Record<Other, PlaceOutcome>>
}

const missing = { status: "not_found", says: /there is no such file/ } as const

const notThere: PlaceFault["outcome"] = {
  pytest: missing,
  coverage: missing,
  "scip-python": missing,
  git: { says: /git is not there/ },
  python: { says: /does not exist/ }
}

const unusable = (says: RegExp): PlaceFault["outcome"] => ({
  pytest: { status: "not_found", says },
  coverage: { status: "not_found", says },
  "scip-python": { status: "not_found", says },
  git: { says: /git refused/ },
  python: { says: /does not answer as a Python 3 would/ }
})

/** It is there, can be started, and does nothing, or not even that. */
const useless = (says: RegExp): PlaceFault["outcome"] => ({
  pytest: { status: "failed", says },
  coverage: { status: "failed", says },
  "scip-python": { status: "failed", says },
  git: { says: /git refused/ },
  python: { says: /does not answer as a Python 3 would/ }
})

const executable = (text: string) => `printf '${text}' >"$1"; chmod 755 "$1"`

export const placeFaults: ReadonlyArray<PlaceFault> = [
  { name: "nothing", make: ":", outcome: notThere },
  { name: "a link to nothing", make: `ln -s nowhere "$1"`, outcome: notThere },
  {
    name: "a link to itself",
    make: `ln -s "$1" "$1"`,
    outcome: { ...notThere, git: { says: /git (?:refused|is not there)/ } }
  },
  { name: "a directory", make: `mkdir "$1"`, outcome: unusable(/that is not a file/) },
  { name: "a pipe", make: `mkfifo "$1"`, outcome: unusable(/that is not a file/) },
  { name: "a file that is not executable", make: `echo '#!/bin/sh' >"$1"`, outcome: unusable(/not executable/) },
  { name: "an empty file", make: executable(""), outcome: useless(/MalformedOutput 0/) },
  { name: "a script that does nothing", make: executable("#!/bin/sh\\n"), outcome: useless(/MalformedOutput 0/) },
  {
    name: "a script for a shell that is not there",
    make: executable("#!/nowhere/sh\\n"),
    outcome: useless(/Spawn[^]*#! line/)
  },
  {
    name: "a binary of another machine",
    make: executable("\\177ELF\\002\\001\\001" + "\\000".repeat(9) + "\\002\\000\\377\\000" + "\\000".repeat(44)),
    outcome: useless(/Spawn|ExitCode/)
  },
  {
    name: "bytes",
    make: `head -c 5000 /dev/urandom >"$1"; chmod 755 "$1"`,
    outcome: useless(/Spawn|ExitCode|MalformedOutput/)
  }
]
