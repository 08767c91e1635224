/**
 * Documents of an index on their way to the database: many at once, by column, names as bytes.
 *
 * @since 0.1.0
 */

/**
 * Strings in UTF-8, one after the other.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipTexts {
  readonly bytes: Uint8Array
  /** Where each ends in `bytes`; it begins where the one before ends. */
  readonly ends: Int32Array
}

/**
 * Where a column of symbols has none.
 *
 * @since 0.1.0
 * @category constants
 */
export const NO_SYMBOL = 0x7fffffff

/**
 * What was found when columns were turned to code points.
 *
 * - `Converted`: by the text of the file, or there was nothing to convert
 * - `AsGiven`: without a text, columns are those of the index
 * - `OtherText`: the index has the text that it was made of, and the file has another
 *
 * @since 0.1.0
 * @category models
 */
export type ScipColumns = "Converted" | "AsGiven" | "OtherText"

/**
 * @since 0.1.0
 * @category models
 */
export interface ScipBatchDocument {
  /** Relative to the repository; null: the external symbols of a run. */
  readonly relPath: string | null
  /** SHA-256 of the occurrences and symbols, local symbols numbered by position, hexadecimal. */
  readonly contentHash: string
  /** Rows of `occurrences`. */
  readonly occurrences: number
  /** Rows of `information`. */
  readonly symbols: number
  readonly relationships: number
  readonly columns: ScipColumns
  /** Occurrences that are not within the text of the file: left out. */
  readonly outsideText: number
}

/**
 * The rows of `documents`, in their order. A symbol is a number of `numbering`, or -1 - N for `local N` of its document.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipBatch {
  readonly _tag: "Batch"
  /** Batches with the same number the same symbols. */
  readonly numbering: object
  /** Number of the first of `names`. Those before were in earlier batches. */
  readonly firstName: number
  /** Symbols that no batch before had. */
  readonly names: ScipTexts
  readonly documents: ReadonlyArray<ScipBatchDocument>
  /** Paths of documents that do not belong to the output. */
  readonly passedOver: ReadonlyArray<string>
  readonly occurrences: {
    readonly symbols: Int32Array
    /** 1-based, columns in code points, the end exclusive. */
    readonly startLines: Int32Array
    readonly startColumns: Int32Array
    readonly endLines: Int32Array
    readonly endColumns: Int32Array
    readonly roles: Int32Array
  }
  readonly information: {
    readonly symbols: Int32Array
    readonly kinds: Int32Array
    readonly displayNames: ScipTexts
    /** The texts of each with a blank line between. */
    readonly documentation: ScipTexts
    /** 0: none is given. */
    readonly isDocumented: Uint8Array
    /** `NO_SYMBOL`: not said. */
    readonly enclosing: Int32Array
  }
  readonly relationships: {
    readonly symbols: Int32Array
    readonly related: Int32Array
    /** Sum of 1 reference, 2 implementation, 4 type definition, 8 definition. */
    readonly flags: Uint8Array
  }
}
