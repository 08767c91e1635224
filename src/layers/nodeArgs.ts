/**
 * How the tools that are npm packages are run.
 *
 * @since 0.1.0
 */

/**
 * What node is told before the script of a tool. pyright and scip-python run for seconds to a minute, and node 20
 * spends a quarter of their CPU on optimising code that hardly runs again: a function is optimised after four times as
 * much work as by default, and the young generation starts at its full size. The results are the same to the byte
 * (docs/decisions/0026). Other versions of node have other compilers, and some refuse the flag.
 *
 * @since 0.1.0
 * @category constants
 */
export const nodeArgs = (version: string): ReadonlyArray<string> =>
  version.startsWith("20.") ? ["--interrupt-budget=300000", "--min-semi-space-size=16"] : []
