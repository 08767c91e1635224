/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The question can only be answered over all files, and not all are indexed: what has no reference in an index that is not
 * whole may have one in the rest.
 *
 * @since 0.1.0
 * @category errors
 */
export class IndexIncomplete
  extends Schema.TaggedError<IndexIncomplete>("codeintel/IndexIncomplete")("IndexIncomplete", {
    database: Schema.String,
    problem: Schema.String,
    hint: Schema.String
  })
{
  override get message(): string {
    return `${this.database}: ${this.problem}\n${this.hint}`
  }
}
