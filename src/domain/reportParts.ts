/**
 * Names for people of what may be left out of a report. Apart from its Schema: the page has them, too.
 *
 * @since 0.1.0
 */
import type { ReportLeftOut } from "./ReportData.js"

/**
 * @since 0.1.0
 * @category constants
 */
export const namesOfParts: Readonly<Record<ReportLeftOut["what"], string>> = {
  files: "files",
  findings: "findings",
  rules: "rules",
  tests: "tests",
  functions: "untyped functions",
  coverage: "files with covered lines",
  contexts: "files with the tests that ran a line",
  sources: "source texts"
}
