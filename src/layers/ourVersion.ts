/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { createRequire } from "node:module"

const Package = Schema.Struct({ version: Schema.String })

/**
 * The version of codeintel, as its package.json has it.
 *
 * @since 0.1.0
 */
export const ourVersion: string =
  Schema.decodeUnknownSync(Package)(createRequire(import.meta.url)("../../package.json")).version
