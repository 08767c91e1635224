/**
 * @since 0.1.0
 */
import type { PipelineContext } from "../domain/PipelineContext.js"
import { ingest } from "./ingest.js"

/**
 * Typing alone: the checkers and the typedness of the code, into the database of `ctx`. The tools that failed are rows
 * with their reason; what fails here is the database, the file system, or another ingest that is under way.
 *
 * @since 0.1.0
 * @category programs
 */
export const typingIngest = (ctx: PipelineContext, options: { readonly strict?: boolean } = {}) =>
  ingest(ctx, { only: ["typing"], ...options })
