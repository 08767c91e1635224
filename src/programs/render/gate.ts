/**
 * What a gate says, in the form that its reader takes.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { Verdict } from "../../domain/Verdict.js"
import { renderGithub } from "./gate/github.js"
import { renderJson } from "./gate/json.js"
import { renderMarkdown } from "./gate/markdown.js"
import { renderSarif } from "./gate/sarif.js"
import { renderText } from "./gate/text.js"
import type { Style } from "./style.js"

/**
 * - `text`: for a terminal
 * - `json`: `Verdict`, all of it
 * - `markdown`: for the summary of a job, or a comment
 * - `sarif`: SARIF 2.1.0, for code scanning and viewers
 * - `github`: workflow commands, for the log of a step
 *
 * @since 0.1.0
 * @category models
 */
export const GateFormat = Schema.Literal("text", "json", "markdown", "sarif", "github")

/**
 * @since 0.1.0
 * @category models
 */
export type GateFormat = typeof GateFormat.Type

/**
 * Without a line end at the end. `style` is of `text` alone.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderGate = (verdict: Verdict, format: GateFormat, style: Style): string => {
  switch (format) {
    case "text":
      return renderText(verdict, style)
    case "json":
      return renderJson(verdict)
    case "markdown":
      return renderMarkdown(verdict)
    case "sarif":
      return renderSarif(verdict)
    case "github":
      return renderGithub(verdict)
  }
}
