/** Configuration that cannot be read: it costs the tools that need it. */
import { comments, impatient, py, type RepositoryFault } from "./repositoryFault.js"

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
