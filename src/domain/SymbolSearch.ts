/**
 * What has a name, or has it as a part of its name.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Freshness } from "./Freshness.js"
import { Known } from "./Known.js"
import { Candidate } from "./SubjectUnclear.js"

/**
 * @since 0.1.0
 * @category models
 */
export const SymbolSearch = Schema.Struct({
  freshness: Freshness,
  name: Schema.String,
  /** How many there are in all; NULL with `matches`. */
  total: Schema.NullOr(Schema.NonNegativeInt),
  /**
   * Exact names before parts of names. Empty: nothing is called so. NULL: the code was not indexed, and nothing is known;
   * with a reason: there may be more.
   */
  matches: Known(Schema.Array(Candidate)),
  /** Where nothing matches: what is called almost so. */
  nearest: Schema.Array(Candidate)
})

/**
 * @since 0.1.0
 * @category models
 */
export type SymbolSearch = typeof SymbolSearch.Type
