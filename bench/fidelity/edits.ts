/**
 * Random edits of a repository, one after the other: the same ones for the same seed and content.
 */
import type { Parser } from "web-tree-sitter"
import { body, classes, signature } from "./definitionEdits.js"
import { add, moduleAt, move, remove, rename, syntaxError } from "./fileEdits.js"
import { parses } from "./python.js"
import { type Edit, type Kind, makeRandom, type SourceFile, type World } from "./world.js"

const makers: Readonly<Record<Kind, (world: World) => Edit | undefined>> = {
  rename,
  delete: remove,
  add,
  move,
  signature,
  body,
  class: classes,
  "syntax error": syntaxError
}

export const kinds = Object.keys(makers) as ReadonlyArray<Kind>

/** Times that an edit is tried which is not sound. */
const TRIES = 20

/** It changes something, and leaves Python that parses where it is to. */
const isSound = ({ kind, writes }: Edit, { broken, files, parser }: World): boolean =>
  [...writes].every(([relPath, text]) =>
    text !== files.get(relPath)?.text &&
    (text === null || kind === "syntax error" || broken.has(relPath) || parses(parser, text))
  )

const applied = (world: World, { kind, writes }: Edit): Pick<World, "files" | "gone" | "broken"> => {
  const [files, gone, broken] = [new Map(world.files), new Map(world.gone), new Map(world.broken)]
  for (const [relPath, text] of writes) {
    const before = files.get(relPath)
    if (kind === "syntax error" && before !== undefined && !broken.delete(relPath)) broken.set(relPath, before.text)
    if (text === null) {
      files.delete(relPath)
      if (before !== undefined) gone.set(relPath, before)
    } else {
      const module = before?.module ?? gone.get(relPath)?.module ?? moduleAt(world.files, relPath)
      files.set(relPath, { module, text })
      gone.delete(relPath)
    }
  }
  return { files, gone, broken }
}

/** Each kind once, in a random order, then each once more, and so on. A kind that has nothing to change is left out. */
export const edits = function*(
  parser: Parser,
  seed: number,
  files: ReadonlyMap<string, SourceFile>
): Generator<Edit, void> {
  const random = makeRandom(seed)
  const sorted = new Map([...files].sort(([a], [b]) => a < b ? -1 : 1))
  let world: World = { parser, random, files: sorted, gone: new Map(), broken: new Map(), step: 0 }
  for (;;) {
    let made = 0
    for (const kind of random.shuffled(kinds)) {
      world = { ...world, step: world.step + 1 }
      let edit: Edit | undefined
      for (let tries = 0; tries < TRIES && edit === undefined; tries++) {
        const candidate = makers[kind](world)
        if (candidate === undefined) break
        if (isSound(candidate, world)) edit = candidate
      }
      if (edit === undefined) continue
      made++
      yield edit
      world = { ...world, ...applied(world, edit) }
    }
    if (made === 0) return
  }
}
