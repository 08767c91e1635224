/**
 * The lines of a text, as the tools end them: pyright, ruff and pyrefly agree on LF, CR and CRLF, and that form feed, U+0085
 * and U+2028 end none. A last line without an end is one.
 *
 * @since 0.1.0
 * @category getters
 */
export const linesOf = (text: string): ReadonlyArray<string> => text.split(/\r\n|\r|\n/)
