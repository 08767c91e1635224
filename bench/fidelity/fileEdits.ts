/**
 * Edits of whole files, and of what is in which of them.
 */
import { definitionsOf, renameImports, splice, withTree } from "./python.js"
import { choose, type Edit, firstOf, sound, type SourceFile, type World } from "./world.js"

const isPackage = (relPath: string) => /(^|\/)__init__\.py$/.test(relPath)

const directoryOf = (relPath: string) => relPath.slice(0, relPath.lastIndexOf("/") + 1)

const sibling = (module: string, name: string) => [...module.split(".").slice(0, -1), name].join(".")

/** What a file of this name is to Python, by the files beside it. */
export const moduleAt = (files: ReadonlyMap<string, SourceFile>, relPath: string): string => {
  const name = relPath.slice(directoryOf(relPath).length).replace(/\.pyi?$/, "")
  for (const [other, { module }] of files) {
    if (directoryOf(other) !== directoryOf(relPath)) continue
    return isPackage(other) ? [module, name].filter((part) => part !== "").join(".") : sibling(module, name)
  }
  return name
}

/** Half of the time with the imports of it everywhere else; else these no longer resolve. */
export const rename = (world: World): Edit | undefined =>
  firstOf(world, (relPath, { module, text }) => {
    if (isPackage(relPath)) return undefined
    const stem = relPath.slice(directoryOf(relPath).length, -".py".length)
    const name = `${stem}_renamed${world.step}`
    const target = `${directoryOf(relPath)}${name}.py`
    const writes = new Map<string, string | null>([[relPath, null], [target, text]])
    if (world.random.chance()) return { kind: "rename", what: `${relPath} to ${name}.py`, writes }
    const to = sibling(module, name)
    for (const [path, importer] of world.files) {
      if (!importer.text.includes(stem)) continue
      const changes = withTree(
        world.parser,
        importer.text,
        (root) => renameImports(root, { relPath: path, module: importer.module }, module, to)
      )
      if (changes.length > 0) writes.set(path === relPath ? target : path, splice(importer.text, changes))
    }
    return { kind: "rename", what: `${relPath} to ${name}.py, with ${writes.size - 2} importers`, writes }
  })

export const remove = (world: World): Edit | undefined =>
  firstOf(
    world,
    (relPath) => isPackage(relPath) ? undefined : { kind: "delete", what: relPath, writes: new Map([[relPath, null]]) }
  )

/** A file that is back: what imported it resolves again. */
const recreate = ({ gone, random }: World): Edit | undefined =>
  choose(random, [...gone], ([relPath, { text }]): Edit => ({
    kind: "add",
    what: `${relPath} again`,
    writes: new Map([[relPath, text]])
  }))

/** Imports up to three names that there are, and defines a function and a class. */
const create = (world: World): Edit | undefined => {
  const imported: Array<{ readonly module: string; readonly name: string; readonly isClass: boolean }> = []
  let beside: string | undefined
  for (const [relPath, { module, text }] of sound(world)) {
    beside ??= relPath
    const names = withTree(world.parser, text, definitionsOf).filter(({ name }) => !name.startsWith("_"))
    const found = choose(world.random, names, (each) => each)
    if (found !== undefined && module !== "") imported.push({ ...found, module })
    if (imported.length === 3) break
  }
  if (beside === undefined) return undefined
  const name = `added${world.step}`
  const base = imported.find(({ isClass }) => isClass)?.name ?? "object"
  const text = [
    ...imported.map((each) => `from ${each.module} import ${each.name}`),
    "",
    "",
    `def ${name}(value: int = ${world.step}) -> str:`,
    `    """What ${name} is."""`,
    `    return repr((value, ${imported.map((each) => each.name).join(", ")}))`,
    "",
    "",
    `class Added${world.step}(${base}):`,
    `    added: int = ${world.step}`,
    "",
    "    def also(self) -> str:",
    `        return ${name}(self.added)`,
    ""
  ].join("\n")
  const relPath = `${directoryOf(beside)}${name}.py`
  return { kind: "add", what: `${relPath}, imports ${imported.length} names`, writes: new Map([[relPath, text]]) }
}

export const add = (world: World): Edit | undefined =>
  (world.gone.size > 0 && world.random.chance() ? recreate(world) : undefined) ?? create(world)

/** To the end of another module; half of the time its old place imports it from there. */
export const move = (world: World): Edit | undefined =>
  firstOf(world, (relPath, file, root) =>
    choose(world.random, definitionsOf(root), ({ end, name, start }) => {
      for (const [target, other] of sound(world)) {
        if (
          target === relPath || other.module === "" || withTree(world.parser, other.text, definitionsOf).length === 0
        ) {
          continue
        }
        const keeps = world.random.chance()
        const left = keeps ? `from ${other.module} import ${name}` : "pass"
        return {
          kind: "move",
          what: `${name} from ${relPath} to ${target}${keeps ? ", which the old place imports" : ""}`,
          writes: new Map([
            [relPath, splice(file.text, [{ start, end, text: left }])],
            [target, `${other.text.trimEnd()}\n\n\n${file.text.slice(start, end)}\n`]
          ])
        }
      }
      return undefined
    }))

/** An error, and the next time its repair. */
export const syntaxError = (world: World): Edit | undefined => {
  const broken = [...world.broken].filter(([relPath]) => world.files.has(relPath))[0]
  if (broken !== undefined) {
    const [relPath, text] = broken
    return { kind: "syntax error", what: `${relPath}, repaired`, writes: new Map([[relPath, text]]) }
  }
  return firstOf(
    world,
    (relPath, { text }, root) =>
      choose(world.random, definitionsOf(root), ({ name, start }): Edit => ({
        kind: "syntax error",
        what: `${relPath}, before ${name}`,
        writes: new Map([[relPath, splice(text, [{ start, end: start, text: `def broken${world.step}(:\n` }])]])
      }))
  )
}
