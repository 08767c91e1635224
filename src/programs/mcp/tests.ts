/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestSelection } from "../../domain/TestSelection.js"
import { plain } from "../render/style.js"
import { renderTests } from "../render/tests.js"
import { testsFor } from "../testsFor.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/** The base is looked at under the lock of the repository, which nobody waits for. */
const oneAtATime = Effect.unsafeMakeSemaphore(1)

/**
 * @since 0.1.0
 * @category questions
 */
export const tests = question({
  name: "tests_for_diff",
  title: "The tests that a change needs",
  description:
    "Says which tests the change from a revision to the present working tree needs, and why each: those that ran the functions " +
    "that changed, or refer to them. Use it after an edit, before running tests. `needed` is `none`, `some` or `all`; all is said, with " +
    "`reasons`, whenever it is not sure. `tests[].argument` is what pytest takes. It runs no test.",
  input: Schema.Struct({
    revision: Arguments.text("what the change is from: HEAD, main, a commit (where the histories part)"),
    ignored: Arguments.patterns("files that no test needs, patterns as in a .gitignore; none unless given")
  }),
  output: TestSelection,
  answer: (ctx, asked) => oneAtATime.withPermits(1)(testsFor(ctx, asked)),
  render: (selection) => renderTests(selection, plain)
})
