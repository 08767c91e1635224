/**
 * What changed from a commit to the working tree, file by file, and whether the tests of it can be told.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { differences, fileName } from "../../domain/contentChanges.js"
import { linesOf } from "../../domain/lines.js"
import type { Definition } from "../../domain/Outline.js"
import type { Module, PipelineContext } from "../../domain/PipelineContext.js"
import type { ChangedFile } from "../../domain/TestSelection.js"
import { PythonSyntax } from "../../services/PythonSyntax.js"
import { type ChangedFunction, changedFunctions, type Parsed } from "./changedFunctions.js"
import { keepsResults } from "./keeping.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FileChange extends Pick<ChangedFile, "relPath" | "kind"> {
  /** Left: why it is not known which tests it needs. */
  readonly functions: Either.Either<ReadonlyArray<ChangedFunction>, string>
}

/** Texts that are compared at once. */
const CONCURRENCY = 4

const FIXTURE = /(^|[._])fixture\b/
const HOOK = /^(pytest_\w+|(setup|teardown)_(module|package|class)|(setUp|tearDown)(Module|Class))$/

/** Of a function, or of one that it stands in. */
const around = (
  outline: Parsed["outline"],
  { endLine, nameLine }: Definition,
  is: (definition: Definition) => boolean
) => outline.definitions.some((each) => each.startLine <= nameLine && endLine <= each.endLine && is(each))

const isFixture = ({ decorators }: Definition) => decorators.some((decorator) => FIXTURE.test(decorator))

// a word in a text does no harm: it has to be in one of the two alone
const YIELD = /\byield\b/

/** Called, it runs nothing of its body: a test that does no more than that is recorded for no line of it. */
const isGenerator = ({ outline, text }: Parsed, { codeLine, endLine, qualifiedName }: Definition) => {
  const inner = outline.definitions.filter((each) => each.qualifiedName.startsWith(`${qualifiedName}.<locals>.`))
  return linesOf(text).some((content, row) => {
    const line = row + 1
    return line >= codeLine && line <= endLine && YIELD.test(content) && !content.trimStart().startsWith("#") &&
      !inner.some((each) => each.startLine <= line && line <= each.endLine)
  })
}

const problemOf = (ends: { readonly base: Parsed; readonly head: Parsed }, changed: ChangedFunction) => {
  const { head } = changed
  const { outline } = ends.head
  const name = head.qualifiedName
  return around(outline, head, isFixture)
    ? [`${name} is a fixture`]
    : HOOK.test(name.slice(name.lastIndexOf(".") + 1))
    ? [`pytest calls ${name} for several tests`]
    : around(outline, head, keepsResults)
    ? [`what ${name} returns is kept from test to test`]
    : isGenerator(ends.base, changed.base) !== isGenerator(ends.head, head)
    ? [`${name} is a generator at one end, and none at the other`]
    : []
}

/** What is no UTF-8 is read as: two such texts may differ in it. */
const REPLACED = "\uFFFD"

/** None: it does not parse, is no UTF-8, or is gone. */
const parsed = Effect.fnUntraced(function*(ctx: PipelineContext, relPath: string) {
  const fs = yield* FileSystem.FileSystem
  const syntax = yield* PythonSyntax
  const text = yield* Effect.option(fs.readFileString(`${ctx.root}/${relPath}`))
  if (Option.isNone(text) || text.value.includes(REPLACED)) return Option.none<Parsed>()
  const { parseError } = yield* syntax.analyze(text.value)
  if (Option.isSome(parseError)) return Option.none<Parsed>()
  return Option.some<Parsed>({ text: text.value, outline: yield* syntax.outline(text.value) })
})

const modulesOf = ({ modules }: PipelineContext): ReadonlyMap<string, Module> =>
  new Map(modules.map((module) => [module.relPath, module]))

const ofModule = Effect.fnUntraced(function*(base: PipelineContext, head: PipelineContext, relPath: string) {
  const [one, other] = yield* Effect.all([parsed(base, relPath), parsed(head, relPath)], { concurrency: 2 })
  if (Option.isNone(one) || Option.isNone(other)) return Either.left("it does not parse, or is no UTF-8")
  const changed = changedFunctions(one.value, other.value)
  if (Option.isNone(changed)) return Either.left("what runs on import changed")
  const problems = changed.value.flatMap((each) => problemOf({ base: one.value, head: other.value }, each))
  return problems.length > 0 ? Either.left(problems.join("; ")) : Either.right(changed.value)
})

/**
 * Of a file that is not among the Python files, is new, gone, or makes pytest what it is, the tests cannot be told.
 *
 * @since 0.1.0
 * @category programs
 */
export const fileChanges = Effect.fn("tests.fileChanges")(function*(
  ends: { readonly base: PipelineContext; readonly head: PipelineContext },
  isIgnored: (relPath: string) => boolean
) {
  const { base, head } = ends
  const [before, after] = [modulesOf(base), modulesOf(head)]
  const all = differences(base.snapshot.files, head.snapshot.files)
  const ignored = all.filter(isIgnored)
  const changes = yield* Effect.forEach(
    all.filter((relPath) => !isIgnored(relPath)),
    (relPath): Effect.Effect<FileChange, never, FileSystem.FileSystem | PythonSyntax> => {
      const kind = !base.snapshot.files.has(relPath)
        ? "added" as const
        : !head.snapshot.files.has(relPath)
        ? "deleted" as const
        : "changed" as const
      const unsure = (why: string) => Effect.succeed({ relPath, kind, functions: Either.left(why) })
      if (fileName(relPath) === "conftest.py") return unsure("pytest reads it for the tests below it")
      if (!before.has(relPath) && !after.has(relPath)) return unsure("it is no Python file")
      if (kind === "added") return unsure("it is new, or has a new name")
      if (kind === "deleted") return unsure("it is gone, or has another name")
      if (!before.has(relPath) || !after.has(relPath)) return unsure("it is no Python file, or was none")
      return Effect.map(ofModule(base, head, relPath), (functions) => ({ relPath, kind, functions }))
    },
    { concurrency: CONCURRENCY }
  )
  return { changes, ignored }
})
