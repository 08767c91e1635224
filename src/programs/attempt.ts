/**
 * What became of a tool: the one shape in which checkers, tests, coverage and the index meet the pipeline.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ScipMalformed } from "../domain/errors.js"
import type { ToolName } from "../domain/ToolName.js"
import type { SnapshotRun, ToolRun } from "../domain/ToolRun.js"
import type { ScipReader } from "../services/ScipReader.js"
import type { CheckRun, CoverageRun, ScipRun, TestsRun } from "../services/Warehouse.js"
import type { Dataset } from "./datasets.js"
import type { ImportCounts } from "./prior.js"

/**
 * A run with its facts, on its way to the database.
 *
 * @since 0.1.0
 * @category models
 */
export type NewRun = Data.TaggedEnum<{
  Check: CheckRun
  Tests: TestsRun
  Coverage: CoverageRun
  Scip: ScipRun<ScipMalformed, ScipReader>
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const NewRun = Data.taggedEnum<NewRun>()

/**
 * What is known when a tool has ended, and once more when all have: its facts are judged by it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Verdict {
  /** None: what the result depends on is not what it was when the tool started, or not known. */
  readonly key: Option.Option<string>
  /** Paths that changed while the tools ran. */
  readonly changed: ReadonlyArray<string>
  readonly importCounts: ImportCounts
}

/**
 * @since 0.1.0
 * @category models
 */
export type Attempt = Data.TaggedEnum<{
  /** An earlier run stands. */
  Known: { readonly run: ToolRun }
  /** The tool ran; `key` is what its result depends on, as it was before. */
  Ran: { readonly tool: ToolName; readonly key: Option.Option<string>; readonly judge: (verdict: Verdict) => NewRun }
  /** Its facts, or that there are none, do not depend on what else is found out: it failed, or was made elsewhere. */
  Settled: { readonly run: NewRun }
  /** Nothing was run. */
  Skipped: { readonly link: SnapshotRun }
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const Attempt = Data.taggedEnum<Attempt>()

/**
 * The run of a tool that gave no facts, in the shape of its dataset.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withoutFacts = (dataset: Dataset, run: ToolRun): NewRun => {
  switch (dataset) {
    case "typing":
      return NewRun.Check({ run, files: [], diagnostics: [] })
    case "tests":
      return NewRun.Tests({ run, results: [] })
    case "coverage":
      return NewRun.Coverage({ run, files: [], lines: new Map(), contexts: Option.none() })
    case "scip":
      return NewRun.Scip({ run, files: [], parts: Stream.empty })
  }
}
