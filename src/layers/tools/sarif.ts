/**
 * SARIF 2.1.0, of any tool: one check for each run of the log.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Severity } from "../../domain/Diagnostic.js"
import { otherTools, type ToolName, toolNameFrom } from "../../domain/ToolName.js"
import { MAX_NUMBER } from "./findings.js"
import * as Raw from "./reportReading.js"
import { decodeValue } from "./reportText.js"
import * as SarifPaths from "./sarif/paths.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

// The fields in use. Some tools write 0 where they do not know: the standard has none.
const Position = Schema.Int.pipe(Schema.between(0, MAX_NUMBER))

const Index = Schema.Int.pipe(Schema.between(-1, MAX_NUMBER))

const Level = Schema.Literal("none", "note", "warning", "error")

const Text = Schema.Struct({ text: optional(Schema.String), markdown: optional(Schema.String) })

const Texts = optional(Schema.Record({ key: Schema.String, value: Text }))

const Rule = Schema.Struct({
  id: Schema.String,
  defaultConfiguration: optional(Schema.Struct({ level: optional(Level) })),
  messageStrings: Texts
})

type Rule = typeof Rule.Type

const Component = Schema.Struct({
  name: Schema.String,
  version: optional(Schema.String),
  semanticVersion: optional(Schema.String),
  rules: optional(Schema.Array(Rule)),
  globalMessageStrings: Texts
})

const Region = Schema.Struct({
  startLine: optional(Position),
  startColumn: optional(Position),
  endLine: optional(Position),
  endColumn: optional(Position)
})

const Result = Schema.Struct({
  ruleId: optional(Schema.String),
  ruleIndex: optional(Index),
  rule: optional(Schema.Struct({
    id: optional(Schema.String),
    index: optional(Index),
    toolComponent: optional(Schema.Struct({ index: optional(Index) }))
  })),
  level: optional(Level),
  kind: optional(Schema.String),
  message: Schema.Struct({
    ...Text.fields,
    id: optional(Schema.String),
    arguments: optional(Schema.Array(Schema.String))
  }),
  locations: optional(Schema.Array(Schema.Struct({
    physicalLocation: optional(Schema.Struct({
      artifactLocation: optional(SarifPaths.ArtifactLocation),
      region: optional(Region)
    }))
  }))),
  suppressions: optional(Schema.Array(Schema.Struct({ status: optional(Schema.String) }))),
  baselineState: optional(Schema.String)
})

type Result = typeof Result.Type

const Run = Schema.Struct({
  tool: Schema.Struct({ driver: Component, extensions: optional(Schema.Array(Component)) }),
  results: optional(Schema.NullOr(Schema.Array(Result))),
  artifacts: optional(Schema.Array(Schema.Struct({
    location: optional(SarifPaths.ArtifactLocation),
    roles: optional(Schema.Array(Schema.String)),
    hashes: optional(Schema.Record({ key: Schema.String, value: Schema.String }))
  }))),
  originalUriBaseIds: optional(SarifPaths.UriBaseIds),
  columnKind: optional(Schema.Literal("utf16CodeUnits", "unicodeCodePoints")),
  invocations: optional(Schema.Array(Schema.Struct({
    workingDirectory: optional(SarifPaths.ArtifactLocation),
    executionSuccessful: optional(Schema.Boolean)
  }))),
  externalPropertyFileReferences: optional(Schema.Struct({ results: optional(Schema.Array(Schema.Unknown)) }))
})

type Run = typeof Run.Type

const Log = Schema.Struct({ version: Schema.Literal("2.1.0"), runs: Schema.Array(Run) })

const severities: Readonly<Record<typeof Level.Type, Severity>> = {
  error: "error",
  warning: "warning",
  note: "information",
  none: "information"
}

const ruleOf = ({ tool }: Run, { rule, ruleId, ruleIndex }: Result): Rule | undefined => {
  const component = rule?.toolComponent?.index
  const { rules = [] } = (component === undefined ? undefined : tool.extensions?.[component]) ?? tool.driver
  const index = rule?.index ?? ruleIndex ?? -1
  const id = rule?.id ?? ruleId
  // an id may go on with `/` and a part of the rule
  return rules[index] ?? rules.find((each) => id === each.id || id?.startsWith(`${each.id}/`) === true)
}

const levelOf = ({ kind = "fail", level }: Result, rule: Rule | undefined): typeof Level.Type =>
  level ?? (kind === "fail" ? rule?.defaultConfiguration?.level ?? "warning" : "none")

const messageOf = ({ tool }: Run, { message }: Result, rule: Rule | undefined): string => {
  const id = message.id ?? ""
  const named = rule?.messageStrings?.[id] ?? tool.driver.globalMessageStrings?.[id]
  const text = message.text ?? named?.text ?? message.markdown ?? named?.markdown ?? id
  return text.replaceAll(
    /\{\{|\}\}|\{(\d+)\}/g,
    (all, at: string | undefined) =>
      at === undefined ? (message.arguments === undefined ? all : all.slice(1)) : message.arguments?.[Number(at)] ?? all
  )
}

const isSuppressed = ({ suppressions = [] }: Result) =>
  suppressions.length > 0 && suppressions.every(({ status = "accepted" }) => status === "accepted")

/** What is wrong with the code now: no proof that a rule holds, nothing that was silenced, or was there before. */
const whyNone = (result: Result): string | undefined =>
  result.baselineState === "absent"
    ? "that are gone since a baseline"
    : isSuppressed(result)
    ? "that are suppressed"
    : result.kind === "pass" || result.kind === "notApplicable"
    ? "that say that nothing is wrong"
    : result.locations?.[0]?.physicalLocation?.artifactLocation === undefined
    ? "that are of no file"
    : undefined

const known = (position: number | undefined) => position === 0 ? undefined : position

const rangeOf = ({ endColumn, endLine, startColumn, startLine }: typeof Region.Type): Raw.Range => {
  const first = known(startLine)
  if (first === undefined) return { range: Option.none(), isToLineEnd: false }
  const last = Math.max(first, known(endLine) ?? first)
  return {
    range: Option.some({
      startLine: first,
      startColumn: known(startColumn) ?? 1,
      endLine: last,
      endColumn: known(endColumn) ?? 1
    }),
    isToLineEnd: known(endColumn) === undefined
  }
}

const checkOf = (run: Run, tool: ToolName): Raw.RawCheck => {
  const pathOf = SarifPaths.pathsOf(run)
  const leftOut = new Map<string, number>()
  const findings: Array<Raw.ForeignFinding> = []
  for (const result of run.results ?? []) {
    const why = whyNone(result)
    const { artifactLocation = {}, region = {} } = result.locations?.[0]?.physicalLocation ?? {}
    const path = why === undefined ? pathOf(artifactLocation) : Option.none()
    if (Option.isNone(path)) {
      const reason = why ?? "that are of no file"
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1)
      continue
    }
    const rule = ruleOf(run, result)
    findings.push({
      path: path.value,
      ...rangeOf(region),
      severity: severities[levelOf(result, rule)],
      rule: result.ruleId ?? result.rule?.id ?? rule?.id ?? "no-rule",
      message: messageOf(run, result, rule)
    })
  }
  const artifacts = (run.artifacts ?? []).flatMap(({ hashes = {}, location = {}, roles = [] }) =>
    Option.toArray(pathOf(location)).map((path) => ({ path, roles, hash: hashes["sha-256"]?.toLowerCase() }))
  )
  const { semanticVersion, version } = run.tool.driver
  const isExternal = (run.externalPropertyFileReferences?.results ?? []).length > 0
  const hasFailed = (run.invocations ?? []).some(({ executionSuccessful }) => executionSuccessful === false)
  return {
    ...Raw.nothing,
    tool,
    version: Option.fromNullable(semanticVersion ?? version),
    unit: run.columnKind === "utf16CodeUnits" ? "utf16" : "codePoints",
    findings,
    listed: artifacts.flatMap(({ path, roles }) => roles.includes("analysisTarget") ? [path] : []),
    hashes: new Map(artifacts.flatMap(({ hash, path }) => hash === undefined ? [] : [[path, hash] as const])),
    roots: SarifPaths.rootsOf(run),
    notices: [
      ...[...leftOut].map(([why, count]) => `${count} results ${why} are left out`),
      ...isExternal ? ["results in other files, which the log refers to, are not imported"] : [],
      ...hasFailed ? ["the tool says of itself that it failed: there may be more to find"] : []
    ]
  }
}

/** Never that of a tool of ours that says something else, and each once. */
const namesOf = (runs: ReadonlyArray<Run>): ReadonlyArray<ToolName> => {
  const taken = new Map<ToolName, number>()
  return runs.map(({ tool: { driver } }) => {
    const plain = Option.getOrElse(toolNameFrom(driver.name), () => "sarif")
    const name = otherTools.includes(plain) ? `sarif-${plain}` : plain
    const count = (taken.get(name) ?? 0) + 1
    taken.set(name, count)
    return count === 1 ? name : `${name}-${count}`
  })
}

const decodeLog = decodeValue(Log)

/**
 * @since 0.1.0
 * @category decoding
 */
export const reported = (value: unknown): Either.Either<Raw.Raw, string> =>
  Either.map(decodeLog(value), ({ runs }) => {
    const names = namesOf(runs)
    const checks = runs.map((run, index) => checkOf(run, names[index] ?? "sarif"))
    return Raw.Raw.Checks({ format: "sarif", checks })
  })
