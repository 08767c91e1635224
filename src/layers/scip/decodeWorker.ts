/**
 * The thread that decodes while another writes. Loads nothing but the decoder: a thread with all of codeintel takes half
 * a second to start.
 *
 * @since 0.1.0
 */
import { parentPort, workerData } from "node:worker_threads"
import { make, type Piece, type SourceOptions } from "./batchSource.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface DecodeRequest {
  readonly options: SourceOptions
  /** Pieces that may still be sent: whoever takes one allows one more. */
  readonly credits: Int32Array
}

const buffersOf = (piece: Piece): Array<ArrayBuffer> => {
  if (piece._tag !== "Batch") return []
  const { information, names, occurrences, relationships } = piece
  const texts = [names, information.displayNames, information.documentation].flatMap(({ bytes, ends }) => [bytes, ends])
  const { displayNames: _, documentation: __, ...columns } = information
  return [...texts, ...Object.values(columns), ...Object.values(occurrences), ...Object.values(relationships)]
    .flatMap(({ buffer }) => buffer instanceof ArrayBuffer ? [buffer] : [])
}

const run = ({ credits, options }: DecodeRequest) => {
  const source = make(options)
  for (;;) {
    while (Atomics.load(credits, 0) <= 0) Atomics.wait(credits, 0, 0)
    Atomics.sub(credits, 0, 1)
    const piece = source.next()
    parentPort?.postMessage(piece, buffersOf(piece))
    if (piece._tag === "End" || piece._tag === "Malformed") break
  }
  source.close()
}

run(workerData)
