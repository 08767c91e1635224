/**
 * An index that was made elsewhere, of whatever language, into the database of a repository.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { type RepositoryError, ScipElsewhere, type ScipMalformed } from "../domain/errors.js"
import type { ImportSummary } from "../domain/ImportSummary.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ScipAbout, ScipPart } from "../domain/Scip.js"
import type { ScipBatch } from "../domain/ScipBatch.js"
import { otherTools, type ToolName, toolNameFrom } from "../domain/ToolName.js"
import type { ToolRun } from "../domain/ToolRun.js"
import { Repositories } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { ScipReader } from "../services/ScipReader.js"
import { ToolService } from "../services/ToolService.js"
import type { Connection } from "../services/Warehouse.js"
import { writing } from "./database.js"
import { keyOf, otherLinks } from "./importedIndexes.js"
import * as ImportFindings from "./importFindings.js"
import * as RunRecord from "./runRecord.js"

/**
 * The name under which the runs of an indexer are stored: never that of a tool of ours that says something else.
 *
 * @since 0.1.0
 * @category getters
 */
export const toolNameOf = (name: string, checkers: ReadonlyArray<ToolName>): ToolName => {
  const plain = Option.getOrElse(toolNameFrom(name), () => "scip")
  if (plain === "scip-python") return plain
  return checkers.includes(plain) || otherTools.includes(plain) ? `scip-${plain}` : plain
}

const reasonOf = ({ notes }: ImportFindings.Findings): Option.Option<string> =>
  notes.length === 0 ? Option.none() : Option.some(notes.join("\n"))

/** Where in the repository the documents are, as `ScipOutput.base`. */
const baseOf = Effect.fnUntraced(function*({ root }: PipelineContext, file: string, { projectRoot }: ScipAbout) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = yield* Effect.option(
    Effect.try(() => new URL(projectRoot)).pipe(Effect.flatMap(path.fromFileUrl), Effect.flatMap(fs.realPath))
  )
  // of a directory of another machine nothing is known: the files say whether it was this repository
  if (Option.isNone(directory) || directory.value === root) return ""
  const inRepository = path.relative(root, directory.value)
  const isIn = (relative: string) =>
    relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
  if (isIn(inRepository)) return `${inRepository.split(path.sep).join("/")}/`
  if (!isIn(path.relative(directory.value, root))) return ""
  return yield* new ScipElsewhere({
    file,
    root,
    problem: `it was made of ${directory.value}, of which this is a part; import it there`
  })
})

const read = (connection: Connection, runId: string) =>
  Effect.map(
    connection.query(
      `SELECT count(*), coalesce(sum(c.occurrences), 0)::BIGINT, coalesce(sum(c.symbols), 0)::BIGINT
      FROM core.scip_run_documents d JOIN core.scip_documents c ON c.document_id = d.document_id
      WHERE d.run_id = $1 AND d.rel_path IS NOT NULL`,
      [runId]
    ),
    ({ rows: [counts] }) => ({
      documents: Number(counts?.[0]),
      occurrences: Number(counts?.[1]),
      symbols: Number(counts?.[2])
    })
  )

/**
 * Loads the index in `file` and links it to the snapshot of the present content of the repository, in place of what that
 * has of the same tool; what other tools said of the content stays linked. Fails for what is no index, or one of other
 * files, and then nothing is stored.
 *
 * @since 0.1.0
 * @category programs
 */
export const scipImport = Effect.fn("scipImport")(function*(ctx: PipelineContext, file: string) {
  const repositories = yield* Repositories
  const lock = yield* RepositoryLock
  const { about, batches } = yield* ScipReader
  const { checkers } = yield* ToolService
  const startedAt = yield* DateTime.now

  const made = yield* about(file)
  const base = yield* baseOf(ctx, file, made)
  const tool = toolNameOf(made.tool, checkers)
  const runId = yield* RunRecord.newRunId
  yield* lock.acquire(ctx)
  yield* repositories.prepareState(ctx)

  const gathering = ImportFindings.make()
  const documents = new Set([...ctx.snapshot.files.keys()].filter((relPath) => !ctx.aliases.has(relPath)))
  const parts = Stream.tap(
    batches(ctx, { path: file, base, documents }, { isChecked: true }),
    (part: ScipPart | ScipBatch) => Effect.sync(() => gathering.add(part))
  )

  const begun: ToolRun = {
    runId,
    tool,
    executable: Option.none(),
    version: Option.liftPredicate(made.version, (version) => version !== ""),
    args: made.args,
    cwd: ctx.root,
    startedAt,
    durationMs: 0,
    exitCode: Option.none(),
    signal: Option.none(),
    status: "imported",
    reason: Option.none(),
    filesAnalyzed: Option.none(),
    unresolvedImports: Option.none(),
    imports: Option.none(),
    outsideRepository: 0,
    key: Option.none(),
    baseKey: Option.none()
  }
  const outcome = yield* Ref.make(gathering.conclude([]))

  const conclude = Effect.gen(function*() {
    const changed = yield* repositories.changedSince(ctx)
    const findings = gathering.conclude(changed)
    yield* Ref.set(outcome, findings)
    const { files, notes, summary } = findings
    if (files.length === 0) {
      const problem = notes.length === 0 ? "it has no document" : notes.join("\n")
      return yield* new ScipElsewhere({ file, root: ctx.root, problem })
    }
    const relPaths = files.map(({ relPath }) => relPath)
    const run: ToolRun = {
      ...begun,
      durationMs: DateTime.distance(startedAt, yield* DateTime.now),
      reason: reasonOf(findings),
      filesAnalyzed: Option.some(files.filter(({ measured }) => Option.contains(measured, true)).length),
      outsideRepository: summary.outsideRepository.count,
      key: relPaths.some((relPath) => changed.includes(relPath)) ? Option.none() : yield* keyOf(ctx, relPaths)
    }
    return { run, files }
  })

  return yield* writing(ctx, (connection) =>
    Effect.gen(function*() {
      yield* connection.writeScipRun<ScipMalformed | ScipElsewhere | RepositoryError, Repositories>({
        run: begun,
        files: [],
        parts,
        conclude
      })
      const findings = yield* Ref.get(outcome)
      const links = yield* otherLinks(ctx, connection, [tool])
      yield* connection.finishSnapshot({
        repo: ctx.root,
        snapshot: ctx.snapshot,
        modules: ctx.modules,
        runs: [...links, {
          tool,
          runId: Option.some(runId),
          status: "imported",
          reason: reasonOf(findings),
          reused: false,
          isChecker: false
        }],
        startedAt,
        finishedAt: yield* DateTime.now
      })
      const summary: ImportSummary = {
        format: "scip",
        repo: ctx.root,
        database: ctx.paths.database,
        snapshotId: ctx.snapshot.id,
        tool,
        version: Option.getOrNull(begun.version),
        ...(yield* read(connection, runId)),
        ...findings.summary,
        notes: findings.notes
      }
      return summary
    }))
}, Effect.scoped)
