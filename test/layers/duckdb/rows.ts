/** Domain rows for tests: builders with defaults, and arbitraries. */
import { DateTime, FastCheck, Option } from "effect"
import type { Diagnostic } from "../../../src/domain/Diagnostic.js"
import type { Module } from "../../../src/domain/PipelineContext.js"
import type { SyntaxFacts } from "../../../src/domain/SyntaxFacts.js"
import { RunStatus, type SnapshotRun, type ToolRun } from "../../../src/domain/ToolRun.js"
import type { CheckRun, SnapshotRecord } from "../../../src/services/Warehouse.js"

export const time = (second: number) => DateTime.unsafeMake(1_700_000_000_000 + second * 1000)

export const module = (relPath: string, contentHash = `hash of ${relPath}`): Module => ({
  relPath,
  moduleName: relPath.replace(/\.pyi?$/, "").replaceAll("/", "."),
  contentHash,
  bytes: 100,
  lines: 10
})

export const facts = (given: Partial<SyntaxFacts> = {}): SyntaxFacts => ({
  functions: [],
  imports: [],
  parseError: Option.none(),
  ...given
})

export const toolRun = (tool: string, given: Partial<ToolRun> = {}): ToolRun => ({
  runId: `run of ${tool}`,
  tool,
  executable: Option.some(`/usr/bin/${tool}`),
  version: Option.some("1.2.3"),
  args: ["--json", "it's \"quoted\""],
  cwd: "/repository",
  startedAt: time(0),
  durationMs: 1234,
  exitCode: Option.some(0),
  signal: Option.none(),
  status: "ok",
  reason: Option.none(),
  filesAnalyzed: Option.some(2),
  unresolvedImports: Option.none(),
  imports: Option.none(),
  outsideRepository: 0,
  key: Option.some(`key of ${tool}`),
  baseKey: Option.none(),
  ...given
})

export const diagnostic = (tool: string, relPath: string, given: Partial<Diagnostic> = {}): Diagnostic => ({
  tool,
  relPath,
  startLine: 1,
  startColumn: 2,
  endLine: 3,
  endColumn: 4,
  severity: "error",
  rule: "rule",
  message: "message",
  fingerprint: "fingerprint",
  ...given
})

export const measured = (relPath: string) => ({ relPath, measured: Option.some(true), reason: Option.none<string>() })

export const checkRun = (tool: string, given: Partial<CheckRun> = {}): CheckRun => ({
  run: toolRun(tool),
  files: [],
  diagnostics: [],
  ...given
})

export const link = (run: ToolRun, given: Partial<SnapshotRun> = {}): SnapshotRun => ({
  tool: run.tool,
  runId: Option.some(run.runId),
  status: run.status,
  reason: run.reason,
  reused: false,
  ...given
})

export const record = (id: string, given: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  repo: "/repository",
  snapshot: { id, commit: Option.some("c0ffee"), dirty: false, files: new Map() },
  modules: [],
  runs: [],
  startedAt: time(0),
  finishedAt: time(1),
  ...given
})

// every code point there is, NUL and what looks like SQL included
const text = FastCheck.oneof(
  FastCheck.string({ unit: "binary" }),
  FastCheck.constantFrom("", "'; DROP TABLE core.modules; --", "a\0b", "line\r\nline\u2028", "👩‍👩‍👧 ünï", "NULL", "$1")
)
const count = FastCheck.integer({ min: 0, max: 2 ** 31 - 1 })
const position = FastCheck.integer({ min: 1, max: 2 ** 31 - 1 })
const instant = FastCheck.integer({ min: -60_000_000_000_000, max: 250_000_000_000_000 }).map((millis) =>
  DateTime.unsafeMake(millis)
)
const optional = <A>(arbitrary: FastCheck.Arbitrary<A>): FastCheck.Arbitrary<Option.Option<A>> =>
  FastCheck.option(arbitrary, { nil: undefined }).map((value) =>
    value === undefined ? Option.none() : Option.some(value)
  )

const arbitraryRun: FastCheck.Arbitrary<ToolRun> = FastCheck.record({
  runId: text,
  tool: FastCheck.constantFrom("pyright", "mypy"),
  executable: optional(text),
  version: optional(text),
  args: FastCheck.array(text),
  cwd: text,
  startedAt: instant,
  durationMs: FastCheck.maxSafeNat(),
  exitCode: optional(FastCheck.integer({ min: -(2 ** 31), max: 2 ** 32 })),
  signal: optional(text),
  status: FastCheck.constantFrom(...RunStatus.literals),
  reason: optional(text),
  filesAnalyzed: optional(count),
  unresolvedImports: optional(count),
  imports: optional(count),
  outsideRepository: count,
  key: optional(text),
  baseKey: optional(text)
})

export const arbitraryCheckRun: FastCheck.Arbitrary<CheckRun> = arbitraryRun.chain((run) =>
  FastCheck.record({
    run: FastCheck.constant(run),
    files: FastCheck.array(
      FastCheck.record({ relPath: text, measured: optional(FastCheck.boolean()), reason: optional(text) })
    ),
    diagnostics: FastCheck.array(FastCheck.record<Diagnostic>({
      tool: FastCheck.constant(run.tool),
      relPath: text,
      startLine: position,
      startColumn: position,
      endLine: position,
      endColumn: position,
      severity: FastCheck.constantFrom("error", "warning", "information"),
      rule: text,
      message: text,
      fingerprint: text
    }))
  })
)

export const arbitraryFacts: FastCheck.Arbitrary<SyntaxFacts> = FastCheck.record({
  functions: FastCheck.array(FastCheck.record({
    qualifiedName: text,
    startLine: position,
    endLine: position,
    parameters: count,
    annotatedParameters: count,
    returnAnnotated: FastCheck.boolean()
  })),
  imports: FastCheck.array(
    FastCheck.record({ module: text, level: count, names: FastCheck.array(text), line: position })
  ),
  parseError: optional(FastCheck.record({ line: position, message: text }))
})

export const arbitraryRecord: FastCheck.Arbitrary<SnapshotRecord> = FastCheck.record({
  repo: text,
  snapshot: FastCheck.record({
    id: text,
    commit: optional(text),
    dirty: FastCheck.boolean(),
    files: FastCheck.constant(new Map<string, string>())
  }),
  modules: FastCheck.array(FastCheck.record({
    relPath: text,
    moduleName: text,
    contentHash: text,
    bytes: FastCheck.maxSafeNat(),
    lines: count
  })),
  runs: FastCheck.array(FastCheck.record({
    tool: FastCheck.constantFrom("pyright", "pytest"),
    runId: optional(text),
    status: FastCheck.constantFrom(...RunStatus.literals),
    reason: optional(text),
    reused: FastCheck.boolean()
  })),
  startedAt: instant,
  finishedAt: instant
})
