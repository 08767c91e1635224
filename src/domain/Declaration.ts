/**
 * What a Python file declares, as far as other files can see it: the text that decides what a name means to them. Where
 * two versions of a file have the same declarations, whoever uses the file sees the same, but for what is inferred from
 * other files, and for the limits that docs/decisions/0025 names.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export type DeclarationKind = "function" | "class" | "variable" | "attribute" | "import"

/**
 * One place where a name is bound. A name that is bound in several places has several.
 *
 * @since 0.1.0
 * @category models
 */
export interface Declaration {
  /** What others write to use it: the last part of `qualifiedName`; `*` for `from a import *`. */
  readonly name: string
  /** `Class.method`, as `__qualname__`; of an attribute that is assigned in a method `Class.attribute`. */
  readonly qualifiedName: string
  readonly kind: DeclarationKind
  /** Member of a class: used as `.name`, or as a keyword, or bound again in a subclass. */
  readonly isMember: boolean
  /**
   * Decorators, header and conditions around it; the body where the result is not annotated; of a class with bases or
   * decorators its fields. Without comments (but those with types), docstrings and blank lines.
   */
  readonly text: string
}
