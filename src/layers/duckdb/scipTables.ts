/**
 * The tables of SCIP indexes. A document is stored once for its content, whichever runs and files have it, and symbols are
 * numbered, since each is named many times: integers for most columns of the largest table.
 *
 * A symbol that is local to its document has no number of its own: `local N` is -1 - N, and a symbol only together with
 * the document.
 *
 * @since 0.1.0
 */
import { column, nullable, table } from "./definition.js"

const documentId = column("INTEGER", "the document: what an index says of one content")
const symbolId = column("INTEGER", "the symbol; -1 - N: local N of this document")

/**
 * @since 0.1.0
 * @category tables
 */
export const documents = table("core", "scip_documents", "what indexes say of files, once for each content", {
  document_id: documentId,
  content_hash: column(
    "VARCHAR",
    "SHA-256 of the occurrences and symbols, local symbols numbered by position, hexadecimal"
  ),
  occurrences: column("INTEGER", "occurrences", "occurrences"),
  symbols: column("INTEGER", "descriptions of symbols", "descriptions")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const runDocuments = table("core", "scip_run_documents", "which document each run has for which file", {
  run_id: column("VARCHAR", "the run, one execution of a tool"),
  rel_path: nullable(
    column("VARCHAR", "path of the file, relative to the repository, with /"),
    "the document is of no file, it holds the external symbols of the run"
  ),
  document_id: documentId
})

/**
 * @since 0.1.0
 * @category tables
 */
export const symbols = table("core", "scip_symbols", "symbols that are not local to a document, once each", {
  symbol_id: column("INTEGER", "the symbol, from 1"),
  symbol: column("VARCHAR", "as SCIP writes it: scheme, package, descriptors")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const information = table(
  "core",
  "scip_symbol_information",
  "descriptions of symbols, in the order of the index; a document may describe a symbol more than once",
  {
    document_id: documentId,
    symbol_id: symbolId,
    kind: column("INTEGER", "number of SymbolInformation.Kind in SCIP; 0: not said, as by scip-python"),
    display_name: column("VARCHAR", "name for people; empty: not said, as by scip-python"),
    documentation: nullable(
      column("VARCHAR", "signature and docstring in Markdown, a blank line between"),
      "none is given"
    ),
    enclosing_symbol_id: nullable(column("INTEGER", "the symbol it is in, as symbol_id"), "not said, as by scip-python")
  }
)

/**
 * @since 0.1.0
 * @category tables
 */
export const occurrences = table("core", "scip_occurrences", "where symbols occur, by document and position", {
  document_id: documentId,
  symbol_id: symbolId,
  start_line: column("INTEGER", "where it begins", "line, 1-based"),
  start_column: column("INTEGER", "where it begins", "code points, 1-based"),
  end_line: column("INTEGER", "where it ends", "line, 1-based"),
  end_column: column("INTEGER", "where it ends", "code points, 1-based, exclusive"),
  roles: column("INTEGER", "SymbolRole in SCIP: sum of 1 definition, 2 import, 4 write, 8 read, and others", "bit set")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const relationships = table("core", "scip_relationships", "how symbols relate, by document", {
  document_id: documentId,
  symbol_id: symbolId,
  related_symbol_id: column("INTEGER", "the other symbol, as symbol_id"),
  is_reference: column("BOOLEAN", "whether references to one are references to the other"),
  is_implementation: column("BOOLEAN", "whether the symbol implements or overrides the other"),
  is_type_definition: column("BOOLEAN", "whether the other is its type"),
  is_definition: column("BOOLEAN", "whether the symbol is defined where the other is")
})

/**
 * Of a transaction that looks symbols up: temporary, and no part of the schema.
 *
 * @since 0.1.0
 * @category tables
 */
export const newSymbols = table("temp", "new_symbols", "symbols that may be stored", {
  row_number: column("INTEGER", "of the symbol among those that are looked up"),
  symbol: column("VARCHAR", "as SCIP writes it")
})

/**
 * In the order of docs/schema.md.
 *
 * @since 0.1.0
 * @category tables
 */
export const all = [documents, runDocuments, symbols, information, occurrences, relationships]
