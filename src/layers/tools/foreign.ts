/**
 * What a report says of the files of the repository: its paths placed, its positions in code points, and what shows that
 * it was made of another content.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import {
  type ForeignCheck,
  type ForeignContent,
  type ForeignCoverage,
  ForeignReport
} from "../../domain/ForeignReport.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import { type PathMapping, Place, place, type Placement } from "../../domain/Placement.js"
import type { TestReport, TestResult } from "../../domain/TestReport.js"
import { codePointsIn } from "../codePoints.js"
import { isBelow } from "../repository/paths.js"
import * as RegularFile from "../repository/regularFile.js"
import * as Placed from "./coverage/placed.js"
import * as Findings from "./findings.js"
import * as JunitNames from "./pytest/junitNames.js"
import { fileOf } from "./pytest/nodeId.js"
import type { RawReport } from "./pytest/outcome.js"
import type { ForeignFinding, Raw, RawCheck } from "./reportReading.js"

const fileAt = (placement: Placement, name: string) => {
  const found = placement.get(name)
  return found?._tag === "File" ? [found] : []
}

const relPathsOf = (placement: Placement, names: Iterable<string>): ReadonlyArray<string> =>
  [...names].flatMap((name) => fileAt(placement, name)).map(({ relPath }) => relPath)

/** Path -> lines; a file that cannot be read is left out. */
const sourcesOf = Effect.fnUntraced(function*(ctx: PipelineContext, relPaths: Iterable<string>) {
  const path = yield* Path.Path
  const read = yield* Effect.forEach(
    new Set(relPaths),
    (relPath) =>
      RegularFile.read(path.join(ctx.root, relPath)).pipe(
        Effect.map((bytes) => [[relPath, Findings.sourceOf(bytes)] as const]),
        Effect.orElseSucceed(() => [])
      ),
    { concurrency: 8 }
  )
  return new Map(read.flat())
})

const widthIn = ({ lines }: Findings.Source, unit: Findings.ColumnUnit, line: number): number => {
  const text = lines[line - 1] ?? ""
  return unit === "utf16" ? text.length : codePointsIn(text, text.length)
}

/** With the end of its line, where that is its end. */
const ended = (
  finding: ForeignFinding,
  source: Findings.Source | undefined,
  unit: Findings.ColumnUnit
): ForeignFinding =>
  finding.isToLineEnd !== true ? finding : {
    ...finding,
    range: Option.map(finding.range, (range) => {
      const endColumn = source === undefined ? range.startColumn : widthIn(source, unit, range.endLine) + 1
      const isOneLine = range.startLine === range.endLine
      return { ...range, endColumn: isOneLine ? Math.max(range.startColumn, endColumn) : endColumn }
    })
  }

/** Beyond the end of the file, or of a line. A mark at the beginning counts as a character to some. */
const isBeyond = ({ range }: ForeignFinding, source: Findings.Source, unit: Findings.ColumnUnit): boolean =>
  Option.exists(range, ({ endColumn, endLine, startColumn, startLine }) => {
    const fits = (line: number, column: number) =>
      line <= source.lines.length && column <= widthIn(source, unit, line) + (source.hasMark && line === 1 ? 2 : 1)
    return !fits(startLine, startColumn) || !fits(endLine, endColumn)
  })

const hashed = (ctx: PipelineContext, placement: Placement, hashes: ReadonlyMap<string, string>): ForeignContent => {
  const ofThisContent = new Set<string>()
  const ofOtherContent = new Map<string, string>()
  for (const [name, hash] of hashes) {
    for (const { relPath } of fileAt(placement, name)) {
      if (ctx.snapshot.files.get(relPath) === hash) ofThisContent.add(relPath)
      else ofOtherContent.set(relPath, "the report has the hash of another content")
    }
  }
  return { ofThisContent, ofOtherContent }
}

const checkOf = Effect.fnUntraced(function*(ctx: PipelineContext, raw: RawCheck, maps: ReadonlyArray<PathMapping>) {
  const { filesAnalyzed, hashes, notices, tool, unit, version } = raw
  const names = [...raw.findings.map((finding) => finding.path), ...raw.listed, ...raw.failed.keys()]
  const placement = place(ctx, names, { roots: raw.roots, maps })
  const sources = yield* sourcesOf(ctx, relPathsOf(placement, names))

  const beyond = new Map<string, number>()
  const findings = raw.findings.flatMap((finding) =>
    fileAt(placement, finding.path).map(({ relPath, said }): Findings.RawFinding => {
      const source = sources.get(relPath)
      const whole = ended(finding, source, unit)
      // lines of a notebook are those of a cell
      if (source !== undefined && !relPath.endsWith(".ipynb") && isBeyond(whole, source, unit)) {
        beyond.set(relPath, (beyond.get(relPath) ?? 0) + 1)
      }
      return { ...whole, path: said }
    })
  )
  const { diagnostics } = yield* Findings.normalize(ctx, tool, unit, findings)
  const content = hashed(ctx, place(ctx, hashes.keys(), { roots: raw.roots, maps }), hashes)
  const check: ForeignCheck = {
    tool,
    version,
    diagnostics,
    listed: new Set(relPathsOf(placement, raw.listed)),
    failed: new Map(
      [...raw.failed].flatMap(([name, why]) => fileAt(placement, name).map(({ relPath }) => [relPath, why] as const))
    ),
    filesAnalyzed,
    leftOut: raw.findings.length - findings.length,
    notices,
    ofThisContent: content.ofThisContent,
    ofOtherContent: new Map([
      ...[...beyond].map(([relPath, count]) =>
        [relPath, `${count} ${count === 1 ? "finding is" : "findings are"} not within the file`] as const
      ),
      ...content.ofOtherContent
    ])
  }
  return { check, placement }
})

/** No statement begins in a line that has none; what an empty file has in its first line depends on the version. */
const isNoStatement = (line: string) => /^\s*(?:#.*)?$/.test(line)

const coverageOf = Effect.fnUntraced(function*(
  ctx: PipelineContext,
  raw: Extract<Raw, { readonly _tag: "Coverage" }>,
  maps: ReadonlyArray<PathMapping>
) {
  const path = yield* Path.Path
  const named = raw.files.filter(([name]) => !isBelow(ctx.paths.state, path.resolve(ctx.root, name)))
  const placement = place(ctx, named.map(([name]) => name), { maps })
  const placed = named.flatMap(([name, coverage]) =>
    fileAt(placement, name).map(({ relPath }) => [relPath, coverage] as const)
  )
  const files = Placed.filesOf(placed)
  const sources = yield* sourcesOf(ctx, files.keys())
  const ofOtherContent = new Map([...files].flatMap(([relPath, { covered, missing }]) => {
    const source = sources.get(relPath)
    if (source === undefined || !/\.pyw?$/.test(relPath)) return []
    const wrong = [...covered, ...missing].filter((line) => line > 1 && isNoStatement(source.lines[line - 1] ?? ""))
    const [first] = wrong
    return first === undefined ? [] : [[relPath, `there is no statement in line ${first}`] as const]
  }))
  const coverage: ForeignCoverage = {
    version: raw.version,
    files,
    ofThisContent: new Set(),
    ofOtherContent,
    leftOut: named.length - placed.length,
    notices: []
  }
  return ForeignReport.Coverage({ format: "coverage-json", coverage, placement })
})

/** Whether a name is that of a directory: of errors in its collection. */
const isDirectory = ({ snapshot }: PipelineContext, name: string) => {
  if (name === "" || name === ".") return true
  const prefix = `${name.replace(/\/$/, "")}/`
  return [...snapshot.files.keys()].some((relPath) => relPath.startsWith(prefix))
}

const testsOf = (ctx: PipelineContext, raw: RawReport, maps: ReadonlyArray<PathMapping>) => {
  // where it is on this machine, a root directory below that of the repository is what names are relative to
  const base = Option.filter(raw.rootdir, (root) => isBelow(ctx.root, root))
  const nameOf = (name: string) =>
    Option.match(base, {
      onNone: () => name,
      onSome: (root) => name.startsWith("/") ? name : `${root}/${name}`
    })
  const names = new Set(raw.results.map(({ testId }) => fileOf(testId)))
  const placement = place(
    ctx,
    [...names].filter((name) => /\.\w+$/.test(name) || !isDirectory(ctx, name)).map(nameOf),
    { maps }
  )
  const elsewhere = place(ctx, raw.results.flatMap(({ location }) => Option.toArray(location)).map(nameOf), { maps })
  const results = raw.results.map(({ durationMs, location, message, outcome, phase, testId }): TestResult => ({
    testId,
    relPath: Option.fromNullable(
      [
        ...fileAt(placement, nameOf(fileOf(testId))),
        ...Option.toArray(location).flatMap((name) => fileAt(elsewhere, nameOf(name)))
      ][0]?.relPath
    ),
    phase,
    outcome,
    durationMs,
    message
  }))
  const report: TestReport = {
    execution: Option.none(),
    results,
    incomplete: raw.incomplete,
    notices: raw.notices
  }
  return { report, placement }
}

const junitOf = (ctx: PipelineContext, { report }: Extract<Raw, { readonly _tag: "Junit" }>) => {
  const nameOf = JunitNames.make(ctx)
  const placement = new Map<string, Place>()
  const results = report.cases.flatMap(({ className, name, outcomes }) => {
    const { module, nodeId, place: found } = nameOf(className)
    placement.set(module, found)
    const testId = Option.match(name, { onNone: () => nodeId, onSome: (each) => `${nodeId}::${each}` })
    const relPath = Place.$is("File")(found) ? Option.some(found.relPath) : Option.none()
    return outcomes.map((outcome): TestResult => ({ testId, relPath, ...outcome }))
  })
  const tests: TestReport = {
    execution: Option.none(),
    results,
    incomplete: report.incomplete,
    notices: ["JUnit XML does not say whether the session came to its end, nor that a test passed unexpectedly"]
  }
  return ForeignReport.Tests({ format: "junit", report: tests, placement })
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("reports.foreign")(function*(
  ctx: PipelineContext,
  raw: Raw,
  maps: ReadonlyArray<PathMapping>
): Effect.fn.Return<ForeignReport, never, FileSystem.FileSystem | Path.Path> {
  switch (raw._tag) {
    case "Checks": {
      const made = yield* Effect.forEach(raw.checks, (check) => checkOf(ctx, check, maps), { concurrency: 1 })
      return ForeignReport.Checks({
        format: raw.format,
        checks: made.map(({ check }) => check),
        placement: new Map(made.flatMap(({ placement }) => [...placement]))
      })
    }
    case "Coverage":
      return yield* coverageOf(ctx, raw, maps)
    case "Tests":
      return ForeignReport.Tests({ format: raw.format, ...testsOf(ctx, raw.report, maps) })
    case "Junit":
      return junitOf(ctx, raw)
  }
})
