/**
 * Functions and classes that nothing in the repository refers to, with what speaks for and against their being dead, as
 * `codeintel dead --json` prints it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Freshness } from "./Freshness.js"

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)

/**
 * - `high`: nothing speaks against it
 * - `public`: nothing but that it is public in a package that others may import
 * - `low`: something else does; `because` says what
 *
 * @since 0.1.0
 * @category models
 */
export const Confidence = Schema.Literal("high", "public", "low")

/**
 * @since 0.1.0
 * @category models
 */
export type Confidence = typeof Confidence.Type

/**
 * @since 0.1.0
 * @category models
 */
export const DeadCandidate = Schema.Struct({
  /** `module:Class.method`, to be given to `codeintel show`. */
  name: Schema.String,
  symbol: Schema.String,
  kind: Schema.Literal("function", "method", "class"),
  relPath: Schema.String,
  startLine: Count,
  endLine: Count,
  /** Places outside itself that refer to it, but for import statements. */
  references: Schema.Literal(0),
  /** Import statements that name it. */
  imports: Count,
  /** Whether tests ran a line of its body; NULL: not measured, or it has no body. */
  covered: Schema.NullOr(Schema.Boolean),
  /** Who calls it without a reference: a console script, pytest, IPython; NULL: nobody that is known. */
  entryPoint: Schema.NullOr(Schema.String),
  inAll: Schema.Boolean,
  /** Decorators that may hand it to somebody; not those that only wrap it. */
  registeredBy: Schema.Array(Schema.String),
  /** What it overrides or implements. */
  overrides: Schema.Array(Schema.String),
  /** Something overrides it: who calls that one may mean this one. */
  overridden: Schema.Boolean,
  /** Of a file that does not parse an index may know a part. */
  parses: Schema.Boolean,
  /** Its class has a base that the index does not know, or of a package that is installed: it may override something, or be called there. */
  unknownBase: Schema.Boolean,
  /** Tests ran other methods of its class that nothing refers to: somebody calls them through an interface. */
  siblingsRan: Schema.Boolean,
  /**
   * Uses of its name, elsewhere, that the index cannot place: `.name` of an object whose type is not known. NULL, as the next
   * three: not looked for, as something else speaks against it.
   */
  attributeMentions: MaybeCount,
  /** The name as the end of a string: `getattr`, a patch, a path to be imported. */
  stringMentions: MaybeCount,
  /** Of a method, references to others of the same name: its class may be used in the place of theirs. */
  sameNameReferences: MaybeCount,
  /** A string that its name begins with, and may be built from: `visit_`; NULL: there is none. */
  builtFrom: Schema.NullOr(Schema.String),
  /** Other words like it: comments, documentation, keywords. */
  textMentions: MaybeCount,
  inTests: Schema.Boolean,
  /** No part of its name begins with an underscore, and its package is one that others can import. */
  isPublic: Schema.Boolean,
  confidence: Confidence,
  /** What speaks against its being dead. */
  because: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type DeadCandidate = typeof DeadCandidate.Type

/**
 * @since 0.1.0
 * @category models
 */
export const DeadCode = Schema.Struct({
  freshness: Freshness,
  /** Functions and classes that are indexed; special methods and tests, which are called by their names, are no candidates. */
  definitions: Count,
  counts: Schema.Struct({ high: Count, public: Count, low: Count }),
  /** High before public before low, by place. */
  candidates: Schema.Array(DeadCandidate)
})

/**
 * @since 0.1.0
 * @category models
 */
export type DeadCode = typeof DeadCode.Type
