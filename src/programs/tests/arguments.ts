/**
 * A selection as arguments of pytest.
 *
 * @since 0.1.0
 */
import type { TestSelection } from "../../domain/TestSelection.js"

/** Half of what Linux takes; some of it are variables. */
const MAX_BYTES = 1_000_000

// no plugin has this name: nothing is loaded or left out, and the list is not empty
const ALL = "-pno:all_tests_are_needed"

/** No file is looked at: pytest runs nothing, and ends with 5. */
const NONE = "--ignore-glob=*"

/** In pytest's own file of arguments, each has a line: as Python splits them. */
const isOneLine = (argument: string) => !/[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/.test(argument)

/**
 * Never empty: pytest without arguments runs all tests. More node ids than a command line takes become the files that they
 * are in.
 *
 * @since 0.1.0
 * @category getters
 */
export const argumentsOf = ({ needed, tests }: Pick<TestSelection, "needed" | "tests">): ReadonlyArray<string> => {
  if (needed === "none") return [NONE]
  const ids = tests.map(({ argument }) => argument)
  const files = [...new Set(ids.map((id) => id.split("::")[0] ?? id))]
  const args = ids.reduce((bytes, id) => bytes + 3 * id.length + 1, 0) <= MAX_BYTES ? ids : files
  if (needed === "all" || args.length === 0 || !args.every(isOneLine)) return [ALL]
  // a file that begins with a dash would be an option, and one with an at sign a file of arguments
  return args.map((argument) => /^[-@]/.test(argument) ? `./${argument}` : argument)
}
