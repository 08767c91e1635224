/** What can be in the files of a repository. */
import { comments, py, type RepositoryFault } from "./repositoryFault.js"

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
    script: `py a.py; python3 -c 'print("x = " + "[" * 100000 + "]" * 100000)' > nested.py`,
    rows: ["a.py 2 NULL 1", "nested.py 1 NULL 1"],
    exitCode: 3
  },
  {
    name: "parentheses of 100,000 levels",
    script: `py a.py; python3 -c 'print("x = " + "(" * 100000 + ")" * 100000)' > nested.py`,
    rows: [py("a.py"), "nested.py 1 0 0"]
  },
  {
    name: "blocks of 5,000 levels",
    script: `py a.py; python3 -c 'print("\\n".join(" " * i + "if x:" for i in range(5000)))' > nested.py`,
    rows: ["a.py 2 1 NULL", "nested.py 5000 1 NULL"],
    exitCode: 3
  }
]
