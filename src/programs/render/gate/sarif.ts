/**
 * SARIF 2.1.0, for code scanning and viewers.
 *
 * @since 0.1.0
 */
import type { ComparedFinding, ToolComparison } from "../../../domain/Comparison.js"
import type { Severity } from "../../../domain/Diagnostic.js"
import { inert, inertLines } from "../../../domain/inert.js"
import { matchesOrAll } from "../../../domain/namePattern.js"
import type { ToolName } from "../../../domain/ToolName.js"
import { exitCodes, type Verdict } from "../../../domain/Verdict.js"
import { sidesOf } from "../comparison.js"
import { textOf } from "../section.js"
import { plain } from "../style.js"
import { rulesLine } from "./sections.js"

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

const levels = { error: "error", warning: "warning", information: "note" } as const satisfies Record<Severity, string>

/** Half a pair of surrogates is no text in UTF-8. */
const whole = (text: string) => text.replace(/\p{Surrogate}/gu, "\ufffd")

/** A name, or an identity. */
const literal = (text: string) => whole(inert(text))

/** `[text](target)` is a link in a message, and `{0}` an argument: here neither is meant. */
const message = (text: string) => {
  const plainText = whole(inertLines(text)).replaceAll("](", "] (").replace(/\{(\d+)\}/g, "{{$1}}")
  return { text: plainText === "" ? "(no message)" : plainText }
}

const uri = (path: string) => path.split("/").map((name) => encodeURIComponent(whole(name))).join("/")

interface Notification {
  readonly level: "error" | "warning" | "note"
  readonly text: string
}

const notifications = (given: ReadonlyArray<Notification>) =>
  given.map(({ level, text }) => ({ level, message: message(text) }))

type Baseline = "new" | "absent"

const resultOf =
  (prefix: string, ruleIds: ReadonlyArray<string>) =>
  ({ baseline, finding }: { baseline: Baseline; finding: ComparedFinding }) => {
    const { endColumn, endLine, fingerprint, relPath, rule, severity, startColumn, startLine } = finding
    const ruleId = literal(rule)
    return {
      ruleId,
      ruleIndex: ruleIds.indexOf(ruleId),
      level: levels[severity],
      message: message(finding.message),
      locations: [{
        physicalLocation: {
          artifactLocation: { uri: uri(prefix + relPath), uriBaseId: "SRCROOT" },
          region: { startLine, startColumn, endLine, endColumn }
        }
      }],
      partialFingerprints: { "codeintel/v1": literal(fingerprint) },
      baselineState: baseline
    }
  }

/** A run says that it is whole only where the tool was compared, and nothing speaks against it. */
const concernsOf = ({ reasons, verdict }: Verdict, tool: ToolComparison | undefined): ReadonlyArray<string> => {
  const own = tool === undefined
    ? ["not compared"]
    : tool.concerns.length === 0 && tool.new === null
    ? [tool.head?.reason ?? tool.base?.reason ?? "not compared"]
    : tool.concerns
  return verdict !== "refused"
    ? own
    : [
      ...own,
      ...(reasons.length === 0 ? ["the gate refused to say"] : reasons.map((reason) => `the gate refused: ${reason}`))
    ]
}

/** Neither side ran it, and nobody misses it. */
const isOff = ({ base, concerns, head }: ToolComparison) =>
  concerns.length === 0 && [base, head].every((side) => side === null || side.status === "skipped")

// as the results of OpenSSF Scorecard have it: code scanning takes no result without a location
const NOWHERE = uri("no file associated with this alert")

/** Where no finding says that it did not pass, the reasons do: many readers look at results alone. */
const gateResults = ({ findings, reasons, verdict }: Verdict) => {
  if (verdict === "passed" || (verdict === "failed" && findings.length > 0)) return []
  return (reasons.length === 0 ? [`the gate ${verdict}`] : reasons).map((reason) => ({
    ruleId: `gate-${verdict}`,
    ruleIndex: 0,
    level: "error",
    message: message(reason),
    locations: [{
      physicalLocation: { artifactLocation: { uri: NOWHERE, uriBaseId: "SRCROOT" }, region: { startLine: 1 } }
    }],
    partialFingerprints: { "codeintel/v1": literal(`gate-${verdict}: ${reason}`) },
    baselineState: "new"
  }))
}

/**
 * A run for each checker that counts, with the new findings that count, and one for the gate itself: its exit code and
 * why. Of a refused gate no run is successful, and the reasons are results: it cannot be taken for one without findings.
 * With `fixed`, findings that are gone are there too, as `absent`: not for code scanning, which shows them as present.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderSarif = (verdict: Verdict, options: { readonly fixed?: boolean } = {}): string => {
  const { comparison, findings, prefix, reasons, rules } = verdict
  const counts = matchesOrAll(rules.tools)
  const gone = options.fixed === true ? comparison.fixed.filter(({ tool }) => counts(tool)) : []
  const all = [
    ...findings.map((finding) => ({ finding, baseline: "new" as const })),
    ...gone.map((finding) => ({ finding, baseline: "absent" as const }))
  ]
  const described = `${textOf(sidesOf(comparison), plain)}; ${textOf(rulesLine(rules), plain)}`
  const common = (name: string) => ({
    columnKind: "unicodeCodePoints",
    originalUriBaseIds: { SRCROOT: { description: { text: "the working tree" } } },
    automationDetails: { id: `codeintel-gate/${name}/`, description: message(described) }
  })

  const ofTool = (name: ToolName) => {
    const tool = comparison.tools.find((each) => each.tool === name)
    const own = all.filter(({ finding }) => finding.tool === name)
    const ruleIds = [...new Set(own.map(({ finding }) => literal(finding.rule)))]
    const concerns = concernsOf(verdict, tool)
    const version = tool?.head?.version ?? null
    return {
      tool: {
        driver: {
          name,
          ...(version === null ? {} : { version: literal(version) }),
          rules: ruleIds.map((id) => ({ id, shortDescription: message(`${name} ${id}`) }))
        }
      },
      ...common(name),
      invocations: [{
        executionSuccessful: concerns.length === 0,
        toolExecutionNotifications: notifications(concerns.map((text) => ({ level: "error", text })))
      }],
      results: own.map(resultOf(prefix, ruleIds))
    }
  }

  const results = gateResults(verdict)
  const ruleIds = new Set(results.map(({ ruleId }) => ruleId))
  const gate = {
    tool: {
      driver: {
        name: "codeintel",
        rules: [...ruleIds].map((id) => ({ id, shortDescription: message(`codeintel ${id}`) }))
      }
    },
    ...common("codeintel"),
    invocations: [{
      executionSuccessful: verdict.verdict !== "refused",
      exitCode: exitCodes[verdict.verdict],
      exitCodeDescription: verdict.verdict,
      toolExecutionNotifications: notifications([
        { level: verdict.verdict === "passed" ? "note" : "error", text: `gate: ${verdict.verdict}` },
        ...reasons.map((text) => ({ level: "error" as const, text }))
      ])
    }],
    results
  }

  const compared = comparison.tools.filter((each) => counts(each.tool) && !isOff(each)).map(({ tool }) => tool)
  const names = [...new Set([...compared, ...all.map(({ finding }) => finding.tool)])]
  return JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [...names.map(ofTool), gate] }, null, 2)
}
