/**
 * @since 0.1.0
 */

/**
 * DuckDB 1.1 and later can read it (1.0 lacks comments on views), whatever a later one writes by default.
 *
 * @since 0.1.0
 * @category constants
 */
export const storageVersion = "v1.1.0"
