/**
 * How often Python files were changed, on the main line of a repository: the first parents, where a merge is one change.
 *
 * @since 0.1.0
 */

/**
 * Lines of a file that a change replaced: `oldLines` from `oldStart` by `newLines` from `newStart`, 1-based. Of none, the
 * start is the line before.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hunk {
  readonly oldStart: number
  readonly oldLines: number
  readonly newStart: number
  readonly newLines: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Churn {
  /** The first moment that counts, ISO 8601. */
  readonly since: string
  /** Commits of the main line since then that changed a Python file. */
  readonly commits: number
  /** Path -> what each commit did to the file, newest first. A file that was renamed begins anew. */
  readonly changes: ReadonlyMap<string, ReadonlyArray<ReadonlyArray<Hunk>>>
  /** Path -> how the file in the working tree (new) differs from the commit (old). */
  readonly uncommitted: ReadonlyMap<string, ReadonlyArray<Hunk>>
  /** Files in the commit: of others there is no history here. */
  readonly tracked: ReadonlySet<string>
}

interface Range {
  readonly start: number
  readonly end: number
}

const isTouched = ({ end, start }: Range, { newLines, newStart }: Hunk): boolean =>
  // lines that went were between this one and the next
  newLines === 0 ? start <= newStart && newStart < end : newStart <= end && newStart + newLines > start

/**
 * Where a line was before a change; one that the change wrote is where the lines were that it replaced: the first of them
 * for the start of a range, the last for its end.
 */
const lineBefore = (line: number, hunks: ReadonlyArray<Hunk>, edge: "start" | "end"): number => {
  let moved = line
  for (const { newLines, newStart, oldLines, oldStart } of hunks) {
    if (newLines > 0 && newStart <= line && line < newStart + newLines) {
      return edge === "start"
        ? (oldLines === 0 ? oldStart + 1 : oldStart)
        : oldLines === 0
        ? oldStart
        : oldStart + oldLines - 1
    }
    if (line > newStart) moved += oldLines - newLines
  }
  return moved
}

const before = ({ end, start }: Range, hunks: ReadonlyArray<Hunk>): Range => ({
  start: lineBefore(start, hunks, "start"),
  end: lineBefore(end, hunks, "end")
})

/**
 * How many of these changes of a file (newest first) touched the lines that are now at `range`: they are followed from
 * change to change, as far as they go back. `uncommitted` is what comes before the newest of them, and counts as none.
 *
 * @since 0.1.0
 * @category getters
 */
export const changesIn = (
  range: Range,
  changes: ReadonlyArray<ReadonlyArray<Hunk>>,
  uncommitted: ReadonlyArray<Hunk> = []
): number => {
  let at = before(range, uncommitted)
  let count = 0
  for (const hunks of changes) {
    if (at.start > at.end) break // it began with the change that was looked at last
    if (hunks.some((hunk) => isTouched(at, hunk))) count++
    at = before(at, hunks)
  }
  return count
}
