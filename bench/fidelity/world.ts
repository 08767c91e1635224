/**
 * A repository as the edits see it, and chance.
 */
import { PCGRandom } from "effect/Utils"
import type { Node, Parser } from "web-tree-sitter"
import { parses, withTree } from "./python.js"

export interface SourceFile {
  readonly text: string
  /** Dotted. */
  readonly module: string
}

export type Kind = "rename" | "delete" | "add" | "move" | "signature" | "body" | "class" | "syntax error"

export interface Edit {
  readonly kind: Kind
  /** For a person. */
  readonly what: string
  /** New contents; null: the file is gone. */
  readonly writes: ReadonlyMap<string, string | null>
}

export interface World {
  readonly parser: Parser
  readonly random: Random
  readonly files: ReadonlyMap<string, SourceFile>
  /** Files that were deleted or renamed, with their last content. */
  readonly gone: ReadonlyMap<string, SourceFile>
  /** Files with a syntax error of ours -> their content before. */
  readonly broken: ReadonlyMap<string, string>
  /** Makes names that are new. */
  readonly step: number
}

export interface Random {
  /** From 0 to below the limit. */
  readonly below: (limit: number) => number
  readonly chance: () => boolean
  readonly shuffled: <A>(values: ReadonlyArray<A>) => ReadonlyArray<A>
}

export const makeRandom = (seed: number): Random => {
  const generator = new PCGRandom(seed)
  const below = (limit: number) => generator.integer(limit)
  return {
    below,
    chance: () => below(2) === 0,
    shuffled: (values) => {
      const result = [...values]
      for (let at = result.length - 1; at > 0; at--) {
        const other = below(at + 1)
        const [a, b] = [result[at], result[other]]
        if (a === undefined || b === undefined) continue
        result[at] = b
        result[other] = a
      }
      return result
    }
  }
}

/** Files in a random order that parse. */
export const sound = function*({ files, parser, random }: World): Generator<readonly [string, SourceFile]> {
  for (const each of random.shuffled([...files])) {
    if (each[0].endsWith(".py") && each[1].text.trim() !== "" && parses(parser, each[1].text)) yield each
  }
}

/** The first that there is for some file that parses. */
export const firstOf = (
  world: World,
  use: (relPath: string, file: SourceFile, root: Node) => Edit | undefined
): Edit | undefined => {
  for (const [relPath, file] of sound(world)) {
    const edit = withTree(world.parser, file.text, (root) => use(relPath, file, root))
    if (edit !== undefined) return edit
  }
  return undefined
}

/** The first of some candidates, in a random order, that there is something for. */
export const choose = <A, B>(random: Random, values: ReadonlyArray<A>, use: (value: A) => B | undefined) => {
  for (const value of random.shuffled(values)) {
    const found = use(value)
    if (found !== undefined) return found
  }
  return undefined
}
