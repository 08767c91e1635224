/**
 * A stored state of the repository in which it was recorded which test runs which line.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { differences, type Hashes, hashesOf } from "../../domain/contentChanges.js"
import { OUTSIDE_OF_TESTS } from "../../domain/CoverageReport.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import { RunStatus } from "../../domain/ToolRun.js"
import type { Connection } from "../../services/Warehouse.js"
import { CONTEXTS } from "../ask/contexts.js"
import { indexState } from "../ask/indexState.js"
import { rowsOf } from "../rows.js"
import { plural, someOf } from "../runRecord.js"

/** Snapshots that are looked at, the latest first. */
const MAX_CANDIDATES = 50

const snapshotsSql = `
  SELECT snapshot_id AS "snapshotId", "commit", dirty FROM core.snapshots WHERE finished_at IS NOT NULL
  ORDER BY finished_at DESC LIMIT ${MAX_CANDIDATES}`

const Stored = Schema.Struct({
  snapshotId: Schema.String,
  commit: Schema.NullOr(Schema.String),
  dirty: Schema.Boolean
})

const runsSql = `SELECT tool, status, reason FROM tool_runs WHERE tool IN ('pytest', 'coverage')`

const Run = Schema.Struct({ tool: Schema.String, status: RunStatus, reason: Schema.NullOr(Schema.String) })

const outsideSql = `
  SELECT count(*) AS count FROM (
    FROM ${CONTEXTS} WHERE test_id = '${OUTSIDE_OF_TESTS}' LIMIT 1
  )`

const Count = Schema.Struct({ count: Schema.NonNegativeInt })

const File = Schema.Struct({ relPath: Schema.String, contentHash: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export interface Recorded {
  readonly snapshotId: string
  /** Of its Python files. */
  readonly hashes: Hashes
}

const NOT_RECORDED = "which test runs which line was not recorded: codeintel ingest --contexts"

/** What is missing in the snapshot that `connection` shows; none: nothing. */
const missing = Effect.fnUntraced(function*(connection: Connection) {
  const read = rowsOf(connection)
  const runs = yield* read(runsSql, Run)
  for (const tool of ["pytest", "coverage"]) {
    const run = runs.find((each) => each.tool === tool)
    if (run === undefined || run.status === "skipped") return Option.some(NOT_RECORDED)
    if (run.status !== "ok" && run.status !== "findings") {
      const [why = ""] = (run.reason ?? "").split("\n")
      return Option.some(`${tool} is ${run.status}${why === "" ? "" : ` (${why})`}: not all tests are recorded`)
    }
  }
  const [outside] = yield* read(outsideSql, Count)
  if (outside?.count !== 1) return Option.some(NOT_RECORDED)
  const { problem, unparsed } = yield* indexState(connection)
  return Option.map(Option.fromNullable(problem ?? unparsed), (why) => `not all references are known: ${why}`)
})

/** The states that the change is between. */
interface Ends {
  readonly base: PipelineContext
  readonly head: PipelineContext
}

/**
 * The latest snapshot that has the content of one of the ends, or is of the commit of one of them, without changes to it: what
 * files that are not Python had in it is not known otherwise. Each Python file is as it was at the base or as it is now. Left: why there is none.
 * The views of `connection` show it from now on.
 *
 * @since 0.1.0
 * @category programs
 */
export const recordedFor = Effect.fn("tests.recordedFor")(function*(connection: Connection, ends: Ends) {
  const read = rowsOf(connection)
  const [ofBase, ofHead] = [hashesOf(ends.base.modules), hashesOf(ends.head.modules)]
  const commits = [ends.base, ends.head].flatMap(({ snapshot }) => Option.toArray(snapshot.commit))
  const ids = [ends.base.snapshot.id, ends.head.snapshot.id]
  const problems: Array<string> = []

  for (const { commit, dirty, snapshotId } of yield* read(snapshotsSql, Stored)) {
    yield* connection.show(snapshotId)
    const lacking = yield* missing(connection)
    if (Option.isSome(lacking)) {
      problems.push(lacking.value)
      continue
    }
    const files = yield* read(`SELECT rel_path AS "relPath", content_hash AS "contentHash" FROM files`, File)
    const hashes = hashesOf(files)
    const strange = differences(hashes, ofBase).filter((relPath) => hashes.get(relPath) !== ofHead.get(relPath))
    const isOfCommit = commit !== null && commits.includes(commit) && !dirty
    if (strange.length === 0 && (ids.includes(snapshotId) || isOfCommit)) {
      const recorded: Recorded = { snapshotId, hashes }
      return Either.right(recorded)
    }
    problems.push(
      strange.length === 0
        ? "what was recorded is of another commit, or of changes that are not there now: codeintel ingest --contexts"
        : `what was recorded is of another content of ${plural(strange.length, "Python file")} (${someOf(strange)}): ` +
          "codeintel ingest --contexts"
    )
  }
  // that a state which is near was recorded, but changed, says more than that the latest was not
  const [problem = "nothing is stored yet: codeintel ingest --contexts"] = [
    ...problems.filter((each) => each !== NOT_RECORDED),
    ...problems
  ]
  return Either.left(problem)
})
