/**
 * Bytes of one stream, in chunks as they come, to lines.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface LineSplitter {
  /** The lines that are complete with these bytes. */
  readonly push: (bytes: Uint8Array) => ReadonlyArray<string>
  /** What is left when the stream has ended: a last line that has no line end. */
  readonly end: () => ReadonlyArray<string>
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/**
 * A line ends with `\n`, `\r\n` or `\r` (a progress bar that rewrites its line), and is cut after `maxLength` UTF-16
 * units, so that a stream without line ends costs no more memory than that.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (maxLength: number): LineSplitter => {
  const decoder = new TextDecoder()
  let open = ""
  let afterReturn = false

  const cut = (line: string): string => {
    if (line.length <= maxLength) return line
    return line.slice(0, isHighSurrogate(line.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength)
  }

  const split = (text: string): ReadonlyArray<string> => {
    if (text === "") return []
    const parts = (afterReturn && text.startsWith("\n") ? text.slice(1) : text).split(/\r\n|\n|\r/)
    afterReturn = text.endsWith("\r")
    const complete = parts.slice(0, -1).map((part, index) => cut(index === 0 ? open + part : part))
    const before = parts.length === 1 ? open : ""
    // of a line that is too long already nothing is added: it would be copied for each chunk
    open = before.length >= maxLength ? before : cut(before + (parts.at(-1) ?? ""))
    return complete
  }

  return {
    push: (bytes) => split(decoder.decode(bytes, { stream: true })),
    end: () => {
      const complete = split(decoder.decode())
      return open === "" ? complete : [...complete, open]
    }
  }
}
