/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Confidence, DeadCode } from "../../domain/DeadCode.js"
import { dead as run } from "../dead.js"
import { renderDead } from "../render/dead.js"
import { plain } from "../render/style.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/** What is listed: where all is asked for, all; else what nothing speaks against. */
const shownOf = (all: boolean): ReadonlyArray<Confidence> => all ? Confidence.literals : ["high"]

/**
 * @since 0.1.0
 * @category questions
 */
export const dead = question({
  name: "dead",
  title: "Code that nothing refers to",
  description:
    "Lists functions, methods and classes that nothing in the repository refers to, with the evidence for and against each: " +
    "coverage, entry points, decorators, overrides, mentions in texts. `high`: nothing speaks against its being dead; " +
    "`public`: others may import it; `low`: something speaks against it. Refused unless every file is indexed. Check a " +
    "candidate with `show` before you delete it.",
  input: Schema.Struct({
    all: Arguments.flag("list also the candidates that are public and those that something speaks against"),
    limit: Arguments.limit("candidates to list at most; the counts are of all", 50)
  }),
  output: DeadCode,
  answer: (ctx, { all, limit }) =>
    Effect.map(run(ctx), (found): DeadCode => ({
      ...found,
      candidates: found.candidates.filter(({ confidence }) => shownOf(all).includes(confidence)).slice(0, limit)
    })),
  render: (found) => {
    const isShown = (confidence: Confidence) => found.candidates.some((each) => each.confidence === confidence)
    return renderDead(found, Confidence.literals.filter((each) => each === "high" || isShown(each)), plain)
  }
})
