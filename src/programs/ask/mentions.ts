/**
 * Words in the texts of a repository, beside what the index knows of them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { indexRuns } from "./indexState.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Mention {
  readonly name: string
  readonly relPath: string
  readonly line: number
  /** `attribute`: after a dot, or a metaclass; `string`: the end of a string; `text`: all else. */
  readonly kind: "attribute" | "string" | "text"
  /** The index has a symbol there, of that name. */
  readonly isPlaced: boolean
}

interface Found extends Omit<Mention, "isPlaced"> {
  /** 1-based, code points. */
  readonly column: number
}

/** `"visit_" + name`, `f"visit_{name}"`, `"visit_%s"`, and `dispatch("_eval_power", name)`: names are built from it. */
const PREFIX = /["']([A-Za-z_]\w+_)(?=["'{%])|["'](_[A-Za-z]\w*|[A-Za-z]\w*_\w*)(?=["'])/g

const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu

const isQuote = (character: string) => character === "\"" || character === "'"

const kindOf = (line: string, at: number, end: number): Mention["kind"] => {
  const before = line.charAt(at - 1)
  return isQuote(line.charAt(end)) && (isQuote(before) || before === "." || before === ":")
    ? "string"
    // an index of scip-python has no reference in a metaclass
    : before === "." || /\bmetaclass\s*=\s*$/.test(line.slice(0, at))
    ? "attribute"
    : "text"
}

/** Of every word that is one of `names`. */
const wordsIn = (relPath: string, text: string, names: ReadonlySet<string>): ReadonlyArray<Found> =>
  text.split(/\r\n?|\n/).flatMap((line, row) =>
    [...line.matchAll(WORD)].flatMap((match) => {
      const [name] = match
      return !names.has(name) ? [] : [{
        name,
        relPath,
        line: row + 1,
        column: [...line.slice(0, match.index)].length + 1,
        kind: kindOf(line, match.index, match.index + name.length)
      }]
    })
  )

const File = Schema.Struct({ relPath: Schema.String, contentHash: Schema.String })

const Position = Schema.Struct({ position: Schema.String })

const positionOf = ({ column, line, relPath }: Found) => `${relPath}\u001f${line}\u001f${column}`

/** Of these positions, those where the index has some symbol. */
const placedSql = `
  WITH asked AS (SELECT unnest(string_split($1, chr(30))) AS position)
  SELECT DISTINCT position FROM (
    SELECT concat_ws(chr(31), d.rel_path, o.start_line, o.start_column) AS position
    FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id)
    WHERE d.rel_path IN (SELECT split_part(position, chr(31), 1) FROM asked)
      AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  ) SEMI JOIN asked USING (position)`

/** Texts that are held at once. */
const BATCH = 200

/**
 * @since 0.1.0
 * @category models
 */
export interface Mentions {
  readonly words: ReadonlyArray<Mention>
  /** Strings that names may be built from, which end with an underscore: `visit_`. */
  readonly prefixes: ReadonlySet<string>
}

/**
 * Mentions of `names` in the Python files: those that the index cannot place, and after a dot also those that it can, which are
 * references, or something else of the same name.
 *
 * @since 0.1.0
 * @category queries
 */
export const mentionsOf = Effect.fn("mentionsOf")(function*(connection: Connection, names: ReadonlySet<string>) {
  const read = rowsOf(connection)
  const files = yield* read(`SELECT rel_path AS "relPath", content_hash AS "contentHash" FROM files ORDER BY 1`, File)
  const mentions: Array<Mention> = []
  const prefixes = new Set<string>()
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH)
    const texts = yield* connection.sources(batch.map(({ contentHash }) => contentHash))
    for (const text of texts.values()) {
      for (const [, prefix, stem] of text.matchAll(PREFIX)) prefixes.add(prefix ?? `${stem ?? ""}_`)
    }
    const words = batch.flatMap(({ contentHash, relPath }) => wordsIn(relPath, texts.get(contentHash) ?? "", names))
    if (words.length === 0) continue
    const placed = new Set(
      (yield* read(placedSql, Position, [words.map(positionOf).join("\u001e")])).map(({ position }) => position)
    )
    for (const word of words) {
      const isPlaced = placed.has(positionOf(word))
      if (!isPlaced || word.kind === "attribute") mentions.push({ ...word, isPlaced })
    }
  }
  const found: Mentions = { words: mentions, prefixes }
  return found
})
