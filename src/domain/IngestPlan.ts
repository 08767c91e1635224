/**
 * @since 0.1.0
 */

/**
 * What an ingest has to look at again, by content.
 *
 * @since 0.1.0
 * @category models
 */
export interface IngestPlan {
  readonly mode: "full" | "incremental"
  /** Paths whose content is new. */
  readonly reindex: ReadonlyArray<string>
  /** Paths that are gone. */
  readonly delete: ReadonlyArray<string>
  /** Paths with content that is known under another path: nothing to analyse, one row to link. */
  readonly relink: ReadonlyArray<{ readonly relPath: string; readonly from: string }>
  /** Why this mode, and what changed; for a person. */
  readonly reasons: ReadonlyArray<string>
}
