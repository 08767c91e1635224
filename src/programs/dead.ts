/**
 * Code that nothing refers to.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { DeadCandidate, DeadCode } from "../domain/DeadCode.js"
import { IndexIncomplete } from "../domain/IndexIncomplete.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { indexRuns, indexState } from "./ask/indexState.js"
import { countIn, coverageByFile } from "./ask/measures.js"
import { type Mention, mentionsOf } from "./ask/mentions.js"
import { projectScripts } from "./ask/projectScripts.js"
import { type Unreferenced, unreferenced } from "./ask/unreferenced.js"
import { entryPointOf, isOfTests, isPublic, registering, verdict } from "./ask/verdict.js"
import { reading } from "./database.js"
import { freshness } from "./freshness.js"
import { rowsOf } from "./rows.js"

const Relation = Schema.Struct({ symbol: Schema.String, base: Schema.String })

const relationsSql = `
  SELECT DISTINCT s.symbol, b.symbol AS base
  FROM core.scip_run_documents d JOIN core.scip_relationships r USING (document_id)
  JOIN core.scip_symbols s ON s.symbol_id = r.symbol_id JOIN core.scip_symbols b ON b.symbol_id = r.related_symbol_id
  WHERE r.is_implementation AND d.run_id IN (SELECT run_id FROM (${indexRuns})) ORDER BY 1, 2`

const Broken = Schema.Struct({ relPath: Schema.String })

const Total = Schema.Struct({ definitions: Schema.NonNegativeInt })

const totalSql = `
  SELECT count(DISTINCT o.symbol_id) AS definitions
  FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id)
  JOIN core.scip_symbols s USING (symbol_id)
  WHERE o.roles & 1 = 1 AND d.rel_path IS NOT NULL AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
    AND (ends_with(s.symbol, '#') OR ends_with(s.symbol, ').'))`

const nameOf = (qualifiedName: string) => qualifiedName.slice(qualifiedName.lastIndexOf(".") + 1)

const STDLIB = "python-stdlib"

/** `scheme manager package version descriptors`. */
const packageOf = (symbol: string) => symbol.split(" ")[2] ?? ""

/** Bases that are written and of which there is none to override. */
const isEmptyBase = (base: string) =>
  /^(object|(typing\.|t\.)?(Generic|Protocol|NamedTuple|TypedDict)\b.*|\w+\s*=.*)$/.test(base)

type Coverage = Effect.Effect.Success<ReturnType<typeof coverageByFile>>

const coveredOf = (coverage: Coverage, { place, relPath }: Unreferenced): boolean | null => {
  const file = coverage.get(relPath)
  return file === undefined || countIn(file.lines, place.bodies) === 0 ? null : countIn(file.covered, place.bodies) > 0
}

/** `file#class`, and its methods that tests ran although nothing refers to them, nor any base asks for them. */
const ranByInterface = (
  all: ReadonlyArray<Unreferenced>,
  coverage: Coverage,
  bases: ReadonlyMap<string, ReadonlyArray<string>>
) => {
  const found = new Map<string, Set<string>>()
  for (const each of all) {
    if (Option.isNone(each.owner) || bases.has(each.symbol) || /\.__\w+__$/.test(each.qualifiedName)) continue
    if (coveredOf(coverage, each) !== true) continue
    found.set(ownerKey(each), (found.get(ownerKey(each)) ?? new Set()).add(each.symbol))
  }
  return found
}

const ownerKey = ({ qualifiedName, relPath }: Unreferenced) =>
  `${relPath}#${qualifiedName.slice(0, Math.max(0, qualifiedName.lastIndexOf(".")))}`

const judge = (each: Unreferenced, known: {
  readonly coverage: Coverage
  readonly scripts: ReadonlySet<string>
  /** Files that do not parse. */
  readonly broken: ReadonlySet<string>
  readonly bases: ReadonlyMap<string, ReadonlyArray<string>>
  /** What others override. */
  readonly overridden: ReadonlySet<string>
  readonly ran: ReadonlyMap<string, ReadonlySet<string>>
}): DeadCandidate => {
  const { imports, module, outline, owner, place, qualifiedName, relPath, symbol } = each
  const { definition, lines } = place
  const classSymbol = symbol.slice(0, symbol.lastIndexOf("#") + 1)
  const evidence = {
    name: `${module}:${qualifiedName}`,
    symbol,
    kind: definition.kind === "class"
      ? "class" as const
      : Option.isSome(owner)
      ? "method" as const
      : "function" as const,
    relPath,
    startLine: lines.start,
    endLine: lines.end,
    references: 0 as const,
    imports,
    covered: coveredOf(known.coverage, each),
    entryPoint: entryPointOf({
      relPath,
      module,
      qualifiedName,
      decorators: definition.decorators,
      scripts: known.scripts
    }),
    inAll: Option.exists(outline.exported, (names) => names.includes(qualifiedName)),
    registeredBy: registering(definition.decorators),
    overrides: definition.kind === "class" ? [] : known.bases.get(symbol) ?? [],
    parses: !known.broken.has(relPath),
    overridden: known.overridden.has(symbol),
    unknownBase: Option.exists(owner, ({ bases }) => {
      const found = known.bases.get(classSymbol) ?? []
      return bases.filter((base) => !isEmptyBase(base)).length > found.length ||
        found.some((base) => packageOf(base) !== packageOf(symbol) && packageOf(base) !== STDLIB)
    }),
    // an interface has no private methods
    siblingsRan: Option.isSome(owner) && !nameOf(qualifiedName).startsWith("_") &&
      [...known.ran.get(ownerKey(each)) ?? []].some((ran) => ran !== symbol),
    attributeMentions: null,
    stringMentions: null,
    textMentions: null,
    sameNameReferences: null,
    builtFrom: null,
    inTests: isOfTests(relPath),
    isPublic: isPublic({ module, qualifiedName, relPath })
  }
  return { ...evidence, ...verdict(evidence) }
}

/** The same candidate, with the places that its name is in. */
const withMentions = (
  candidate: DeadCandidate,
  all: ReadonlyArray<Mention>,
  prefixes: ReadonlySet<string>
): DeadCandidate => {
  const { because: _, confidence: __, endLine, relPath, startLine, ...rest } = candidate
  const mentions = all.filter((each) => each.relPath !== relPath || each.line < startLine || each.line > endLine)
  const name = lastName(candidate)
  const count = (kind: Mention["kind"]) =>
    mentions.filter((mention) => !mention.isPlaced && mention.kind === kind).length
  const evidence = {
    ...rest,
    relPath,
    startLine,
    endLine,
    attributeMentions: count("attribute"),
    stringMentions: count("string"),
    textMentions: count("text"),
    sameNameReferences: candidate.kind === "method" ? mentions.filter(({ isPlaced }) => isPlaced).length : 0,
    builtFrom: [...prefixes].find((prefix) => name.length > prefix.length && name.startsWith(prefix)) ?? null
  }
  return { ...evidence, ...verdict(evidence) }
}

const lastName = ({ name }: DeadCandidate) => nameOf(name.slice(name.indexOf(":") + 1))

const order = ["high", "public", "low"] as const

/**
 * Candidates, each with its evidence. Fails with `IndexIncomplete` unless every file is indexed: a reference may be in the
 * rest.
 *
 * @since 0.1.0
 * @category programs
 */
export const dead = Effect.fn("dead")((ctx: PipelineContext) =>
  reading(ctx, (connection) =>
    Effect.gen(function*() {
      const fresh = yield* freshness(connection, ctx, ["scip-python", "coverage", "pytest"])
      const state = yield* indexState(connection)
      const problem = state.problem ?? state.unparsed
      if (problem !== null) {
        return yield* new IndexIncomplete({
          database: ctx.paths.database,
          problem: `what nothing refers to is not known: ${problem}`,
          hint: "index every file first: codeintel ingest --only scip, and see what it says of scip-python"
        })
      }
      const read = rowsOf(connection)
      const all = yield* unreferenced(connection)
      const [total] = yield* read(totalSql, Total)
      const bases = new Map<string, Array<string>>()
      for (const { base, symbol } of yield* read(relationsSql, Relation)) {
        bases.set(symbol, [...bases.get(symbol) ?? [], base])
      }
      const overridden = new Set([...bases].flatMap(([symbol, of]) => symbol.endsWith("#") ? [] : of))
      const scripts = yield* projectScripts(ctx.root)
      const coverage = yield* coverageByFile(connection)
      const ran = ranByInterface(all, coverage, bases)
      const broken = new Set(
        (yield* read(`SELECT rel_path AS "relPath" FROM files WHERE parse_error IS NOT NULL`, Broken))
          .map(({ relPath }) => relPath)
      )
      const judged = all.map((each) => judge(each, { coverage, scripts, broken, bases, overridden, ran }))
      // to read all texts for words is dear: for those alone that nothing else speaks against
      const open = judged.filter(({ confidence }) => confidence !== "low")
      const mentions = new Map<string, Array<Mention>>()
      const { prefixes, words } = yield* mentionsOf(connection, new Set(open.map(lastName)))
      for (const mention of words) {
        const same = mentions.get(mention.name)
        if (same === undefined) mentions.set(mention.name, [mention])
        else same.push(mention)
      }
      const candidates = judged.map((each) =>
        each.confidence === "low" ? each : withMentions(each, mentions.get(lastName(each)) ?? [], prefixes)
      )
      const count = (wanted: DeadCandidate["confidence"]) =>
        candidates.filter(({ confidence }) => confidence === wanted).length
      const found: DeadCode = {
        freshness: fresh,
        definitions: total?.definitions ?? 0,
        counts: { high: count("high"), public: count("public"), low: count("low") },
        candidates: order.flatMap((wanted) => candidates.filter(({ confidence }) => confidence === wanted))
      }
      return found
    }))
)
