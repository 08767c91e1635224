/**
 * What is done to git and to Python, and what must come of it. Each stands for a script of sh, in which `real` does what
 * the tool should.
 */

export interface GitFault {
  readonly name: string
  /** `$command` is `rev-parse`, `ls-files` or `status`. */
  readonly script: string
  /** What is said of it, when git is not believed; none: it is. */
  readonly says?: RegExp
}

const refused = /git refused/

/** What one of the three commands says, through a filter. */
const filtered = (command: string, filter: string) =>
  `if [ $command = ${command} ]; then real "$@" | ${filter}; else real "$@"; fi`

const instead = (command: string, text: string) =>
  `if [ $command = ${command} ]; then printf '${text}'; else real "$@"; fi`

const commands = ["rev-parse", "ls-files", "status"]

export const gitFaults: ReadonlyArray<GitFault> = [
  { name: "says nothing at all", script: "exit 0", says: refused },
  ...commands.flatMap((command): ReadonlyArray<GitFault> => [
    // an index that is empty is one; what git leaves out of it without a word, nobody can tell
    ...command === "ls-files"
      ? []
      : [{ name: `says nothing to ${command}`, script: instead(command, ""), says: refused }],
    { name: `says something else to ${command}`, script: instead(command, "hello\\n"), says: refused },
    { name: `says what is random to ${command}`, script: instead(command, "\\377\\376\\000\\001"), says: refused },
    {
      name: `is killed within its answer to ${command}`,
      script: filtered(command, "head -c 20; [ $command != '' ] && kill -KILL $$"),
      says: refused
    },
    { name: `asks for a password in ${command}`, script: filtered(command, "cat; if read -r word; then sleep 600; fi") }
  ]),
  ...["ls-files", "status"].flatMap((command): ReadonlyArray<GitFault> => [
    { name: `has the half of its answer to ${command}`, script: filtered(command, "head -c -3"), says: refused },
    {
      name: `has a warning before its answer to ${command}`,
      script: `if [ $command = ${command} ]; then echo 'warning: oops'; fi; real "$@"`,
      says: refused
    },
    {
      name: `has a warning behind its answer to ${command}`,
      script: `real "$@"; if [ $command = ${command} ]; then echo 'warning: oops'; fi`,
      says: refused
    }
  ]),
  {
    name: "has a warning before the directory",
    script: `if [ $command = rev-parse ]; then echo 'warning: oops'; fi; real "$@"`,
    says: refused
  },
  {
    name: "lists files that are elsewhere",
    script: `real "$@"; if [ $command = ls-files ]; then
      for path in /etc/passwd ../tools/git a/../../tools/git gone.py . .. .git/config; do
        printf '100644 %040d 0\\t%s\\000' 0 "$path"
      done
    fi`
  },
  {
    name: "lists files twice",
    script: `real "$@"; if [ $command = ls-files ]; then real "$@"; fi`
  },
  {
    name: "has a commit that is none",
    script: filtered("status", "sed -z 's/branch.oid .*/branch.oid <script>/'"),
    says: /^(?![^]*git refused)/
  },
  { name: "writes to a full disk", script: `real "$@" >/dev/full`, says: refused },
  { name: "removes a file that it lists", script: `real "$@"; rm -f gone-with-git.txt` },
  {
    name: "is in no working tree",
    script: "echo 'fatal: not a git repository' >&2; exit 128",
    says: /^(?![^]*git refused)/
  },
  {
    name: "says that another owns it",
    script: "echo 'fatal: detected dubious ownership' >&2; exit 128",
    says: /safe\.directory/
  }
]

export interface PythonFault {
  readonly name: string
  readonly script: string
  readonly says: RegExp
}

const none = /does not answer as a Python 3 would/

const filter = (command: string) => `real | ${command}`

export const pythonFaults: ReadonlyArray<PythonFault> = [
  { name: "says nothing", script: "exit 0", says: none },
  { name: "says it on stderr", script: "real >&2", says: none },
  { name: "says half of it", script: filter("head -c 60"), says: none },
  { name: "is killed within its answer", script: "real | head -c 60; kill -KILL $$", says: none },
  { name: "says something behind it", script: "real; echo bye", says: none },
  { name: "is of version 2", script: "echo 'SyntaxError: invalid syntax' >&2; exit 1", says: none },
  { name: "says null", script: "echo null", says: none },
  { name: "says a list", script: "echo '[1]'", says: none },
  { name: "has a number for its version", script: filter(`sed 's/"version":"[^"]*"/"version":3/'`), says: none },
  { name: "has a word for its version", script: filter(`sed 's/"version":"[^"]*"/"version":"new"/'`), says: none },
  { name: "has no place", script: filter(`sed 's/"executable":"[^"]*"/"executable":""/'`), says: none },
  { name: "has an ABI that leads elsewhere", script: filter(`sed 's/"abi":"[^"]*"/"abi":"..\\/..\\/x"/'`), says: none },
  {
    name: "has a list for its packages",
    script: filter(`sed 's/"sitePackages":\\[[^]]*/"sitePackages":[[1]/'`),
    says: none
  },
  {
    name: "says 100,000 brackets",
    script: `head -c 100000 /dev/zero | tr '\\0' '['; head -c 100000 /dev/zero | tr '\\0' ']'`,
    says: none
  },
  { name: "says UTF-16", script: filter("iconv -f UTF-8 -t UTF-16"), says: none },
  { name: "writes to a full disk", script: "real >/dev/full", says: none },
  { name: "floods stdout", script: "yes | head -c 2147483648", says: none },
  { name: "floods stderr", script: "yes | head -c 2147483648 >&2", says: none },
  { name: "needs a terminal", script: "test -t 0 && real || exit 2", says: none }
]
