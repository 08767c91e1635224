/**
 * Values of a column that DuckDB takes as bytes: no call and no object for each of them.
 *
 * @since 0.1.0
 */
import type { Vector } from "@duckdb/node-bindings"
import type { ScipTexts } from "../../domain/ScipBatch.js"
import type { Binding } from "./binding.js"
import type { Cell } from "./definition.js"

/**
 * Strings as bytes, which become no string on their way.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextValues extends ScipTexts {
  /** 0: NULL. All are given without it. */
  readonly isGiven?: Uint8Array
}

/**
 * Numbers of which some are NULL.
 *
 * @since 0.1.0
 * @category models
 */
export interface NumberValues {
  readonly numbers: Int32Array
  /** 0: NULL. */
  readonly isGiven: Uint8Array
}

/**
 * Of a column of booleans 0 or 1 each.
 *
 * @since 0.1.0
 * @category models
 */
export type PackedValues = Int32Array | Uint8Array | TextValues | NumberValues

/**
 * @since 0.1.0
 * @category refinements
 */
export const isPacked = (values: ArrayLike<Cell> | PackedValues): values is PackedValues =>
  "ends" in values || "numbers" in values || values instanceof Int32Array || values instanceof Uint8Array

/**
 * @since 0.1.0
 * @category getters
 */
export const countOf = (values: ArrayLike<Cell> | PackedValues): number =>
  "ends" in values ? values.ends.length : "numbers" in values ? values.numbers.length : values.length

/** A bit for each row, 1: given. */
const setValidity = ({ raw }: Binding, vector: Vector, isGiven: Uint8Array, start: number, count: number) => {
  const bits = new Uint8Array(8 * Math.ceil(count / 64))
  for (let row = 0; row < count; row++) {
    if (isGiven[start + row] !== 0) bits[row >>> 3] = (bits[row >>> 3] ?? 0) | (1 << (row & 7))
  }
  raw.vector_ensure_validity_writable(vector)
  raw.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.length)
}

const setBytes = (
  { raw }: Binding,
  vector: Vector,
  { BYTES_PER_ELEMENT: size, buffer, byteOffset }: Int32Array | Uint8Array,
  start: number,
  count: number
) => {
  if (!(buffer instanceof ArrayBuffer)) throw new Error("values in shared memory")
  raw.copy_data_to_vector(vector, 0, buffer, byteOffset + size * start, size * count)
}

/** Bytes of `duckdb_string_t`, and as many as the largest chunk has. */
const textSize = 16
const emptyTexts = new Uint8Array(textSize * 2048)

const setTexts = (
  { raw }: Binding,
  vector: Vector,
  { bytes, ends, isGiven }: TextValues,
  start: number,
  count: number
) => {
  let from = start === 0 ? 0 : ends[start - 1] ?? 0
  // an empty string is all zeros: many columns hold nothing else
  raw.copy_data_to_vector(vector, 0, emptyTexts.buffer, 0, textSize * count)
  for (let row = 0; row < count; row++) {
    const end = ends[start + row] ?? 0
    if (end > from && isGiven?.[start + row] !== 0) {
      raw.vector_assign_string_element_len(vector, row, bytes.subarray(from, end))
    }
    from = end
  }
}

/**
 * Sets `count` values of a vector of the type that they are of.
 *
 * @since 0.1.0
 * @category combinators
 */
export const setPacked = (
  binding: Binding,
  vector: Vector,
  values: PackedValues,
  start: number,
  count: number
): void => {
  if ("ends" in values) setTexts(binding, vector, values, start, count)
  else setBytes(binding, vector, "numbers" in values ? values.numbers : values, start, count)
  if ("isGiven" in values && values.isGiven !== undefined) setValidity(binding, vector, values.isGiven, start, count)
}
