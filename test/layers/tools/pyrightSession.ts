// @effect-diagnostics nodeBuiltinImport:off
/**
 * Recordings of pyright with the project that each was made in, laid out again: what it looked at is found in the files.
 */
import { FileSystem, Path } from "@effect/platform"
import { Effect, Schema } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import type { CheckSession } from "../../../src/layers/tools/checker.js"
import { contextOf, type Recording, sessionOf } from "./recorded.js"

const Texts = Schema.Record({ key: Schema.String, value: Schema.String })

const Recorded = Schema.parseJson(Schema.Struct({
  args: Schema.Array(Schema.String),
  exitCode: Schema.Int,
  stdout: Schema.String,
  stderr: Schema.String,
  project: Texts,
  /** Files that are not UTF-8, a character for each byte. */
  latin1: Texts,
  links: Texts
}))

export type Recorded = typeof Recorded.Type

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/pyright/${name}.json`, import.meta.url), "utf8")

export const recorded = (name: string): Recorded => Schema.decodeSync(Recorded)(fixture(name))

const Trees = Schema.parseJson(Schema.Record({
  key: Schema.String,
  value: Schema.Struct({ filesAnalyzed: Schema.Int, named: Schema.Array(Schema.String) })
}))

/** Name of a tree -> what pyright said of it. */
export const recordedTrees = Schema.decodeSync(Trees)(fixture("trees"))

/** A directory, gone with the scope, with these files and links. */
export const directoryOf = Effect.fnUntraced(function*(
  files: Readonly<Record<string, string | Uint8Array>>,
  links: Readonly<Record<string, string>> = {}
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = path.join(yield* fs.realPath(yield* fs.makeTempDirectoryScoped()), "repo")
  yield* fs.makeDirectory(directory)
  for (const [name, content] of Object.entries(files)) {
    yield* fs.makeDirectory(path.dirname(path.join(directory, name)), { recursive: true })
    yield* fs.writeFile(
      path.join(directory, name),
      typeof content === "string" ? new TextEncoder().encode(content) : content
    )
  }
  for (const [link, target] of Object.entries(links)) yield* fs.symlink(target, path.join(directory, link))
  return directory
})

/** A Python file with an error; each character of the path is a byte, which `FileSystem` cannot say. */
export const writeNotUtf8 = (file: string) => writeFileSync(Buffer.from(file, "latin1"), "x: int = \"a\"\n")

/** The session that the recording was made in, except for what is given. */
export const sessionIn = Effect.fnUntraced(function*(made: Recorded, given: Partial<Recording> = {}) {
  const root = yield* directoryOf(
    {
      ...made.project,
      ...Object.fromEntries(Object.entries(made.latin1).map(([name, text]) => [name, Buffer.from(text, "latin1")]))
    },
    made.links
  )
  // what git would list: `build` is ignored
  const names = [...Object.keys(made.project), ...Object.keys(made.latin1)].filter((name) => !name.startsWith("build/"))
  const ctx = contextOf({
    root,
    modules: names.filter((name) => /\.pyi?$/.test(name)).sort(),
    files: [...names, ...Object.keys(made.links)],
    aliases: made.links
  })
  const { args, exitCode, stderr, stdout } = { ...made, ...given }
  const session: CheckSession = sessionOf("pyright", [{
    args,
    exitCode,
    stdout: stdout.replaceAll("/repo", root),
    stderr: stderr.replaceAll("/repo", root)
  }], ctx)
  return session
})
