/**
 * The pipeline for one dataset: `ingest` with `only`. The tools that failed are rows with their reason; what fails here is
 * the database, the file system, or another ingest that is under way. The other datasets of the database stay linked
 * while what they depend on is unchanged.
 *
 * @since 0.1.0
 */
import type { PipelineContext } from "../domain/PipelineContext.js"
import { ingest, type IngestOptions } from "./ingest.js"

/**
 * @since 0.1.0
 * @category models
 */
export type DatasetOptions = Omit<IngestOptions, "only" | "tests">

/**
 * The checkers, and the typedness of the code.
 *
 * @since 0.1.0
 * @category programs
 */
export const typingIngest = (ctx: PipelineContext, options: Pick<DatasetOptions, "strict"> = {}) =>
  ingest(ctx, { only: ["typing"], ...options })

/**
 * The outcome of each test. Runs code of the repository.
 *
 * @since 0.1.0
 * @category programs
 */
export const testsIngest = (ctx: PipelineContext, options: Pick<DatasetOptions, "strict" | "pytestReport"> = {}) =>
  ingest(ctx, { only: ["tests"], ...options })

/**
 * The lines that tests run, and with `contexts` which test runs which. Runs code of the repository.
 *
 * @since 0.1.0
 * @category programs
 */
export const coverageIngest = (ctx: PipelineContext, options: Pick<DatasetOptions, "strict" | "contexts"> = {}) =>
  ingest(ctx, { only: ["coverage"], ...options })

/**
 * Symbols and where they occur.
 *
 * @since 0.1.0
 * @category programs
 */
export const scipIngest = (ctx: PipelineContext, options: Pick<DatasetOptions, "strict"> = {}) =>
  ingest(ctx, { only: ["scip"], ...options })
