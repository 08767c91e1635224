/**
 * Splits text into words as a POSIX shell does: blanks separate, quotes and backslashes protect. Nothing is expanded.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"

const quoted = {
  "'": /'([^']*)'/y,
  "\"": /"((?:[^"\\]|\\[^])*)"/y
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const parse = (text: string): Either.Either<ReadonlyArray<string>, string> => {
  const words: Array<string> = []
  let word: string | undefined
  let index = 0
  while (index < text.length) {
    const character = text.charAt(index)
    if (character === "'" || character === "\"") {
      const pattern = quoted[character]
      pattern.lastIndex = index
      const match = pattern.exec(text)
      if (match === null) return Either.left(`has a quote (${character}) that is not closed`)
      const inside = match[1] ?? ""
      word = (word ?? "") + (character === "'" ? inside : inside.replace(/\\([$`"\\])/g, "$1").replace(/\\\n/g, ""))
      index = pattern.lastIndex
    } else if (character === "\\") {
      if (index + 1 === text.length) return Either.left("ends with a backslash")
      word = (word ?? "") + text.charAt(index + 1)
      index += 2
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
      index += 1
    } else {
      word = (word ?? "") + character
      index += 1
    }
  }
  return Either.right(word === undefined ? words : [...words, word])
}

/**
 * Text that `parse` splits into these words.
 *
 * @since 0.1.0
 * @category destructors
 */
export const print = (words: ReadonlyArray<string>): string =>
  words.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`).join(" ")
