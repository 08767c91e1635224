/**
 * `ChangeTracker` by content hash: a pure comparison of two lists, with thresholds for when the whole is cheaper.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Hashes, renames } from "../domain/contentChanges.js"
import type { IngestPlan } from "../domain/IngestPlan.js"
import { ChangeTracker } from "../services/ChangeTracker.js"

/**
 * When a plan is full although something is known.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChangeThresholds {
  /** Share of the present paths with new content, above which all are looked at again; 0 to 1. */
  readonly changedRatio: number
  /** Share of the previous paths that are gone, above which all are looked at again; 0 to 1. */
  readonly deletedRatio: number
  /** With fewer paths than this, choosing among them costs more than it saves. */
  readonly minimumModules: number
}

/**
 * @since 0.1.0
 * @category constants
 */
export const defaultThresholds: ChangeThresholds = { changedRatio: 0.4, deletedRatio: 0.4, minimumModules: 20 }

const percent = (part: number, whole: number) => `${Math.round(100 * part / whole)} %`

/**
 * Paths of each list are sorted. A renamed path is in `relink`, the path that it left in `delete`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const plan = (previous: Hashes, current: Hashes, thresholds: ChangeThresholds): IngestPlan => {
  const paths = [...current.keys()].sort()
  const added = paths.filter((relPath) => !previous.has(relPath))
  const deleted = [...previous.keys()].filter((relPath) => !current.has(relPath)).sort()
  const relink = renames(added, deleted, previous, current).map(({ from, to }) => ({ relPath: to, from }))
  const renamed = new Set(relink.map(({ relPath }) => relPath))
  const reindex = paths.filter((relPath) => current.get(relPath) !== previous.get(relPath) && !renamed.has(relPath))

  const full = (reason: string): IngestPlan => ({
    mode: "full",
    reindex: paths,
    delete: deleted,
    relink: [],
    reasons: [reason]
  })
  const gone = deleted.length - relink.length
  if (previous.size === 0) return full("nothing is known of this repository yet")
  if (paths.length < thresholds.minimumModules) {
    return full(`${reindex.length} of ${paths.length} new or changed; too few files for an incremental plan`)
  }
  if (reindex.length > thresholds.changedRatio * paths.length) {
    return full(
      `${reindex.length} of ${paths.length} modules are new or changed (${percent(reindex.length, paths.length)})`
    )
  }
  if (gone > thresholds.deletedRatio * previous.size) {
    return full(`${gone} of ${previous.size} modules are gone (${percent(gone, previous.size)})`)
  }
  const reasons = [
    ...reindex.length > 0 ? [`${reindex.length} of ${paths.length} new or changed`] : [],
    ...gone > 0 ? [`${gone} of ${previous.size} gone`] : [],
    ...relink.length > 0 ? [`${relink.length} of ${paths.length} renamed`] : []
  ]
  return {
    mode: "incremental",
    reindex,
    delete: deleted,
    relink,
    reasons: reasons.length === 0 ? ["nothing changed"] : reasons
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (thresholds: ChangeThresholds) =>
  ChangeTracker.of({
    plan: (previous, current) =>
      Effect.withSpan(Effect.sync(() => plan(previous, current, thresholds)), "ChangeTracker.plan")
  })

/**
 * @since 0.1.0
 * @category layers
 */
export const layerWith = (thresholds: ChangeThresholds): Layer.Layer<ChangeTracker> =>
  Layer.sync(ChangeTracker, () => make(thresholds))

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ChangeTracker> = layerWith(defaultThresholds)
