/**
 * Small marks that say something by shape, colour and word at once.
 */
import type { ReportFinding, ReportTool } from "../domain/ReportData.js"
import { h } from "./dom.js"

export const shapes: Readonly<Record<string, string>> = {
  ok: "✓",
  findings: "●",
  imported: "✓",
  skipped: "–",
  partial: "◐",
  suspect: "▲",
  not_found: "✕",
  failed: "✕",
  timed_out: "✕",
  interrupted: "✕",
  error: "✕",
  warning: "▲",
  information: "●",
  passed: "✓",
  crashed: "✕",
  xfailed: "–",
  xpassed: "▲"
}

const tones: Readonly<Record<string, string>> = {
  ok: "good",
  passed: "good",
  imported: "good",
  partial: "doubt",
  suspect: "doubt",
  warning: "doubt",
  xpassed: "doubt",
  findings: "plain",
  information: "plain",
  skipped: "quiet",
  xfailed: "quiet"
}

/** A status, a severity or an outcome. */
export const mark = (word: string): HTMLElement =>
  h(
    "span",
    { class: `mark ${tones[word] ?? "bad"}` },
    h("span", { "aria-hidden": "true" }, shapes[word] ?? "●"),
    word.replaceAll("_", " ")
  )

/** Whether a tool has not done what it was asked for. */
export const needsAttention = ({ status }: Pick<ReportTool, "status">): boolean =>
  !["ok", "findings", "skipped", "imported"].includes(status)

/** The worst first. */
export const severityOrder: Readonly<Record<ReportFinding["severity"], number>> = {
  error: 0,
  warning: 1,
  information: 2
}
