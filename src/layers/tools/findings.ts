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
import type { Diagnostic, Severity } from "../../domain/Diagnostic.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolName } from "../../domain/ToolName.js"

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
 * What a column counts.
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
  readonly diagnostics: ReadonlyArray<Diagnostic>
  readonly errorsByFile: ReadonlyMap<string, number>
  readonly outsideRepository: number
}

/**
 * The path of a file as the database knows it: relative, real. None when it is outside the repository.
 *
 * @since 0.1.0
 * @category constructors
 */
export const relPathOf = (ctx: PipelineContext, path: Path.Path, file: string): Option.Option<string> => {
  const relative = path.relative(ctx.root, path.resolve(ctx.root, file))
  if (relative === "" || relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    return Option.none()
  }
  const posix = relative.split(path.sep).join("/")
  const direct = ctx.aliases.get(posix)
  if (direct !== undefined) return Option.some(direct)
  // below a linked directory: the longest linked prefix decides
  for (let end = posix.lastIndexOf("/"); end > 0; end = posix.lastIndexOf("/", end - 1)) {
    const target = ctx.aliases.get(posix.slice(0, end))
    if (target !== undefined) return Option.some((target === "." ? "" : `${target}/`) + posix.slice(end + 1))
  }
  return Option.some(posix)
}

const toCodePoints = (line: string, utf16Column: number): number => {
  let points = 0
  for (let unit = 0; unit < utf16Column - 1 && unit < line.length; points++) {
    unit += (line.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
  }
  return points + 1 + Math.max(0, utf16Column - 1 - line.length)
}

const hash = (...parts: ReadonlyArray<string>) => createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16)

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

  const byFile = new Map<string, Array<RawFinding>>()
  let outsideRepository = 0
  for (const finding of raw) {
    const relPath = relPathOf(ctx, path, finding.path)
    if (Option.isNone(relPath)) outsideRepository++
    else if (byFile.has(relPath.value)) byFile.get(relPath.value)?.push(finding)
    else byFile.set(relPath.value, [finding])
  }

  const ofFile = Effect.fnUntraced(function*([relPath, findings]: readonly [string, ReadonlyArray<RawFinding>]) {
    const text = yield* Effect.option(fs.readFileString(path.join(ctx.root, relPath)))
    const lines = Option.match(text, { onNone: () => [], onSome: (all) => all.split(/\r\n|\r|\n/) })
    const column = (line: number, given: number) =>
      unit === "utf16" ? toCodePoints(lines[line - 1] ?? "", given) : given

    const once = new Map<string, Diagnostic>()
    const seen = new Map<string, number>()
    for (const { message, range, rule, severity } of findings) {
      const at = Option.getOrElse(range, () => ({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }))
      const position = {
        startLine: at.startLine,
        startColumn: column(at.startLine, at.startColumn),
        endLine: at.endLine,
        endColumn: column(at.endLine, at.endColumn)
      }
      // through a link the same finding arrives again
      const identity = JSON.stringify([position, severity, rule, message])
      if (once.has(identity)) continue
      const about = hash(tool, rule, message, (lines[at.startLine - 1] ?? "").trim())
      const ordinal = seen.get(about) ?? 0
      seen.set(about, ordinal + 1)
      once.set(identity, {
        tool,
        relPath,
        ...position,
        severity,
        rule,
        message,
        fingerprint: ordinal === 0 ? about : hash(about, String(ordinal))
      })
    }
    return [...once.values()]
  })

  const sorted = [...byFile].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
  const diagnostics = (yield* Effect.forEach(sorted, ofFile, { concurrency: 8 })).flat()
  const errorsByFile = new Map<string, number>()
  for (const { relPath, severity } of diagnostics) {
    if (severity === "error") errorsByFile.set(relPath, (errorsByFile.get(relPath) ?? 0) + 1)
  }
  const findings: Findings = { diagnostics, errorsByFile, outsideRepository }
  return findings
})
