/**
 * SQL of which test ran which lines, and of what stands around a line.
 *
 * @since 0.1.0
 */

/**
 * A relation: the rows of `analytics.coverage_contexts` of the snapshot that a connection shows. What ran outside of any test
 * is among them.
 *
 * @since 0.1.0
 * @category queries
 */
export const CONTEXTS =
  "(FROM analytics.coverage_contexts WHERE run_id IN (SELECT run_id FROM tool_runs WHERE tool = 'coverage'))"

/**
 * An expression: the qualified name of the innermost function around a line, of `alias` with `content_hash` and `start_line`;
 * NULL in none.
 *
 * @since 0.1.0
 * @category queries
 */
export const functionAround = (alias: string): string =>
  `(SELECT arg_max(f.qualified_name, f.start_line) FROM core.functions f
    WHERE f.content_hash = ${alias}.content_hash AND ${alias}.start_line BETWEEN f.start_line AND f.end_line)`

/**
 * A SELECT: the lines of `uses` (with `content_hash`, `start_line`) on which an import names what is used, by `content_hash`,
 * `line` of the statement and `start_line`. In a statement of several lines, it is the first time that the name occurs after
 * it began. `name`: an expression.
 *
 * @since 0.1.0
 * @category queries
 */
export const importedUses = (name: string): string =>
  `SELECT u.content_hash, i.line, min(u.start_line) AS start_line
    FROM uses u JOIN core.imports i ON i.content_hash = u.content_hash AND u.start_line >= i.line
    WHERE u.start_line = i.line OR list_contains(i.names, ${name}) GROUP BY ALL`
