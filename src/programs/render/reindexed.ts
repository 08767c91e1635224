/**
 * Why the index looked at what it looked at.
 *
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"
import type { IngestSummary } from "../../domain/IngestSummary.js"
import { table } from "./table.js"

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderReindexed = ({ files, reindexed, tools }: IngestSummary): string => {
  const index = tools.find(({ tool }) => tool === "scip-python")
  if (reindexed !== null) {
    return [
      `indexed again: ${reindexed.length.toLocaleString("en")} of ${files.toLocaleString("en")} files`,
      "",
      table(
        [{ title: "file" }, { title: "why" }],
        reindexed.map(({ reason, relPath }) => [inert(relPath), inert(reason)])
      )
    ].join("\n")
  }
  if (index === undefined || index.status === "skipped" || index.filesMeasured === null) return "nothing was indexed"
  return index.reused
    ? "indexed again: nothing, as nothing has changed that the index depends on"
    : "everything was indexed: there was no earlier index to go on from, or it would have taken as long (see above)"
}
