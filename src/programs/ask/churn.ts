/**
 * How often files and functions were changed.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { changesIn } from "../../domain/Churn.js"
import type { Freshness } from "../../domain/Freshness.js"
import { type Known, known, unknown } from "../../domain/Known.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { Changes } from "../../domain/Show.js"
import { settingsOf } from "../../domain/ToolsConfig.js"
import { Git } from "../../services/Git.js"
import type { Lines } from "./measures.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ChurnQuestion {
  /** The first day that counts, `2025-01-31`; a year before the commit unless given. */
  readonly since?: string
  /** Of all files unless given. */
  readonly relPaths?: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ChurnOf {
  readonly ofFile: (relPath: string) => Known<Changes>
  readonly ofLines: (relPath: string, lines: Lines) => Known<Changes>
}

const never = (reason: string): ChurnOf => ({ ofFile: () => unknown(reason), ofLines: () => unknown(reason) })

/**
 * Of the commit that the facts are of. What git does not say is not known, and why: a question about churn fails for nobody.
 *
 * @since 0.1.0
 * @category programs
 */
export const churnOf = Effect.fn("churnOf")(function*(
  ctx: PipelineContext,
  { changedFiles, commit }: Freshness,
  question: ChurnQuestion
) {
  if (commit === null) return never("there is no commit: without git there is no history")
  const settings = settingsOf(ctx.config, "git")
  if (!settings.enabled) return never("git is switched off: git.enabled = false")
  const git = yield* Git
  const answer = yield* Effect.either(
    git.churn(ctx.root, { ...question, commit, settings, untrusted: ctx.config.untrusted })
  )
  if (Either.isLeft(answer)) return never(answer.left.message.split("\n").slice(0, 2).join(": "))
  if (Option.isNone(answer.right)) return never("the clone is shallow: git fetch --unshallow")
  const { changes, since, tracked, uncommitted } = answer.right.value
  const hasChanged = new Set(changedFiles)

  const ofTracked = (relPath: string, count: () => number): Known<Changes> =>
    tracked.has(relPath)
      ? known({ changes: count(), since })
      : unknown(`it is not in the commit ${commit.slice(0, 12)} of this repository`)
  const found: ChurnOf = {
    ofFile: (relPath) => ofTracked(relPath, () => changes.get(relPath)?.length ?? 0),
    ofLines: (relPath, lines) =>
      hasChanged.has(relPath)
        ? unknown("the file has changed since the ingest: codeintel ingest")
        : ofTracked(relPath, () => changesIn(lines, changes.get(relPath) ?? [], uncommitted.get(relPath)))
  }
  return found
})
