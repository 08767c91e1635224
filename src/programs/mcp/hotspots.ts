/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Hotspots } from "../../domain/Hotspots.js"
import { hotspots as run } from "../hotspots.js"
import { renderHotspots } from "../render/hotspots.js"
import { plain } from "../render/style.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/**
 * @since 0.1.0
 * @category questions
 */
export const hotspots = question({
  name: "hotspots",
  title: "Functions where a change is likely to go wrong",
  description:
    "Ranks the functions of the repository, tests apart, by how often they change, what is wrong or untested in them, and how " +
    "many functions refer to them. Use it to decide where a review, a test or a clean-up pays most. A column of null was " +
    "not measured and adds nothing to the score; `unknown` says why.",
  input: Schema.Struct({
    limit: Arguments.limit("functions to list at most", 20),
    since: Arguments.since
  }),
  output: Hotspots,
  answer: run,
  render: (found) => renderHotspots(found, plain)
})
