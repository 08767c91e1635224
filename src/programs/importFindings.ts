/**
 * What there is to say about the documents of an index that was made elsewhere.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { ImportSummary } from "../domain/ImportSummary.js"
import type { ScipPart } from "../domain/Scip.js"
import type { ScipBatch, ScipBatchDocument } from "../domain/ScipBatch.js"
import type { RunFile } from "../domain/ToolRun.js"
import { named } from "./reportFindings.js"
import { changedReasons, plural, someOf } from "./runRecord.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Findings {
  /** Each file that has a document. */
  readonly files: ReadonlyArray<RunFile>
  /** One line each. */
  readonly notes: ReadonlyArray<string>
  readonly summary: Pick<
    ImportSummary,
    "outsideRepository" | "notInRepository" | "ofOtherContent" | "columnsAsGiven" | "outsideText"
  >
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Gathering {
  readonly add: (part: ScipPart | ScipBatch) => void
  /** `changed`: paths that are not any more what they were when the repository was opened. */
  readonly conclude: (changed: ReadonlyArray<string>) => Findings
}

const isOutside = (relPath: string) => /^([\\/]|[A-Za-z]:|\.\.([\\/]|$))/.test(relPath)

type FileDocument = ScipBatchDocument & { readonly relPath: string }

const outsideTextOf = ({ outsideText }: ScipBatchDocument) =>
  `${plural(outsideText, "occurrence")} of the index ${outsideText === 1 ? "is" : "are"} not within the file`

const fileOf = (document: FileDocument, changed: ReadonlySet<string>): RunFile => {
  const { columns, outsideText, relPath } = document
  const no = (reason: string): RunFile => ({ relPath, measured: Option.some(false), reason: Option.some(reason) })
  if (changed.has(relPath)) return no("changed while the index was imported")
  if (columns === "OtherText") return no("the index was made of another content")
  if (outsideText > 0) return no(outsideTextOf(document))
  return columns === "AsGiven"
    ? { relPath, measured: Option.none(), reason: Option.some("the text could not be read: columns are the index's") }
    : { relPath, measured: Option.some(true), reason: Option.none() }
}

const documentsAre = (names: ReadonlyArray<string>, what: string) =>
  names.length === 0 ? [] : [`${plural(names.length, "document")} ${what}: ${someOf(names)}`]

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (): Gathering => {
  const documents: Array<FileDocument> = []
  const outside: Array<string> = []
  const missing: Array<string> = []

  const pathsOf = (belongs: (document: FileDocument) => boolean) =>
    documents.filter(belongs).map(({ relPath }) => relPath)

  return {
    add: (part) => {
      if (part._tag !== "Batch") return
      for (const document of part.documents) {
        if (document.relPath !== null) documents.push({ ...document, relPath: document.relPath })
      }
      for (const relPath of part.passedOver) (isOutside(relPath) ? outside : missing).push(relPath)
    },
    conclude: (changed) => {
      const moved = new Set(changed)
      const other = pathsOf(({ columns }) => columns === "OtherText")
      const asGiven = pathsOf(({ columns }) => columns === "AsGiven")
      const beyond = pathsOf(({ outsideText }) => outsideText > 0)
      const occurrences = documents.reduce((sum, { outsideText }) => sum + outsideText, 0)
      const covered = pathsOf(({ relPath }) => moved.has(relPath))
      return {
        files: documents.map((document) => fileOf(document, moved)),
        notes: [
          ...changedReasons(covered),
          ...documentsAre(outside, "of files outside of the repository, left out"),
          ...documentsAre(missing, "of files that are not in the repository or that git ignores, left out"),
          ...documentsAre(other, "of another content than the file has"),
          ...documentsAre(asGiven, "of files that could not be read, columns in the units of the index"),
          ...documentsAre(
            beyond,
            `of a text that the file has not, without ${plural(occurrences, "occurrence")} outside of it`
          )
        ],
        summary: {
          outsideRepository: named(outside),
          notInRepository: named(missing),
          ofOtherContent: named(other),
          columnsAsGiven: named(asGiven),
          outsideText: { ...named(beyond), occurrences }
        }
      }
    }
  }
}
