/**
 * What an answer is of, for a person.
 *
 * @since 0.1.0
 */
import type { Freshness, Source } from "../../domain/Freshness.js"
import { inert } from "../../domain/inert.js"
import { needsAttention } from "../../domain/ToolRun.js"
import { plural, someOf } from "../runRecord.js"
import { ofStatus, type Style } from "./style.js"

/** It looked at everything, and there is nothing to be known of how. */
const isWhole = ({ filesMeasured, reason, status }: Source, files: number) =>
  (status === "ok" || status === "findings" || status === "imported") && reason === null &&
  (filesMeasured === null || filesMeasured === files)

const said = ({ filesMeasured, reason, status, tool }: Source, files: number, style: Style): string => {
  const name = ofStatus(style, status)(`${needsAttention(status) ? "!" : "-"} ${inert(tool)}: ${status}`)
  const looked = filesMeasured === null ? "" : `, looked at ${filesMeasured} of ${plural(files, "file")}`
  // a report of many lines is in `tool_runs`
  const [first = ""] = (reason ?? "").split("\n")
  return `${name}${looked}${first === "" ? "" : ` (${inert(first)})`}`
}

/**
 * Two lines or more: what is wrong or missing with what the answer rests on comes before the answer.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderFreshness = (freshness: Freshness, style: Style): string => {
  const { changedFiles, commit, dirty, files, ingestedAt, repo, snapshotId, sources, treeChanged } = freshness
  const state = commit === null ? "no commit" : `${commit.slice(0, 12)}${dirty ? " with changes" : ""}`
  const changed = !treeChanged
    ? "unchanged since"
    : style.yellow(
      changedFiles.length === 0
        ? "changed since, but no Python file: codeintel ingest"
        : `changed since, ${plural(changedFiles.length, "Python file")}: ${
          inert(someOf(changedFiles))
        }; codeintel ingest`
    )
  const whole = sources.filter((source) => isWhole(source, files))
  const other = sources.filter((source) => !isWhole(source, files))
  return [
    `${style.bold(inert(repo))}  ${state}, snapshot ${snapshotId.slice(0, 12)} of ${
      ingestedAt.slice(0, 16).replace("T", " ")
    } UTC; ${changed}`,
    ...(whole.length > 0
      ? [`rests on ${whole.map(({ status, tool }) => `${inert(tool)} (${status})`).join(", ")}`]
      : []),
    ...other.map((source) => said(source, files, style))
  ].join("\n")
}
