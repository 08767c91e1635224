/**
 * The names in a flag like `typing, scip`.
 *
 * @since 0.1.0
 */
export const commaSeparated = (given: string): ReadonlyArray<string> =>
  given.split(",").map((name) => name.trim()).filter((name) => name !== "")
