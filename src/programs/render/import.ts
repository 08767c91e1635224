/**
 * What an import came to, for a person.
 *
 * @since 0.1.0
 */
import type { ImportSummary } from "../../domain/ImportSummary.js"
import { inert } from "../../domain/inert.js"
import { plural } from "../runRecord.js"
import type { Style } from "./style.js"

/**
 * What was left out comes before what is there.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderImport = (summary: ImportSummary, style: Style): string => {
  const { database, documents, notes, occurrences, repo, snapshotId, symbols, tool, version } = summary
  return [
    `${style.bold(inert(repo))}  snapshot ${snapshotId.slice(0, 12)}`,
    ...notes.map((note) => style.yellow(`- ${inert(note)}`)),
    `${inert(tool)}${version === null ? "" : ` ${inert(version)}`}: ${plural(documents, "document")}, ` +
    `${plural(occurrences, "occurrence")}, ${plural(symbols, "description")} of symbols`,
    `database: ${inert(database)}`
  ].join("\n")
}
