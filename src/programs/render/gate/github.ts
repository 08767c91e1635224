/**
 * @since 0.1.0
 */
import type { ComparedFinding } from "../../../domain/Comparison.js"
import type { Severity } from "../../../domain/Diagnostic.js"
import { inert, inertLines } from "../../../domain/inert.js"
import type { Verdict } from "../../../domain/Verdict.js"
import { textOf } from "../section.js"
import { plain } from "../style.js"
import { withoutCommands, workflowCommand } from "../workflowCommand.js"
import { rulesLine } from "./sections.js"

const levels = { error: "error", warning: "warning", information: "notice" } as const satisfies Record<Severity, string>

const ofFinding = (prefix: string) => (finding: ComparedFinding): string => {
  const { endColumn, endLine, message, relPath, rule, severity, startColumn, startLine, tool } = finding
  // GitHub takes no columns of what spans lines
  const isOneLine = startLine === endLine
  return workflowCommand(levels[severity], {
    file: inert(prefix + relPath),
    line: startLine,
    endLine,
    col: isOneLine ? startColumn : undefined,
    endColumn: isOneLine ? endColumn : undefined,
    title: inert(`${tool} ${rule}`)
  }, inertLines(message))
}

/**
 * Annotations, for the log of a step in GitHub Actions. Why it failed or was refused comes first: of each level GitHub
 * shows the first ten of a step.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderGithub = ({ findings, passedOver, prefix, reasons, rules, verdict }: Verdict): string =>
  [
    ...reasons.map((reason) => workflowCommand("error", { title: `codeintel gate ${verdict}` }, inertLines(reason))),
    ...findings.map(ofFinding(prefix)),
    withoutCommands(
      `codeintel gate: ${verdict}; new findings: ${findings.length.toLocaleString("en")} that count, ` +
        `${passedOver.toLocaleString("en")} that do not; ${textOf(rulesLine(rules), plain)}`
    )
  ].join("\n")
