/**
 * Small projects, each with one way of telling pyright what to look at. What pyright 1.1.414 looked at in them is in
 * `test/fixtures/pyright/trees.json`: every Python file has one error, so its report names them all.
 */
export interface Tree {
  readonly name: string
  readonly files: ReadonlyArray<string>
  /** Link -> target. */
  readonly links?: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, string>>
  /** The directory that pyright is started in; `.` when not said. */
  readonly root?: string
  readonly args?: ReadonlyArray<string>
}

const src = ["src/a.py", "src/pkg/b.py", "src/pkg/b.pyi", "src/gen/c.py", "tests/t.py", "top.py"]

const json = (settings: object) => ({ "pyrightconfig.json": JSON.stringify(settings) })

const below = (directory: string, settings: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(settings).map(([name, text]) => [`${directory}/${name}`, text]))

export const trees: ReadonlyArray<Tree> = [
  {
    name: "default excludes",
    files: [
      ...["pkg/a.py", "pkg/a.pyi", "pkg/a.pyw", "pkg/a.ipynb", "build/b.py", "dist/c.py", "venv2/d.py", ".hidden.py"],
      ...[".hidden/e.py", "node_modules/f.py", "pkg/node_modules/g.py", "pkg/__pycache__/h.py", "__editable__.x/i.py"],
      ...["venv/pyvenv.cfg", "venv/j.py", "conda/conda-meta/history", "conda/k.py", "pkg/.x/l.py", "__editable__/n.py"],
      ...["unix/bin/activate", "unix/m.py", "windows/Scripts/activate", "windows/o.py", "bin/p.py", "egg.egg/q.py"]
    ]
  },
  { name: "no files", files: ["README.md"] },
  { name: "names", files: ["a b/c d.py", "ünï/é😀.py", "a+b(c)[d]/e^$.py", "new\nline.py", "x.py/y.py", "café/z.py"] },
  {
    name: "links",
    files: ["pkg/a.py", "pkg/sub/b.py", "text"],
    links: {
      "linked.py": "pkg/a.py",
      "a_link": "pkg",
      "z_link": "pkg",
      "pkg/loop": "..",
      "broken.py": "nowhere.py",
      "broken": "nowhere",
      "text.py": "text",
      "outside.py": "../outside/o.py",
      "outside": "../outside"
    }
  },
  { name: "include", files: src, settings: json({ include: ["src", "src/pkg", "tests/", "nope"] }) },
  { name: "include of nothing that is there", files: src, settings: json({ include: ["nope"] }) },
  { name: "include of one file", files: [...src, "script"], settings: json({ include: ["top.py", "script"] }) },
  { name: "include spelt oddly", files: src, settings: json({ include: ["./src/../src/./pkg//"] }) },
  { name: "include of the root", files: src, settings: json({ include: [""] }) },
  {
    name: "include through a link",
    files: src,
    links: { lnk: "src/pkg" },
    settings: json({ include: ["lnk", "src/pkg"] })
  },
  {
    name: "include above",
    files: src,
    root: "src/pkg",
    settings: below("src/pkg", json({ include: ["../gen", "."] }))
  },
  { name: "include with a star", files: src, settings: json({ include: ["src/*/b.py", "s*", "to?.py"] }) },
  { name: "include with a star in the middle", files: src, settings: json({ include: ["src/*/b.py"] }) },
  { name: "include with two stars", files: src, settings: json({ include: ["**/pkg", "**/t.py"] }) },
  { name: "include with two stars at the end", files: src, settings: json({ include: ["src/**"] }) },
  {
    name: "include of what is excluded by default",
    files: [".hidden/a.py", "venv/pyvenv.cfg", "venv/b.py", "c.py"],
    settings: json({ include: [".hidden", "venv", "c.py"] })
  },
  { name: "include that is invalid", files: src, settings: json({ include: ["/etc", 3, "tests"], exclude: "src" }) },
  { name: "include that is no list", files: src, settings: json({ include: "tests" }) },
  {
    name: "exclude",
    files: [...src, ".hidden/a.py", "venv/pyvenv.cfg", "venv/b.py", "node_modules/c.py"],
    settings: json({ exclude: ["src/gen", "**/*.pyi", "/elsewhere"] })
  },
  { name: "exclude of everything", files: src, settings: json({ exclude: ["**"] }) },
  { name: "exclude of the default", files: [...src, "node_modules/c.py"], settings: json({ exclude: ["**/.*"] }) },
  { name: "exclude by one character", files: src, settings: json({ exclude: ["src/???", "t*.py"] }) },
  { name: "ignore", files: src, settings: json({ ignore: ["src/gen", "tests"] }) },
  {
    name: "comments",
    files: src,
    settings: { "pyrightconfig.json": "// c\n{ /* d */ \"include\": [\"tests\",], /* e */ }" }
  },
  { name: "pyproject", files: src, settings: { "pyproject.toml": "[tool.pyright]\ninclude = [\"tests\"]\n" } },
  {
    name: "pyrightconfig beats pyproject",
    files: src,
    settings: { ...json({ include: ["src"] }), "pyproject.toml": "[tool.pyright]\ninclude = [\"tests\"]\n" }
  },
  {
    name: "pyrightconfig above beats pyproject here",
    files: src,
    root: "src",
    settings: { ...json({ include: ["src/pkg"] }), "src/pyproject.toml": "[tool.pyright]\ninclude = [\"gen\"]\n" }
  },
  {
    name: "pyproject without a section, one above with",
    files: src,
    root: "src",
    settings: { "pyproject.toml": "[tool.pyright]\nexclude = [\"src/gen\"]\n", "src/pyproject.toml": "[tool.black]\n" }
  },
  {
    name: "pyproject without a section anywhere",
    files: src,
    root: "src/pkg",
    settings: { "src/pyproject.toml": "[project]\nname = \"x\"\n" }
  },
  { name: "an empty section", files: src, root: "src", settings: { "pyproject.toml": "[tool.pyright]\n" } },
  {
    name: "extends",
    files: src,
    root: "src",
    settings: {
      "base.json": JSON.stringify({ include: ["src", "tests"], exclude: ["src/gen"] }),
      "middle.toml": "[tool.pyright]\nextends = \"base.json\"\nexclude = [\"src/pkg\"]\n",
      ...below("src", json({ extends: "../middle.toml" }))
    }
  },
  {
    name: "extends itself",
    files: src,
    settings: {
      "a.json": JSON.stringify({ extends: "pyrightconfig.json", include: ["src"] }),
      ...json({ extends: "a.json" })
    }
  },
  {
    name: "arguments",
    files: [...src, ".hidden/a.py"],
    args: ["src/pkg", "top.py", ".hidden"],
    settings: json({ include: ["tests"] })
  },
  { name: "an argument with a star", files: src, args: ["src/*"] },
  {
    name: "project file",
    files: src,
    args: ["--project", "conf/x.json"],
    settings: { "conf/x.json": "{\"include\":[\"../src\"]}" }
  },
  {
    name: "project directory",
    files: src,
    args: ["-p", "src", "--level=error"],
    settings: below("src", json({ include: ["gen"] }))
  },
  { name: "project directory without configuration", files: src, args: ["--project=src/pkg"] }
]

/** Content of every file of a tree. */
export const content = "x: int = \"\"\n"
