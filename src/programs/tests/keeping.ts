/**
 * Functions whose results are kept from call to call, by their decorators.
 *
 * @since 0.1.0
 */
import type { Definition } from "../../domain/Outline.js"

/**
 * As in `functools.lru_cache(maxsize=None)`, `cached_property`, `memoize`, `reify`, `once`; also where it stands for itself.
 *
 * @since 0.1.0
 * @category constants
 */
export const KEEPING = "^[\\w.]*(cache|memo|lazy|reify|once)"

const keeping = new RegExp(KEEPING, "i")

/**
 * @since 0.1.0
 * @category getters
 */
export const keepsResults = ({ decorators }: Pick<Definition, "decorators">): boolean =>
  decorators.some((decorator) => keeping.test(decorator))
