/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { inertLines } from "../../../domain/inert.js"
import { Verdict } from "../../../domain/Verdict.js"

const encode = Schema.encodeSync(Schema.parseJson(Verdict, { space: 2 }))

/**
 * All of it, as `Verdict` decodes it. What JSON leaves as it is and a terminal obeys is escaped: it stays the same value.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderJson = (verdict: Verdict): string => inertLines(encode(verdict))
