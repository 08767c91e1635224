/**
 * An index file as batches, one at a time and without waiting: for a thread of its own, and for small files.
 *
 * @since 0.1.0
 */
// @effect-diagnostics-next-line nodeBuiltinImport:off - a worker has no runtime
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs"
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { join } from "node:path"
import { PbfReader } from "pbf"
import type { ScipPart } from "../../domain/Scip.js"
import type { ScipBatch } from "../../domain/ScipBatch.js"
import * as Batcher from "./batcher.js"
import { rebase } from "./rebase.js"
import { chunkSize, IndexField, type IndexMessage, makeSplitter } from "./splitter.js"
import { WireFault } from "./wire.js"
import * as WireDocument from "./wireDocument.js"
import * as WireNames from "./wireNames.js"

/**
 * What can be handed to another thread.
 *
 * @since 0.1.0
 * @category models
 */
export interface SourceOptions {
  readonly file: string
  /** Root of the repository. */
  readonly root: string
  readonly base: string
  readonly documents: ReadonlySet<string>
  readonly isChecked: boolean
  /** Bytes of a batch, about. The largest document may be larger. */
  readonly batchBytes: number
}

/**
 * @since 0.1.0
 * @category models
 */
export type External = Extract<ScipPart, { readonly _tag: "External" }>

/**
 * `End` comes once, and nothing after it.
 *
 * @since 0.1.0
 * @category models
 */
export type Piece =
  | ScipBatch
  | External
  | { readonly _tag: "End" }
  | { readonly _tag: "Malformed"; readonly offset: number; readonly problem: string }

/**
 * @since 0.1.0
 * @category models
 */
export interface BatchSource {
  readonly next: () => Piece
  readonly close: () => void
}

const orUndefined = <A>(evaluate: () => A): A | undefined => {
  try {
    return evaluate()
  } catch {
    return undefined
  }
}

/** To read from what has become a named pipe may never end. */
const textOf = (file: string) => orUndefined(() => statSync(file).isFile() ? readFileSync(file) : undefined)

const problemOf = (cause: unknown) => cause instanceof Error ? cause.message : String(cause)

/** External symbols that are given out at once. */
const mostExternals = 4096

/**
 * Throws nothing: what is wrong with the file is a piece.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: SourceOptions): BatchSource => {
  const { base, batchBytes, documents, file, isChecked, root } = options
  const batcher = Batcher.make({
    isChecked,
    place: (relativePath) => rebase(base, relativePath),
    belongs: (relPath) => documents.has(relPath),
    textOf: (relPath) => textOf(join(root, relPath))
  })
  const readExternal = WireDocument.make(WireNames.make()).symbol
  let externals: Array<External["symbols"][number]> = []
  let descriptor: number | undefined
  let isAtEnd = false

  const add = ({ bytes, field, offset }: IndexMessage) => {
    const reader = new PbfReader(bytes)
    try {
      if (field === IndexField.Document) batcher.add(reader)
      else if (field === IndexField.ExternalSymbol) externals.push(readExternal(reader))
    } catch (cause) {
      throw new WireFault(offset + (cause instanceof WireFault ? cause.offset : reader.pos), problemOf(cause))
    }
  }

  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = undefined
  }

  function* pieces(): Generator<Piece> {
    let opened: number
    let size: number
    try {
      opened = openSync(file, "r")
      descriptor = opened
      size = fstatSync(opened).size
    } catch (cause) {
      yield { _tag: "Malformed", offset: 0, problem: `it cannot be read (${problemOf(cause)})` }
      return
    }
    const splitter = makeSplitter(size)
    const chunk = new Uint8Array(Math.min(chunkSize, Math.max(1, size)))
    for (;;) {
      const count = readSync(opened, chunk)
      if (count === 0) break
      for (const message of splitter.push(chunk.subarray(0, count))) {
        add(message)
        if (batcher.size() >= batchBytes) yield batcher.take()
      }
      if (externals.length >= mostExternals) {
        yield { _tag: "External", symbols: externals }
        externals = []
      }
    }
    splitter.end()
    if (batcher.size() > 0) yield batcher.take()
    if (externals.length > 0) yield { _tag: "External", symbols: externals }
  }

  const all = pieces()
  return {
    next: () => {
      if (isAtEnd) return { _tag: "End" }
      try {
        const { done, value } = all.next()
        if (done !== true) return value
        isAtEnd = true
        return { _tag: "End" }
      } catch (cause) {
        isAtEnd = true
        return { _tag: "Malformed", offset: cause instanceof WireFault ? cause.offset : 0, problem: problemOf(cause) }
      }
    },
    close
  }
}
