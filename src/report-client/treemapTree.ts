/**
 * The files as a tree of directories.
 */
import type { ReportFile } from "../domain/ReportData.js"

export interface Node {
  /** What it is called below its parent: `src/flask` where there is nothing else in `src`. */
  readonly name: string
  /** Of a directory, without a `/` at the end; empty for all. */
  readonly path: string
  readonly file?: ReportFile
  readonly children?: ReadonlyArray<Node>
}

interface Growing {
  readonly directories: Map<string, Growing>
  readonly files: Array<ReportFile>
}

const growing = (): Growing => ({ directories: new Map(), files: [] })

const nodeOf = (name: string, path: string, { directories, files }: Growing): Node => {
  const only = files.length === 0 && directories.size === 1 ? [...directories][0] : undefined
  if (only !== undefined && path !== "") {
    const [child, inside] = only
    return nodeOf(`${name}/${child}`, `${path}/${child}`, inside)
  }
  const below = path === "" ? "" : `${path}/`
  return {
    name,
    path,
    children: [
      ...[...directories].map(([child, inside]) => nodeOf(child, `${below}${child}`, inside)),
      ...files.map((file): Node => ({ name: file.path.slice(below.length), path: file.path, file }))
    ]
  }
}

export const treeOf = (files: ReadonlyArray<ReportFile>): Node => {
  const root = growing()
  for (const file of files) {
    let at = root
    for (const directory of file.path.split("/").slice(0, -1)) {
      const next = at.directories.get(directory) ?? growing()
      at.directories.set(directory, next)
      at = next
    }
    at.files.push(file)
  }
  return nodeOf("all files", "", root)
}

export const filesOf = (node: Node): ReadonlyArray<ReportFile> =>
  node.file !== undefined ? [node.file] : (node.children ?? []).flatMap(filesOf)
