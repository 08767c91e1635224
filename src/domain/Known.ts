/**
 * A part of an answer that may not be known.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * `value` is NULL when it was not measured, and `reason` says why. A value with a reason is what was found, and there may be
 * more.
 *
 * @since 0.1.0
 * @category models
 */
export const Known = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.Struct({ value: Schema.NullOr(schema), reason: Schema.NullOr(Schema.String) })

/**
 * @since 0.1.0
 * @category models
 */
export interface Known<A> {
  readonly value: A | null
  readonly reason: string | null
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const known = <A>(value: A): Known<A> => ({ value, reason: null })

/**
 * @since 0.1.0
 * @category constructors
 */
export const unknown = (reason: string): Known<never> => ({ value: null, reason })
