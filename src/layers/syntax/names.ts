/**
 * @since 0.1.0
 */
import type { Node } from "web-tree-sitter"

/**
 * A name, dotted or not, as Python knows it: without the space and line continuations that may stand around the dots,
 * and in the normal form NFKC. Empty when there is none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const nameOf = (node: Node | null | undefined): string =>
  (node?.text ?? "").replace(/[\s\\]+/g, "").normalize("NFKC")
