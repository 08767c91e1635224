/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Severity } from "../../domain/Diagnostic.js"
import { FindingList } from "../../domain/FindingList.js"
import { fromRoot } from "../ask/fromRoot.js"
import { findings as run } from "../findings.js"
import { renderFindings } from "../render/findings.js"
import { plain } from "../render/style.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/**
 * @since 0.1.0
 * @category questions
 */
export const findings = question({
  name: "findings",
  title: "Findings of the checkers",
  description:
    "Lists what pyright, pyrefly, ruff and the other checkers found in a file, a directory or all of the repository, errors " +
    "first, with how many there are in all. For each checker it says how many of the files it looked at: a total of null, or " +
    "a checker without a number, was not measured and is no zero. Findings are of the last ingest: nothing is run.",
  input: Schema.Struct({
    path: Arguments.optional(Arguments.text("a file, or a directory with all below it; the repository unless given")),
    tool: Arguments.optional(Arguments.text("findings of this checker alone: pyright, pyrefly, ruff, mypy")),
    severity: Arguments.optional(
      Arguments.choice(Severity, "findings of this severity alone: error, warning or information")
    ),
    rule: Arguments.optional(Arguments.text("findings of this rule alone, as the checker names it: F401")),
    limit: Arguments.limit("findings to list at most; the counts are of all", 50)
  }),
  output: FindingList,
  answer: (ctx, { path, ...options }) =>
    path === undefined
      ? run(ctx, options)
      : Effect.flatMap(fromRoot(ctx.root, path), (inside) => run(ctx, { ...options, path: inside })),
  render: (list) => renderFindings(list, plain)
})
