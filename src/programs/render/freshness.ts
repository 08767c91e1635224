/**
 * How old an answer is, in one line that comes first.
 *
 * @since 0.1.0
 */
import type { Freshness } from "../../domain/Freshness.js"
import { inert } from "../../domain/inert.js"
import { plural, someOf } from "../runRecord.js"
import type { Style } from "./style.js"

const since = ({ changed, current }: Freshness, style: Style): string =>
  current
    ? "nothing has changed since"
    : style.yellow(
      changed.length === 0
        ? "files that are not Python have changed since"
        : `${plural(changed.length, "Python file")} changed since: ${inert(someOf(changed))}`
    )

/**
 * `2025-01-31T12:00:00.123Z` as `2025-01-31 12:00 UTC`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const minute = (instant: string): string => `${instant.slice(0, 16).replace("T", " ")} UTC`

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderFreshness = (snapshot: Freshness, style: Style): string => {
  const { commit, dirty, finishedAt, repo, snapshotId } = snapshot
  const state = commit === null ? "no commit" : `${inert(commit.slice(0, 12))}${dirty ? " with changes" : ""}`
  return `${style.bold(inert(repo))}  ${state}, snapshot ${inert(snapshotId.slice(0, 12))} of ${minute(finishedAt)}; ${
    since(snapshot, style)
  }`
}
