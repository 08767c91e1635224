/**
 * What the runs of the latest snapshot say of symbols.
 *
 * @since 0.1.0
 */
import { column, nullable, type View, view } from "./definition.js"
import * as Tables from "./scipTables.js"

/** Names of `SymbolInformation.Kind` in SCIP, from 1; there is no 83. */
const kinds = [
  ..."Array Assertion AssociatedType Attribute Axiom Boolean Class Constant Constructor DataFamily Enum".split(" "),
  ..."EnumMember Event Fact Field File Function Getter Grammar Instance Interface Key Lang Lemma Macro".split(" "),
  ..."Method MethodReceiver Message Module Namespace Null Number Object Operator Package PackageObject".split(" "),
  ..."Parameter ParameterLabel Pattern Predicate Property Protocol Quasiquoter SelfParameter Setter".split(" "),
  ..."Signature Subscript String Struct Tactic Theorem ThisParameter Trait Type TypeAlias TypeClass".split(" "),
  ..."TypeFamily TypeParameter Union Value Variable Contract Error Library Modifier AbstractMethod".split(" "),
  ..."MethodSpecification ProtocolMethod PureVirtualMethod TraitMethod TypeClassMethod Accessor Delegate".split(" "),
  ..."MethodAlias SingletonClass SingletonMethod StaticDataMember StaticEvent StaticField StaticMethod".split(" "),
  ..."StaticProperty StaticVariable 83 Extension Mixin Concept".split(" ")
]

const kindList = `[${kinds.map((kind) => `'${kind}'`).join(", ")}]`

const simple = String.raw`[\w+$-]`
const nameAtEnd = String.raw`(?:\x60(?:[^\x60]|\x60\x60)+\x60|${simple}+)`

/** The kind that the last descriptor of a symbol tells: its suffix, and for functions whether a class is before it. */
const descriptorKind = (symbol: string) => `
    CASE
      WHEN ${symbol} LIKE '%/' THEN 'Namespace'
      WHEN ${symbol} LIKE '%#' THEN 'Class'
      WHEN ${symbol} LIKE '%:' THEN 'Module'
      WHEN ${symbol} LIKE '%!' THEN 'Macro'
      WHEN ${symbol} LIKE '%]' THEN 'TypeParameter'
      WHEN ${symbol} LIKE '%)' THEN 'Parameter'
      WHEN regexp_matches(${symbol}, '#${nameAtEnd}\\(${simple}*\\)\\.$') THEN 'Method'
      WHEN ${symbol} LIKE '%).' THEN 'Function'
      WHEN ${symbol} LIKE '%.' THEN 'Variable'
    END`

/** The name in the last descriptor; of a module, which scip-python writes as a/b/__init__:, the one before. */
const descriptorName = (symbol: string) => {
  const bare = `regexp_replace(${symbol}, '(/__init__:|\\(${simple}*\\)\\.|[/#.:!\\])])$', '')`
  return `replace(trim(regexp_extract(${bare}, '${nameAtEnd}$'), chr(96)), repeat(chr(96), 2), chr(96))`
}

/** A symbol as SCIP writes it, local or not. */
const symbolText = (id: string, symbol: string) =>
  `CASE WHEN ${id} < 0 THEN 'local ' || (-1 - ${id}) ELSE ${symbol} END`

const { documents, information, occurrences, relationships } = Tables

const relPath = column("VARCHAR", "path of the file, relative to the repository, with /")
const symbol = column("VARCHAR", "as SCIP writes it; local N is another symbol in each file")
const role = (description: string) => column("BOOLEAN", description)

/**
 * `linkedRuns`: a SELECT of the runs of the latest snapshot.
 *
 * @since 0.1.0
 * @category views
 */
export const views = (linkedRuns: string): ReadonlyArray<View> => {
  const linked = `d.run_id IN (${linkedRuns})`
  return [
    view(
      "main",
      "scip_documents",
      "the files that are indexed and have an occurrence",
      {
        document_id: documents.columns.document_id,
        rel_path: relPath,
        occurrences: documents.columns.occurrences,
        symbols: documents.columns.symbols
      },
      `
SELECT d.document_id, d.rel_path, c.occurrences, c.symbols
FROM core.scip_run_documents d JOIN core.scip_documents c ON c.document_id = d.document_id
WHERE d.rel_path IS NOT NULL AND ${linked}`
    ),
    view(
      "main",
      "symbols",
      "descriptions of symbols, those of other packages included; a symbol may have several, or none although it is " +
        "defined",
      {
        symbol_id: column("BIGINT", "the symbol; negative: local to the document"),
        symbol,
        kind: nullable(
          column(
            "VARCHAR",
            "SymbolInformation.Kind as SCIP names it; where the index does not say, as scip-python, derived from the " +
              "last descriptor of the symbol: Namespace, Module, Class, Method, Function, Variable, Parameter, " +
              "TypeParameter or Macro"
          ),
          "neither says, as for a local symbol"
        ),
        display_name: nullable(
          column(
            "VARCHAR",
            "name for people; where the index does not say, as scip-python, the name in the last descriptor"
          ),
          "neither says, as for a local symbol"
        ),
        rel_path: nullable(relPath, "the symbol is of another package, or of Python itself"),
        documentation: information.columns.documentation,
        enclosing_symbol: nullable(
          column("VARCHAR", "the symbol it is in"),
          "not said; scip-python never does, but has it in the symbol"
        )
      },
      `
SELECT
  CASE WHEN i.symbol_id < 0 THEN i.symbol_id - (CAST(i.document_id AS BIGINT) << 31) ELSE i.symbol_id END AS symbol_id,
  ${symbolText("i.symbol_id", "s.symbol")} AS symbol,
  CASE WHEN i.kind = 0 THEN ${descriptorKind("s.symbol")}
    ELSE coalesce(${kindList}[i.kind], CAST(i.kind AS VARCHAR)) END AS kind,
  coalesce(nullif(i.display_name, ''), nullif(${descriptorName("s.symbol")}, '')) AS display_name,
  d.rel_path, i.documentation,
  ${symbolText("i.enclosing_symbol_id", "e.symbol")} AS enclosing_symbol
FROM core.scip_run_documents d
JOIN core.scip_symbol_information i ON i.document_id = d.document_id
LEFT JOIN core.scip_symbols s ON s.symbol_id = i.symbol_id
LEFT JOIN core.scip_symbols e ON e.symbol_id = i.enclosing_symbol_id
WHERE ${linked}`
    ),
    view(
      "main",
      "occurrences",
      "where symbols occur in the files",
      {
        rel_path: relPath,
        symbol,
        start_line: occurrences.columns.start_line,
        start_column: occurrences.columns.start_column,
        end_line: occurrences.columns.end_line,
        end_column: occurrences.columns.end_column,
        is_definition: role("whether it defines the symbol"),
        is_import: role("whether the index has it as an import; scip-python has none, but reads"),
        is_read: role("whether the index has it as a read; scip-python has all so that define nothing"),
        is_write: role("whether the index has it as a write; scip-python has none, but definitions and reads")
      },
      `
SELECT
  d.rel_path, ${symbolText("o.symbol_id", "s.symbol")} AS symbol,
  o.start_line, o.start_column, o.end_line, o.end_column,
  o.roles & 1 <> 0 AS is_definition, o.roles & 2 <> 0 AS is_import, o.roles & 8 <> 0 AS is_read,
  o.roles & 4 <> 0 AS is_write
FROM core.scip_run_documents d
JOIN core.scip_occurrences o ON o.document_id = d.document_id
LEFT JOIN core.scip_symbols s ON s.symbol_id = o.symbol_id
WHERE d.rel_path IS NOT NULL AND ${linked}`
    ),
    view(
      "main",
      "relationships",
      "how symbols relate",
      {
        symbol,
        related_symbol: column("VARCHAR", "the other symbol"),
        is_reference: relationships.columns.is_reference,
        is_implementation: relationships.columns.is_implementation,
        is_type_definition: relationships.columns.is_type_definition,
        is_definition: relationships.columns.is_definition
      },
      `
SELECT
  ${symbolText("r.symbol_id", "s.symbol")} AS symbol, ${
        symbolText("r.related_symbol_id", "t.symbol")
      } AS related_symbol,
  r.is_reference, r.is_implementation, r.is_type_definition, r.is_definition
FROM core.scip_run_documents d
JOIN core.scip_relationships r ON r.document_id = d.document_id
LEFT JOIN core.scip_symbols s ON s.symbol_id = r.symbol_id
LEFT JOIN core.scip_symbols t ON t.symbol_id = r.related_symbol_id
WHERE ${linked}`
    )
  ]
}
