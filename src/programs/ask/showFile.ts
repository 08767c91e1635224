/**
 * All that is known of a file.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type { Freshness } from "../../domain/Freshness.js"
import { known, unknown } from "../../domain/Known.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ShownFile } from "../../domain/Show.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { churnOf, type ChurnQuestion } from "./churn.js"
import { coverageIn, findingsIn, testsIn } from "./measures.js"

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)

const File = Schema.Struct({
  lines: Count,
  parseError: Schema.NullOr(Schema.String),
  functions: MaybeCount,
  parameters: MaybeCount,
  annotatedParameters: MaybeCount,
  annotatedReturns: MaybeCount,
  untypedFunctions: MaybeCount
})

const fileSql = `
  SELECT f.lines, f.parse_error AS "parseError", t.functions, t.parameters,
         t.annotated_parameters AS "annotatedParameters", t.annotated_returns AS "annotatedReturns",
         t.untyped_functions AS "untypedFunctions"
  FROM files f LEFT JOIN typing_signals t USING (rel_path) WHERE f.rel_path = $1`

const FunctionRow = Schema.Struct({ qualifiedName: Schema.String, startLine: Count, endLine: Count })

const functionsSql = `
  SELECT qualified_name AS "qualifiedName", start_line AS "startLine", end_line AS "endLine"
  FROM functions WHERE rel_path = $1 ORDER BY start_line, end_line DESC`

const Import = Schema.Struct({ relPath: Schema.String, line: Count })

// what a relative import starts from: the package of the module, and one up for each further dot
const importersSql = `
  WITH imports AS (
    SELECT m.rel_path, i.line, i.names, CASE WHEN i.level = 0 THEN i.module ELSE array_to_string(list_filter([
        array_to_string(list_slice(string_split(m.module_name, '.'), 1,
          len(string_split(m.module_name, '.')) - i.level +
            CASE WHEN m.rel_path SIMILAR TO '(.*/)?__init__\\.pyi?' THEN 1 ELSE 0 END), '.'), i.module
      ], lambda part: part <> ''), '.') END AS module
    FROM core.imports i JOIN files m USING (content_hash)
  )
  SELECT rel_path AS "relPath", min(line)::INTEGER AS line FROM imports
  WHERE rel_path <> $2 AND (module = $1 OR list_contains(list_transform(names, lambda name: module || '.' || name), $1))
  GROUP BY rel_path ORDER BY rel_path`

const noSyntax = "it could not be read when it was ingested"

/**
 * @since 0.1.0
 * @category programs
 */
export const showFile = Effect.fn("showFile")(function*(
  connection: Connection,
  ctx: PipelineContext,
  freshness: Freshness,
  file: { readonly relPath: string; readonly moduleName: string },
  options: Pick<ChurnQuestion, "since"> & { readonly limit: number }
) {
  const { moduleName, relPath } = file
  const read = rowsOf(connection)
  // git reads while the database is asked
  const churning = yield* Effect.fork(churnOf(ctx, freshness, { ...options, relPaths: [relPath] }))
  const [about] = yield* read(fileSql, File, [relPath])
  if (about === undefined) return yield* Effect.dieMessage(`${relPath} is in no view of files`)
  const { functions, lines, parseError, ...signals } = about
  const { annotatedParameters, annotatedReturns, parameters, untypedFunctions } = signals
  const all = [{ start: 1, end: Math.max(1, lines) }]
  const { rows: [unread] } = yield* connection.query(
    "SELECT count(*) FROM files ANTI JOIN core.syntax USING (content_hash) WHERE rel_path <> $1",
    [relPath]
  )
  const importedBy = yield* read(importersSql, Import, [moduleName, relPath])
  const shown: ShownFile = {
    _tag: "File",
    freshness,
    relPath,
    moduleName,
    lines,
    parseError,
    changedSince: freshness.changedFiles.includes(relPath),
    functions: functions === null
      ? unknown(noSyntax)
      : { value: yield* read(functionsSql, FunctionRow, [relPath]), reason: parseError },
    typedness: functions === null || parameters === null || annotatedParameters === null || annotatedReturns === null ||
        untypedFunctions === null
      ? unknown(noSyntax)
      : {
        value: { functions, parameters, annotatedParameters, annotatedReturns, untypedFunctions },
        reason: parseError
      },
    importedBy: unread?.[0] === 0
      ? known(importedBy)
      : { value: importedBy, reason: `${String(unread?.[0])} files could not be read: imports in them are not known` },
    findings: yield* findingsIn(connection, relPath, all, options.limit),
    coverage: yield* coverageIn(connection, relPath, all),
    tests: yield* testsIn(connection, relPath, all, options.limit),
    churn: (yield* Fiber.join(churning)).ofFile(relPath)
  }
  return shown
})
