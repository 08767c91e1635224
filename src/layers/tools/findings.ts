/**
 * From what a tool prints to `Diagnostic`: positions in code points, paths relative to the repository and real, findings
 * on one real path once, fingerprints.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { followAliases } from "../../domain/aliases.js"
import type { Diagnostic, Severity } from "../../domain/Diagnostic.js"
import { type GistContext, gistOf } from "../../domain/gist.js"
import { linesOf } from "../../domain/lines.js"
import { inRepository, type PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolName } from "../../domain/ToolName.js"
import { codePointsIn } from "../codePoints.js"
import { isBelow } from "../repository/paths.js"
import * as RegularFile from "../repository/regularFile.js"

/**
 * A finding as a tool has it, but with 1-based lines and columns.
 *
 * @since 0.1.0
 * @category models
 */
export interface RawFinding {
  /** Absolute, or relative to the root of the repository. */
  readonly path: string
  /** None: the whole file; stored as 1:1 to 1:1. */
  readonly range: Option.Option<{
    readonly startLine: number
    readonly startColumn: number
    readonly endLine: number
    /** Exclusive. */
    readonly endColumn: number
  }>
  readonly severity: Severity
  readonly rule: string
  readonly message: string
}

/**
 * Of lines, columns and counts: what an INTEGER of the database holds. A report with more is no report.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_NUMBER = 2 ** 31 - 1

/**
 * What a column counts. A tool that counts UTF-16 units counts a byte order mark as one, too.
 *
 * @since 0.1.0
 * @category models
 */
export type ColumnUnit = "codePoints" | "utf16"

/**
 * @since 0.1.0
 * @category models
 */
export interface Findings {
  /** Sorted by path, then position. */
  readonly diagnostics: ReadonlyArray<Diagnostic>
  readonly errorsByFile: ReadonlyMap<string, number>
  readonly outsideRepository: number
}

const inside = (ctx: PipelineContext, path: Path.Path, file: string): Option.Option<string> => {
  const relative = path.relative(ctx.root, path.resolve(ctx.root, file))
  return relative === "" || relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)
    ? Option.none()
    : Option.some(relative.split(path.sep).join("/"))
}

/**
 * Whether a file is one that we wrote, which is no part of the repository. Tools may look at it all the same: ruff does
 * where there is no git, and sees what runs the tests beside it.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isOurs = (ctx: PipelineContext, path: Path.Path, file: string): boolean =>
  isBelow(ctx.paths.state, path.resolve(ctx.root, file))

/**
 * The path of a file as the database knows it, as far as `ctx.aliases` tells: relative, real. None when it is outside the
 * repository. Looks at no file.
 *
 * @since 0.1.0
 * @category constructors
 */
export const relPathOf = (ctx: PipelineContext, path: Path.Path, file: string): Option.Option<string> =>
  Option.map(inside(ctx, path, file), (relPath) => followAliases(ctx.aliases, relPath))

/**
 * File, as a tool names it -> its real path relative to the repository, none when that is outside. Modules have their real
 * path already; the file system is asked about others. A file that is gone keeps its path.
 *
 * @since 0.1.0
 * @category constructors
 */
export const realPaths = Effect.fn("findings.realPaths")(function*(ctx: PipelineContext, files: Iterable<string>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const modules = new Set(ctx.modules.map((module) => module.relPath))
  const theirs = [...new Set(files)].filter((file) => !isOurs(ctx, path, file))

  const resolved = yield* Effect.forEach(theirs, (file) => {
    const relPath = relPathOf(ctx, path, file)
    return Option.isNone(relPath) || modules.has(relPath.value)
      ? Effect.succeed([file, relPath] as const)
      : fs.realPath(path.join(ctx.root, relPath.value)).pipe(
        Effect.map((real) => [file, inside(ctx, path, real)] as const),
        Effect.orElseSucceed(() => [file, relPath] as const)
      )
  }, { concurrency: 16 })
  const real: ReadonlyMap<string, Option.Option<string>> = new Map(resolved)
  return real
})

/**
 * The text of a file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Source {
  /** Without the byte order mark. */
  readonly lines: ReadonlyArray<string>
  readonly hasMark: boolean
}

const missing: Source = { lines: [], hasMark: false }

/**
 * Bytes that are no UTF-8 become U+FFFD, as the tools that go on after them have it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sourceOf = (bytes: Uint8Array): Source => ({
  lines: linesOf(new TextDecoder().decode(bytes)),
  hasMark: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
})

const hash = (...parts: ReadonlyArray<string>) =>
  createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16)

type Placed = Omit<Diagnostic, "fingerprint">

const byPosition = (a: Placed, b: Placed): number =>
  a.startLine - b.startLine || a.startColumn - b.startColumn || a.endLine - b.endLine || a.endColumn - b.endColumn ||
  compare(a.rule, b.rule) || compare(a.message, b.message)

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0

/** Findings on one file, as they came under one path. */
const ofFile = (
  ctx: PipelineContext,
  tool: ToolName,
  unit: ColumnUnit,
  about: GistContext,
  source: Source,
  findings: ReadonlyArray<RawFinding>
): ReadonlyArray<Diagnostic> => {
  const { relPath } = about
  const column = (line: number, given: number) => {
    if (unit === "codePoints") return given
    const marks = source.hasMark && line === 1 ? 1 : 0
    return codePointsIn(source.lines[line - 1] ?? "", given - marks - 1) + 1
  }
  const placed = findings.map(({ message, range, rule, severity }): Placed => {
    const at = Option.getOrElse(range, () => ({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }))
    return {
      tool,
      relPath,
      startLine: at.startLine,
      startColumn: column(at.startLine, at.startColumn),
      endLine: at.endLine,
      endColumn: column(at.endLine, at.endColumn),
      severity,
      rule,
      message
    }
  })

  const seen = new Map<string, number>()
  return placed.sort(byPosition).map((finding) => {
    const gist = gistOf(finding.message, about)
    const base = hash(tool, finding.rule, gist, (source.lines[finding.startLine - 1] ?? "").trim())
    const ordinal = seen.get(base) ?? 0
    seen.set(base, ordinal + 1)
    return {
      ...finding,
      message: inRepository(ctx)(finding.message),
      fingerprint: ordinal === 0 ? base : hash(base, String(ordinal))
    }
  })
}

/**
 * Reads each file with findings once. A file that cannot be read keeps its findings, with columns as the tool gave them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const normalize = Effect.fn("findings.normalize")(function*(
  ctx: PipelineContext,
  tool: ToolName,
  unit: ColumnUnit,
  raw: ReadonlyArray<RawFinding>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  const theirs = raw.filter((finding) => !isOurs(ctx, path, finding.path))
  const real = yield* realPaths(ctx, theirs.map((finding) => finding.path))
  const unheardOf = [...new Set([...real.values()].flatMap(Option.toArray))]
    .filter((relPath) => !ctx.snapshot.files.has(relPath))
  // what git ignores is there and in no snapshot; a name of nothing is a mistake of the tool
  const nowhere = new Set(
    yield* Effect.filter(
      unheardOf,
      (relPath) => Effect.negate(Effect.orElseSucceed(fs.exists(path.join(ctx.root, relPath)), () => false)),
      { concurrency: 16 }
    )
  )
  const byFile = new Map<string, Map<string, Array<RawFinding>>>()
  let outsideRepository = 0
  for (const finding of theirs) {
    const relPath = Option.getOrUndefined(real.get(finding.path) ?? Option.none())
    if (relPath === undefined || nowhere.has(relPath)) {
      outsideRepository++
      continue
    }
    const said = Option.getOrElse(inside(ctx, path, finding.path), () => relPath)
    const paths = byFile.get(relPath) ?? new Map<string, Array<RawFinding>>()
    const findings = paths.get(said) ?? []
    findings.push(finding)
    byFile.set(relPath, paths.set(said, findings))
  }

  // Through links the findings on a file arrive again, and not always in the same words: a message may name the path, and
  // the settings may be those of the link's directory. Those under the real path stand for all.
  const sorted = [...byFile].sort(([a], [b]) => compare(a, b)).map(([relPath, paths]) => {
    const [first = relPath] = [...paths.keys()].sort(compare)
    return [relPath, paths.get(relPath) ?? paths.get(first) ?? []] as const
  })
  const moduleNames = new Map(ctx.modules.map(({ moduleName, relPath }) => [relPath, moduleName]))
  const diagnostics = (yield* Effect.forEach(sorted, ([relPath, findings]) =>
    RegularFile.read(path.join(ctx.root, relPath)).pipe(
      Effect.map(sourceOf),
      Effect.orElseSucceed(() =>
        missing
      ),
      Effect.map((source) => {
        const about = { root: ctx.root, relPath, moduleName: moduleNames.get(relPath) ?? "" }
        return ofFile(ctx, tool, unit, about, source, findings)
      })
    ), { concurrency: 8 })).flat()
  const errorsByFile = new Map<string, number>()
  for (const { relPath, severity } of diagnostics) {
    if (severity === "error") errorsByFile.set(relPath, (errorsByFile.get(relPath) ?? 0) + 1)
  }
  const findings: Findings = { diagnostics, errorsByFile, outsideRepository }
  return findings
})
