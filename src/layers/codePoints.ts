/**
 * @since 0.1.0
 */

/**
 * How many code points there are in the first `units` UTF-16 code units of a line; past its end, each unit is one. So
 * what is 0-based stays 0-based. A character of which only the first half is in counts.
 *
 * @since 0.1.0
 * @category getters
 */
export const codePointsIn = (line: string, units: number): number => {
  let points = 0
  for (let unit = 0; unit < units && unit < line.length; points++) {
    unit += (line.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
  }
  return points + Math.max(0, units - line.length)
}
