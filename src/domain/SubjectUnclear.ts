/**
 * A question about something that cannot be told.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Something that could be meant.
 *
 * @since 0.1.0
 * @category models
 */
export const Candidate = Schema.Struct({
  /** What to ask for instead: means this one alone. */
  subject: Schema.String,
  kind: Schema.String,
  relPath: Schema.String,
  /** NULL: the whole file. */
  line: Schema.NullOr(Schema.NonNegativeInt)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Candidate = typeof Candidate.Type

const SHOWN = 20

/**
 * Nothing has that name, or more than one thing has.
 *
 * @since 0.1.0
 * @category errors
 */
export class SubjectUnclear extends Schema.TaggedError<SubjectUnclear>("codeintel/SubjectUnclear")("SubjectUnclear", {
  subject: Schema.String,
  reason: Schema.Literal("Ambiguous", "Unknown"),
  /** Those that have the name; or whose names are nearest, which may be none. */
  candidates: Schema.Array(Candidate),
  /** What else to know: that the repository is not indexed. */
  hint: Schema.String
}) {
  override get message(): string {
    const { candidates, hint, reason, subject } = this
    const width = Math.max(0, ...candidates.slice(0, SHOWN).map((each) => each.subject.length))
    const lines = candidates.slice(0, SHOWN).map(({ kind, line, relPath, subject }) =>
      `  ${subject.padEnd(width)}  ${kind}, ${relPath}${line === null ? "" : `:${line}`}`
    )
    const more = candidates.length > SHOWN ? [`  and ${candidates.length - SHOWN} more`] : []
    const what = reason === "Ambiguous"
      ? `${subject}: ${candidates.length} have that name; ask for one of`
      : candidates.length === 0
      ? `${subject}: nothing has that name`
      : `${subject}: nothing has that name; the nearest are`
    return [what, ...lines, ...more, ...(hint === "" ? [] : [hint])].join("\n")
  }
}
