/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Shown } from "../../domain/Show.js"
import { fromRoot } from "../ask/fromRoot.js"
import { renderShow } from "../render/show.js"
import { plain } from "../render/style.js"
import { show as run } from "../show.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/**
 * @since 0.1.0
 * @category questions
 */
export const show = question({
  name: "show",
  title: "All that is known of a file or a symbol",
  description:
    "Says all that is known of one file or symbol. A symbol: definition, signature, documentation, references, callers, what " +
    "it overrides, tests that run it, findings, coverage, how often it changed. A file: functions, typedness, who imports " +
    "it, findings, coverage, tests, changes. Use it before changing code, to see who is affected. A name that several " +
    "symbols have is refused with what to ask for instead. A value of null was not measured, and its reason says why.",
  input: Schema.Struct({
    subject: Arguments.text(
      "a path, a module, name, Class.method, module.name, module:Class.method, or a SCIP symbol"
    ),
    limit: Arguments.limit("references, callers, tests and findings to list at most; the counts are of all", 10),
    since: Arguments.since
  }),
  output: Shown,
  answer: (ctx, { subject, ...options }) =>
    Effect.flatMap(fromRoot(ctx.root, subject), (inside) => run(ctx, inside, options)),
  render: (shown) => renderShow(shown, plain)
})
