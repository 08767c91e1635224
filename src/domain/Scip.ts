/**
 * Symbols and where they occur: what scip-python said, and what of it is stored.
 *
 * @since 0.1.0
 */
import type * as Data from "effect/Data"
import type { Execution } from "./Execution.js"

/**
 * Files that one process indexes.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipShard {
  /** Sorted, relative to the repository. */
  readonly relPaths: ReadonlyArray<string>
  /** Of their sources. */
  readonly bytes: number
}

/**
 * An index file, and which of its documents count.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipOutput {
  /** Absolute; there for the length of the scope it was made in. Concatenated `Index` messages. */
  readonly path: string
  /** What a document's `relative_path`, which may begin with `../`, is relative to in the repository: empty, or ends with `/`. */
  readonly base: string
  /** The documents that belong to it, relative to the repository; others in the file are dropped. */
  readonly documents: ReadonlySet<string>
  readonly execution: Execution
}

/**
 * What became of indexing a set of files.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipIndexing {
  /** Their documents do not overlap. */
  readonly outputs: ReadonlyArray<ScipOutput>
  /** Files that could not be indexed -> why. Makes the run `partial`. */
  readonly failed: ReadonlyMap<string, string>
  /** Of all processes together: start of the first, wall time, arguments of the one that indexed most. */
  readonly execution: Execution
  readonly notices: ReadonlyArray<string>
}

/**
 * Who made an index, and of what.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipAbout {
  /** As the indexer calls itself; empty when it does not say. */
  readonly tool: string
  readonly version: string
  readonly args: ReadonlyArray<string>
  /** URL of the directory that documents are relative to, on the machine that the index was made on. */
  readonly projectRoot: string
}

/**
 * SCIP's symbol roles are a set of bits.
 *
 * @since 0.1.0
 * @category models
 */
export const SymbolRole = { Definition: 1, Import: 2, WriteAccess: 4, ReadAccess: 8 } as const

/**
 * @since 0.1.0
 * @category models
 */
export interface ScipRelationship {
  readonly relatedSymbol: string
  readonly isReference: boolean
  readonly isImplementation: boolean
  readonly isTypeDefinition: boolean
  readonly isDefinition: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ScipSymbol {
  /**
   * Of a document, `local N` is a symbol of this document alone, numbered from 0 by first position; of the external
   * symbols it is one of some document, which one the index does not say.
   */
  readonly symbol: string
  /** Number of `SymbolInformation.Kind`; scip-python says 0, unspecified. */
  readonly kind: number
  readonly displayName: string
  readonly documentation: ReadonlyArray<string>
  /** Empty when there is none. */
  readonly enclosingSymbol: string
  readonly relationships: ReadonlyArray<ScipRelationship>
}

/**
 * Occurrences by column, number i of each, sorted by position; at the same position in the order of the index.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScipOccurrences {
  readonly symbols: ReadonlyArray<string>
  /** Start line, start character, end line, end character of each: 0-based, code points, end exclusive. */
  readonly ranges: Int32Array
  readonly roles: Int32Array
}

/**
 * @since 0.1.0
 * @category models
 */
export type ScipPart = Data.TaggedEnum<{
  Document: {
    readonly relPath: string
    readonly occurrences: ScipOccurrences
    readonly symbols: ReadonlyArray<ScipSymbol>
  }
  /** Symbols of other packages that the index refers to. */
  External: { readonly symbols: ReadonlyArray<ScipSymbol> }
}>
