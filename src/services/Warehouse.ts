/**
 * The database.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { CoverageContext, FileCoverage } from "../domain/CoverageReport.js"
import type { Diagnostic } from "../domain/Diagnostic.js"
import type { WarehouseError } from "../domain/errors.js"
import type { Module, Snapshot } from "../domain/PipelineContext.js"
import type { Relation } from "../domain/Relation.js"
import type { ScipPart, ScipSymbol } from "../domain/Scip.js"
import type { ScipBatch } from "../domain/ScipBatch.js"
import type { ImportFacts, SyntaxFacts } from "../domain/SyntaxFacts.js"
import type { TestResult } from "../domain/TestReport.js"
import type { ToolName } from "../domain/ToolName.js"
import type { RunFile, SnapshotRun, ToolRun } from "../domain/ToolRun.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Mode = "read" | "write"

/**
 * A value of a result: integers that fit are numbers, others bigint; times are ISO 8601 strings; lists and structs are
 * JSON text.
 *
 * @since 0.1.0
 * @category models
 */
export type Value = string | number | bigint | boolean | null

/**
 * @since 0.1.0
 * @category models
 */
export interface QueryResult {
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>
  readonly rows: ReadonlyArray<ReadonlyArray<Value>>
  /** Whether rows were left out because of `maxRows`. */
  readonly truncated: boolean
}

/**
 * The syntax facts of one content.
 *
 * @since 0.1.0
 * @category models
 */
export interface SyntaxRow {
  readonly contentHash: string
  readonly facts: SyntaxFacts
  /** The text that they are of. */
  readonly source: string
}

/**
 * A run with its facts: written in one transaction, never changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface CheckRun {
  readonly run: ToolRun
  readonly files: ReadonlyArray<RunFile>
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/**
 * A run of pytest with its facts: written in one transaction, never changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface TestsRun {
  readonly run: ToolRun
  readonly results: ReadonlyArray<TestResult>
}

/**
 * A run of coverage with its facts: written in one transaction, never changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface CoverageRun {
  readonly run: ToolRun
  readonly files: ReadonlyArray<RunFile>
  readonly lines: ReadonlyMap<string, FileCoverage>
  /** None: which test ran which line was not recorded. */
  readonly contexts: Option.Option<ReadonlyArray<CoverageContext>>
}

/**
 * A run of a SCIP indexer with its facts: written in one transaction, never changed. Documents are read as they are
 * written.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipRun<E = never, R = never> {
  readonly run: ToolRun
  readonly files: ReadonlyArray<RunFile>
  /** Documents one by one, many at once, or both. */
  readonly parts: Stream.Stream<ScipPart | ScipBatch, E, R>
  /** The run with the same id, and its files, as they are known when all parts are written; as given without it. */
  readonly conclude?: Effect.Effect<Pick<ScipRun, "run" | "files">, E, R>
  /** Files whose documents of an earlier run stand, and that run; none unless given. */
  readonly standing?: { readonly runId: string; readonly relPaths: ReadonlyArray<string> }
  /**
   * `referenced`: of the external symbols (of the parts, and of the run that stands) those that the documents refer to, or
   * to something in them, each once. An index of a part tells of more, and `local N` is nobody's. All unless given.
   */
  readonly externals?: "all" | "referenced"
}

/**
 * An index that was made elsewhere.
 *
 * @since 0.1.0
 * @category models
 */
export interface ImportedIndex {
  readonly run: ToolRun
  readonly files: ReadonlyArray<Pick<RunFile, "relPath" | "measured">>
}

/**
 * A file that has a symbol: an occurrence or a description of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipUse {
  readonly symbol: string
  readonly relPath: string
  readonly isDefined: boolean
  readonly isDescribed: boolean
}

/**
 * A run that another one may go on from.
 *
 * @since 0.1.0
 * @category models
 */
export interface BaseRun {
  readonly runId: string
  /** Path -> content hash of the modules it is of; without those that it could not look at. */
  readonly modules: ReadonlyMap<string, string>
  /** The same of those. */
  readonly unmeasured: ReadonlyMap<string, string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface SnapshotRecord {
  /** Absolute root of the repository. */
  readonly repo: string
  readonly snapshot: Snapshot
  readonly modules: ReadonlyArray<Module>
  readonly runs: ReadonlyArray<SnapshotRun>
  /** Made of a commit beside the working tree: never the latest. False unless given. */
  readonly ofRevision?: boolean
  readonly startedAt: DateTime.Utc
  readonly finishedAt: DateTime.Utc
}

/**
 * @since 0.1.0
 * @category models
 */
export interface AskOptions {
  /** Rows at most; what is beyond them is not computed. */
  readonly maxRows: number
  /** For the statement alone: a file that is locked is waited for before. As long as it takes unless given. */
  readonly timeout?: Duration.Duration
}

/**
 * How much a database holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Holdings {
  readonly snapshots: number
  readonly runs: number
  /** SCIP documents, each content once. */
  readonly documents: number
  /** SCIP symbols that are not local to a document. */
  readonly symbols: number
  /** Contents of files with syntax facts. */
  readonly contents: number
  /** Rows of all tables that belong to snapshots. */
  readonly rows: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface PruneOptions {
  /** How many snapshots stay, at least 1: the latest, then clean ones before dirty ones, newest first. */
  readonly keep: number
  /** Nothing is changed; `after` is what would stay. */
  readonly dryRun: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Pruned {
  /** Ids of the snapshots that went, newest first. */
  readonly snapshots: ReadonlyArray<string>
  readonly before: Holdings
  readonly after: Holdings
  /** Size of the file; none: it is in memory. */
  readonly bytesBefore: Option.Option<number>
  /** None, too: nothing was changed, and what it would be is not known. */
  readonly bytesAfter: Option.Option<number>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  /** Runs one statement. Values are bound to `$1`, `$2` ... */
  readonly query: (sql: string, values?: ReadonlyArray<Value>) => Effect.Effect<QueryResult, WarehouseError>
  /** From now on the views of this connection show this snapshot instead of the latest. */
  readonly show: (snapshotId: string) => Effect.Effect<void, WarehouseError>
  /** Path -> content hash of the last finished ingest of `repo`; empty before the first. */
  readonly latestModules: (repo: string) => Effect.Effect<ReadonlyMap<string, string>, WarehouseError>
  /** Of these content hashes, those without syntax facts. */
  readonly unknownContents: (hashes: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, WarehouseError>
  /** Of these runs, those that are not stored. */
  readonly unknownRuns: (runIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, WarehouseError>
  /** Imports in the files with these contents, by content hash. */
  readonly importCounts: (
    hashes: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, number>, WarehouseError>
  /** The links of a snapshot; empty when it is not stored. */
  readonly linksOf: (snapshotId: string) => Effect.Effect<ReadonlyArray<SnapshotRun>, WarehouseError>
  /** Runs of indexes that were imported, the newest of each tool. */
  readonly importedIndexes: Effect.Effect<ReadonlyArray<ImportedIndex>, WarehouseError>
  /** The newest run of the tool with this key, if there is one that may be linked again. */
  readonly findRun: (tool: ToolName, key: string) => Effect.Effect<Option.Option<ToolRun>, WarehouseError>
  /** Of the newest runs of the tool with this base key the one whose modules are most like these (path -> content hash). */
  readonly findBase: (
    tool: ToolName,
    baseKey: string,
    modules: ReadonlyMap<string, string>
  ) => Effect.Effect<Option.Option<BaseRun>, WarehouseError>
  /** The texts with these content hashes, as far as they are stored. */
  readonly sources: (hashes: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, WarehouseError>
  /** Imports in the files with these contents, by content hash; those without syntax facts are left out. */
  readonly imports: (
    hashes: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<ImportFacts>>, WarehouseError>
  /** What a run says of the symbols of these files that are not local, by path; documentation is one text. */
  readonly scipSymbols: (
    runId: string,
    relPaths: ReadonlyArray<string>
  ) => Effect.Effect<
    ReadonlyMap<string, ReadonlyArray<Pick<ScipSymbol, "symbol" | "documentation" | "relationships">>>,
    WarehouseError
  >
  /** Where a run has these symbols. */
  readonly scipUses: (
    runId: string,
    symbols: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<ScipUse>, WarehouseError>
  /**
   * Symbols that occur in a run and belong to these modules (their text up to `/` is one of `modules`), and in how many
   * files.
   */
  readonly scipModuleSymbols: (
    runId: string,
    modules: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, number>, WarehouseError>
  /** Symbols that occur in these files in a run and are not local, by path. */
  readonly scipOccurring: (
    runId: string,
    relPaths: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, WarehouseError>

  /** Adds syntax facts; contents that are known stay. One transaction. */
  readonly writeSyntax: (rows: ReadonlyArray<SyntaxRow>) => Effect.Effect<void, WarehouseError>
  /** Adds a run with its facts. One transaction. */
  readonly writeCheckRun: (run: CheckRun) => Effect.Effect<void, WarehouseError>
  /** Adds a run with its facts. One transaction. */
  readonly writeTestsRun: (run: TestsRun) => Effect.Effect<void, WarehouseError>
  /** Adds a run with its facts. One transaction. */
  readonly writeCoverageRun: (run: CoverageRun) => Effect.Effect<void, WarehouseError>
  /** Adds a run with its facts; a document with the content of one that is stored is linked to it. One transaction. */
  readonly writeScipRun: <E, R>(run: ScipRun<E, R>) => Effect.Effect<void, WarehouseError | E, R>
  /** Replaces the modules and links of the snapshot and makes it the latest, unless it is `ofRevision`. One transaction. */
  readonly finishSnapshot: (record: SnapshotRecord) => Effect.Effect<void, WarehouseError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Warehouse extends Context.Tag("codeintel/Warehouse")<Warehouse, {
  /** Whether there is a file, of whatever kind. Opens nothing. */
  readonly exists: (file: string) => Effect.Effect<boolean>
  /**
   * A connection for the length of the scope: keep "write" scopes short, since no other process can even read
   * meanwhile. "write" creates the file and brings its schema up to date; "read" needs a file that "write" has made. A
   * file that another process holds is tried again for some seconds, then `Locked`.
   */
  readonly open: (file: string, mode: Mode) => Effect.Effect<Connection, WarehouseError, Scope.Scope>
  /** What is in a database of this version, in words; in the order of docs/schema.md. Opens nothing. */
  readonly schema: Effect.Effect<ReadonlyArray<Relation>>
  /**
   * A statement of a user, in an instance of its own that can neither write, nor read other files, nor change a setting.
   * One that takes longer than `timeout` is interrupted, its connection is closed, and then it is a `Timeout`.
   */
  readonly ask: (file: string, sql: string, options: AskOptions) => Effect.Effect<QueryResult, WarehouseError>
  /**
   * Drops the snapshots that are not to be kept and all that no kept one uses, whole or not at all, and gives the space
   * back. Who has the file open is waited for; nobody can write meanwhile, and nobody in this process read. Hold the
   * `RepositoryLock`: an ingest may be about to link a run that goes. `keep` below 1 is a bug of the caller, and dies.
   */
  readonly prune: (file: string, options: PruneOptions) => Effect.Effect<Pruned, WarehouseError>
}>() {}
