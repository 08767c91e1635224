/**
 * Columns of unknown length. What `take` gives out is a copy that is as long as it has to be.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export class Integers {
  values = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1)
    this.values[this.length++] = value
  }

  /** Makes room for more values, which may then be set in `values`. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.values.length) return
    const grown = new Int32Array(Math.max(needed, 2 * this.values.length))
    grown.set(this.values.subarray(0, this.length))
    this.values = grown
  }

  clear(): void {
    this.length = 0
  }

  take(): Int32Array<ArrayBuffer> {
    const taken = this.values.slice(0, this.length)
    this.length = 0
    return taken
  }
}

/** Shorter copies are faster byte by byte. */
const shortCopy = 48

/**
 * @since 0.1.0
 * @category models
 */
export class Bytes {
  values = new Uint8Array(4096)
  length = 0

  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.values.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.values.length))
    grown.set(this.values.subarray(0, this.length))
    this.values = grown
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(1)
    this.values[this.length++] = value
  }

  append(source: Uint8Array, start: number, end: number): void {
    const count = end - start
    this.reserve(count)
    const { values } = this
    if (count > shortCopy) values.set(source.subarray(start, end), this.length)
    else for (let at = 0, to = this.length; at < count; at++) values[to + at] = source[start + at] ?? 0
    this.length += count
  }

  clear(): void {
    this.length = 0
  }

  take(): Uint8Array<ArrayBuffer> {
    const taken = this.values.slice(0, this.length)
    this.length = 0
    return taken
  }
}
