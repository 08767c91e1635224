/** What keeps an ingest from beginning: nothing on stdout, nothing stored, nothing touched. */
import { comments } from "./repositoryFault.js"

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
