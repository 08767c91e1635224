// @effect-diagnostics processEnv:off
/**
 * What a repository can bring to have its programs run, or files read that nobody chose. Whatever runs leaves a mark.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Effect } from "effect"
import * as World from "./world.js"

/** Written by whatever runs; outside of the repository. */
export const marksOf = (world: World.World) => `${world.directory}/marks`

/** A file of the user's that the repository has links to. */
export const secretOf = (world: World.World) => `${world.directory}/secret.env`

/** Its content. It is Python, too: what it assigns could be said in a message. */
export const SECRET = "hunter2-of-the-user"

/** One script of the repository, which says by which name it was started. */
const evil = "evil-program"

const names = [
  ...["python", "python3", "git", "ruff", "pyright", "pyrefly", "mypy", "scip-python", "pytest", "coverage"],
  // not `node`, which starts the command itself here
  ...["env", "sh", "bash", "pip", "conda", "uname"]
]

const environment = (directory: string) => ({
  [`${directory}/pyvenv.cfg`]: "home = /usr/bin\nversion = 3.11.7\n",
  ...Object.fromEntries(names.map((name) => [`${directory}/bin/${name}`, evil]))
})

const tools = ["pyright", "pyrefly", "ruff", "mypy", "pytest", "coverage", "scip-python", "git"]

/** Settings of ours: a program, arguments and variables for each tool, an interpreter, a database somewhere else. */
const settings = (table: string) =>
  [
    `[${table || "pyright"}]`,
    ...table === "" ? [] : ["python = \"evil\"", "database = \"elsewhere.duckdb\""],
    ...tools.map((tool) =>
      `[${
        table === "" ? "" : `${table}.`
      }${tool}]\npath = "evil"\nargs = ["--evil"]\nenv = { LD_PRELOAD = "evil.so" }\n`
    ).slice(table === "" ? 1 : 0)
  ].join("\n")

const marking = (marks: string, name: string) =>
  `with open(${JSON.stringify(marks)}, "a") as marks:\n    marks.write("${name}\\n")\n`

/** Names that Python looks for when it starts, and modules that programs of the tools import. */
const shadows = ["sitecustomize", "usercustomize", "json", "site", "encodings", "mypy", "ruff", "pyright", "platform"]

interface Brought {
  readonly files: Readonly<Record<string, string>>
  readonly programs: ReadonlyArray<string>
  /** Link -> what it leads to. */
  readonly links: Readonly<Record<string, string>>
}

const brought = (world: World.World): Brought => {
  const marks = marksOf(world)
  const secret = secretOf(world)
  const files: Record<string, string> = {
    ...World.modules,
    ...environment(".venv"),
    ...environment("venv"),
    evil,
    "bin/git": evil,
    git: evil,
    "codeintel.toml": `python = "evil"\ndatabase = "elsewhere.duckdb"\n${settings("")}`,
    "pyproject.toml": [
      "[project]\nname = \"--help\"\nversion = \"0\"",
      settings("tool.codeintel"),
      "[tool.mypy]\nplugins = [\"evil_plugin.py\"]\npython_executable = \"evil\"",
      "[tool.pyright]\nvenvPath = \".\"\nvenv = \".venv\"",
      `[tool.ruff]\nextend = ${JSON.stringify(secret)}`,
      "[tool.pytest.ini_options]\naddopts = \"-p evil_plugin\"",
      "[build-system]\nrequires = []\nbuild-backend = \"evil_plugin\"\nbackend-path = [\".\"]"
    ].join("\n\n"),
    "pyrefly.toml": [
      "python-interpreter-find-command = [\"./evil\"]",
      "conda-environment = \"evil\"",
      "[build-system]\ntype = \"custom\"\ncommand = [\"./evil\"]"
    ].join("\n"),
    "mypy.ini": "[mypy]\nplugins = evil_plugin.py\n",
    "evil_plugin.py": `${marking(marks, "plugin")}\ndef plugin(version):\n    raise SystemExit(1)\n`,
    "conftest.py": marking(marks, "conftest"),
    "setup.py": marking(marks, "setup"),
    "evil.pth": `import os; os.system("echo pth >> ${marks}")\n`,
    "pytest.ini": "[pytest]\naddopts = -p evil_plugin\n",
    "tox.ini": "[pytest]\naddopts = -p evil_plugin\n",
    "pyrightconfig.json": JSON.stringify({ extends: secret, venvPath: ".", venv: ".venv", include: [".", "../home"] }),
    "package.json": JSON.stringify({ scripts: { preinstall: "./evil" }, main: "evil.js", type: "module" }),
    ".npmrc": "node-options=--require=./evil.js\n",
    ".env": "NODE_OPTIONS=--require=./evil.js\n",
    "evil.js": `require("fs").appendFileSync(${JSON.stringify(marks)}, "node\\n")\n`,
    "node_modules/.bin/pyright": evil,
    "node_modules/pyright/index.js": `require("fs").appendFileSync(${JSON.stringify(marks)}, "node_modules\\n")\n`,
    "node_modules/pyright/package.json": JSON.stringify({ name: "pyright", bin: { pyright: "index.js" } }),
    ".python-version": "../evil\n",
    ".tool-versions": "python path:./evil\n",
    "user.py": "import linked\n\nprint(linked)\n"
  }
  for (const name of shadows) files[`${name}.py`] = marking(marks, name)
  return {
    files,
    programs: Object.keys(files).filter((name) => files[name] === evil),
    links: { "linked.py": secret, "notes.md": secret, "ruff.toml": secret, ".ruff.toml": secret, ".ignore": secret }
  }
}

/** What its own git configuration has git run. */
const gitConfiguration = (world: World.World) => {
  const program = `${world.root}/evil`
  return {
    ".git/config": [
      "[core]\n\trepositoryformatversion = 0\n\tbare = false",
      ...["fsmonitor", "sshCommand", "pager", "editor", "askPass", "gitProxy", "alternateRefsCommand"].map((name) =>
        `\t${name} = ${program}`
      ),
      "\thooksPath = .hooks\n\tuntrackedCache = true\n\tsplitIndex = true",
      `[filter "evil"]\n\tclean = ${program}\n\tsmudge = ${program}\n\tprocess = ${program}\n\trequired = true`,
      `[diff]\n\texternal = ${program}`,
      `[diff "evil"]\n\tcommand = ${program}\n\ttextconv = ${program}`,
      `[credential]\n\thelper = ${program}\n[gpg]\n\tprogram = ${program}\n[alias]\n\tstatus = !${program}`,
      "[status]\n\tsubmoduleSummary = true\n[include]\n\tpath = ../evil.gitconfig",
      `[includeIf "gitdir:/"]\n\tpath = ${secretOf(world)}`
    ].join("\n") + "\n",
    "evil.gitconfig": `[filter "more"]\n\tclean = ${program}\n\tprocess = ${program}\n[safe]\n\tdirectory = *\n`,
    ".gitattributes": "*.py filter=evil diff=evil\n*.md filter=more\n",
    ".hooks/post-index-change": evil,
    ".git/hooks/post-index-change": evil,
    ".git/hooks/fsmonitor-watchman": evil
  }
}

const write = Effect.fnUntraced(function*(
  world: World.World,
  files: Readonly<Record<string, string>>,
  programs: ReadonlyArray<string>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const script = `#!/bin/sh\necho "$0 $*" >> '${marksOf(world)}'\nexit 1\n`
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(world.root, name)
    yield* fs.makeDirectory(path.dirname(file), { recursive: true })
    yield* fs.writeFileString(file, programs.includes(name) ? script : text)
    if (programs.includes(name)) yield* fs.chmod(file, 0o755)
  }
})

/** Makes all of it, with one commit of what was there before git was configured. */
export const make = Effect.fn("faults.hostileRepository")(function*() {
  const fs = yield* FileSystem.FileSystem
  const world = yield* World.make({})
  yield* fs.writeFileString(secretOf(world), `KEY = "${SECRET}"\nPASSWORD: "${SECRET}"\n`)
  const { files, links, programs } = brought(world)
  yield* write(world, files, programs)
  for (const [link, target] of Object.entries(links)) yield* fs.symlink(target, `${world.root}/${link}`)
  yield* World.git(world, "init", "-q")
  yield* World.git(world, "add", "-A", "-f")
  yield* World.git(world, "commit", "-q", "-m", "x")
  const configuration = gitConfiguration(world)
  yield* write(world, configuration, Object.keys(configuration).filter((name) => /hooks\//.test(name)))
  // git has to look into them to know whether they changed
  yield* fs.writeFileString(`${world.root}/till.py`, `${World.modules["till.py"] ?? ""}\n`)
  return world
})

/** As with an environment of the repository activated, and a PATH that leads into it. */
export const variables = (world: World.World): Readonly<Record<string, string>> => ({
  VIRTUAL_ENV: `${world.root}/.venv`,
  PATH: [`${world.root}/.venv/bin`, "node_modules/.bin", ".", "", `${world.root}/bin`, process.env["PATH"] ?? ""]
    .join(":"),
  CODEINTEL_MYPY_ENABLED: "true"
})

/** What ran. */
export const marks = Effect.fn("faults.marks")(function*(world: World.World) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.orElseSucceed(fs.readFileString(marksOf(world)), () => "")
  return [...new Set(text.split("\n").filter((line) => line !== ""))].sort()
})
