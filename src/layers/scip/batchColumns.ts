/**
 * The columns of a batch while it is filled.
 *
 * @since 0.1.0
 */
import type { ScipBatch, ScipBatchDocument } from "../../domain/ScipBatch.js"
import { Bytes, Integers } from "./growing.js"

/**
 * @since 0.1.0
 * @category models
 */
export class Texts {
  readonly bytes = new Bytes()
  readonly ends = new Integers()

  /** What was added to `bytes` since the one before is a text. */
  end(): void {
    this.ends.push(this.bytes.length)
  }

  /** Where the text with this number begins. */
  startOf(index: number): number {
    return index === 0 ? 0 : this.ends.values[index - 1] ?? 0
  }

  take(): ScipBatch["names"] {
    return { bytes: this.bytes.take(), ends: this.ends.take() }
  }
}

/**
 * How much there is of everything: where the rows of the next document begin.
 *
 * @since 0.1.0
 * @category models
 */
export interface Mark {
  readonly occurrences: number
  readonly symbols: number
  readonly relationships: number
  readonly pieces: number
}

/**
 * @since 0.1.0
 * @category models
 */
export class BatchColumns {
  readonly documents: Array<ScipBatchDocument> = []
  readonly passedOver: Array<string> = []
  readonly symbols = new Integers()
  readonly startLines = new Integers()
  readonly startColumns = new Integers()
  readonly endLines = new Integers()
  readonly endColumns = new Integers()
  readonly roles = new Integers()

  readonly described = new Integers()
  readonly kinds = new Integers()
  readonly displayNames = new Texts()
  readonly documentation = new Texts()
  /** Texts of each documentation, which `documentation` has joined, and the bytes of each text. */
  readonly pieceCounts = new Integers()
  readonly pieces = new Integers()
  readonly enclosing = new Integers()

  /** Which row of `described` a relationship is of. */
  readonly owners = new Integers()
  readonly related = new Integers()
  readonly flags = new Integers()

  mark(): Mark {
    return {
      occurrences: this.symbols.length,
      symbols: this.described.length,
      relationships: this.related.length,
      pieces: this.pieces.length
    }
  }

  /** Leaves out the occurrences from this one on. */
  cut(length: number): void {
    for (
      const column of [this.symbols, this.startLines, this.startColumns, this.endLines, this.endColumns, this.roles]
    ) {
      column.length = length
    }
  }

  /** Bytes, about; 0: there is nothing to give out. */
  size(): number {
    return 200 * (this.documents.length + this.passedOver.length) + 24 * this.symbols.length +
      20 * this.described.length + 12 * this.related.length +
      this.documentation.bytes.length + this.displayNames.bytes.length
  }

  /** The batch, and then these columns are empty. */
  take(names: Pick<ScipBatch, "numbering" | "firstName" | "names">): ScipBatch {
    const { described, owners } = this
    const batch: ScipBatch = {
      _tag: "Batch",
      ...names,
      documents: this.documents.splice(0),
      passedOver: this.passedOver.splice(0),
      relationships: {
        symbols: owners.take().map((owner) => described.values[owner] ?? 0),
        related: this.related.take(),
        flags: new Uint8Array(this.flags.take())
      },
      occurrences: {
        symbols: this.symbols.take(),
        startLines: this.startLines.take(),
        startColumns: this.startColumns.take(),
        endLines: this.endLines.take(),
        endColumns: this.endColumns.take(),
        roles: this.roles.take()
      },
      information: {
        symbols: this.described.take(),
        kinds: this.kinds.take(),
        displayNames: this.displayNames.take(),
        documentation: this.documentation.take(),
        isDocumented: new Uint8Array(this.pieceCounts.take().map((count) => count === 0 ? 0 : 1)),
        enclosing: this.enclosing.take()
      }
    }
    this.pieces.clear()
    return batch
  }
}
