/**
 * Rows that only one of two indexes has, paired by their place, and each pair classed.
 */
import { explain, type Facts, isMisattributed, nameOf, type OrderDependence, type Place, textAt } from "./rule.js"

export type View = "scip_documents" | "symbols" | "occurrences" | "relationships"

/** A row without what differs between any two databases: numbers of documents, symbols and locals. */
export interface Row {
  readonly view: View
  /** None of symbols of other packages, and of relationships. */
  readonly relPath: string | null
  /** Of occurrences. */
  readonly place: Place | null
  /** Of a local one, where it occurs first. */
  readonly symbol: string
  /** The other symbol of a relationship, or the enclosing one. */
  readonly related: string | null
  /** All other columns. */
  readonly rest: string
}

/**
 * - `described with it`: the description of a symbol that only explained occurrences have
 * - `described elsewhere`: word for word, in another document: an index describes a symbol where it comes to it first
 * - `described before`: a symbol of another package, as an earlier run from scratch had it from its first reference
 * - `called or named`: a class of another package is described as the first reference to it has it: called, or named
 * - `differs by order`: two runs from scratch differ in it as well (`checkOrder`)
 * - `adds up`: the counts of a document, whose differing rows are all explained and make just this difference
 */
export type Class =
  | OrderDependence
  | "described with it"
  | "described elsewhere"
  | "called or named"
  | "described before"
  | "differs by order"
  | "adds up"
  | "residue"

export interface Difference {
  readonly class: Class
  /** What it is compared with; none: only the full run has it. */
  readonly theirs: Row | undefined
  /** What a full run from scratch has; none: only the other has it. */
  readonly full: Row | undefined
}

/** Rows of one side that the other does not have, as often as they are too many. */
export interface Sides {
  readonly theirs: ReadonlyArray<Row>
  readonly full: ReadonlyArray<Row>
}

const keyOf = (...values: ReadonlyArray<unknown>): string => JSON.stringify(values)

export const rowKey = ({ place, related, relPath, rest, symbol, view }: Row): string =>
  keyOf(
    view,
    relPath,
    place && [place.startLine, place.startColumn, place.endLine, place.endColumn],
    symbol,
    related,
    rest
  )

/** What two rows have in common that say something else of the same thing. */
const thingOf = ({ place, related, relPath, rest, symbol, view }: Row): string => {
  switch (view) {
    case "occurrences":
      return keyOf(view, relPath, place, rest)
    case "relationships":
      return keyOf(view, symbol, rest)
    case "scip_documents":
      return keyOf(view, relPath)
    case "symbols":
      // locals of documents that the index does not name have nothing but their description
      return relPath === null && symbol.startsWith("local ")
        ? keyOf(view, symbol, related, rest)
        : keyOf(view, relPath, symbol, related)
  }
}

const count = <A>(values: Iterable<A>): Map<A, number> => {
  const counts = new Map<A, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** The rows of the first that the second does not have, as multisets. */
export const without = (first: ReadonlyArray<Row>, second: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const left = count(second.map(rowKey))
  return first.filter((row) => {
    const key = rowKey(row)
    const copies = left.get(key) ?? 0
    if (copies > 0) left.set(key, copies - 1)
    return copies === 0
  })
}

type Pair = Pick<Difference, "theirs" | "full">

/** One of each side at a time; what has no counterpart stays alone. */
const pairs = ({ full, theirs }: Sides): ReadonlyArray<Pair> => {
  const open = new Map<string, Array<Row>>()
  for (const row of full) {
    const thing = thingOf(row)
    const rows = open.get(thing)
    if (rows === undefined) open.set(thing, [row])
    else rows.push(row)
  }
  const found = theirs.map((row): Pair => ({ theirs: row, full: open.get(thingOf(row))?.shift() }))
  return [...found, ...[...open.values()].flat().map((row): Pair => ({ theirs: undefined, full: row }))]
}

const firstBlock = /```python\n([^]*?)\n```/

/** `(class) X` is how a class is shown that is named, `class X(...)` one that is called; all else is to be the same. */
const isOtherForm = (one: Row, other: Row): boolean => {
  const name = nameOf(one.symbol) ?? ""
  const codes = [one, other].map(({ rest }) => firstBlock.exec(rest)?.[1] ?? "")
  return codes.includes(`(class) ${name}`) && codes.some((code) => new RegExp(`^class ${name}\\s*\\(`).test(code)) &&
    one.rest.replace(firstBlock, "") === other.rest.replace(firstBlock, "")
}

const classOf = ({ full, theirs }: Pair, facts: Facts): OrderDependence | "called or named" | undefined => {
  if (theirs === undefined || full === undefined) return undefined
  if (theirs.view === "occurrences" && full.relPath !== null && full.place !== null) {
    return explain(theirs.symbol, full.symbol, { relPath: full.relPath, place: full.place }, facts)
  }
  if (theirs.view === "symbols") {
    return theirs.relPath === null && isOtherForm(theirs, full) ? "called or named" : undefined
  }
  return theirs.view === "relationships" && isMisattributed(theirs.related ?? "", full.related ?? "", facts)
    ? "misattributed"
    : undefined
}

/** What is known of the rows that do not differ. */
export interface Around {
  /** Occurrences of a symbol on each side. */
  readonly occurrencesOf: (symbol: string) => { readonly theirs: number; readonly full: number }
  /** Whether this side has the description of the symbol in some document. */
  readonly isDescribed: (side: keyof Sides, row: Row) => boolean
  /** Whether an earlier run from scratch, in the database that is kept, described the symbol so. */
  readonly wasDescribed: (row: Row) => boolean
}

/** For rows of which nothing else is known. */
export const nothingAround: Around = {
  occurrencesOf: () => ({ theirs: 0, full: 0 }),
  isDescribed: () => false,
  wasDescribed: () => false
}

/**
 * Classes what differs. A description of a symbol of another package, which one side alone has, follows from the
 * occurrences when all that there are of this symbol are in pairs that are explained.
 */
export const classify = (sides: Sides, facts: Facts, around: Around = nothingAround): ReadonlyArray<Difference> => {
  const first = pairs(sides).map((pair): Difference => ({ ...pair, class: classOf(pair, facts) ?? "residue" }))
  const explained = first.filter((each) => each.class !== "residue" && each.full?.view === "occurrences")
  const theirs = count(explained.map((each) => each.theirs?.symbol))
  const full = count(explained.map((each) => each.full?.symbol))
  const follows = ({ relPath, symbol }: Row): boolean => {
    const all = around.occurrencesOf(symbol)
    return relPath === null && all.theirs + all.full > 0 &&
      all.theirs === (theirs.get(symbol) ?? 0) && all.full === (full.get(symbol) ?? 0)
  }
  const ofSymbol = (each: Difference): Class => {
    const rows = [each.theirs, each.full].filter((row) => row !== undefined)
    if (rows.some(({ view }) => view !== "symbols")) return each.class
    const isElsewhere = (each.theirs === undefined || around.isDescribed("full", each.theirs)) &&
      (each.full === undefined || around.isDescribed("theirs", each.full))
    const isAsBefore = each.theirs?.relPath === null && each.full !== undefined && around.wasDescribed(each.theirs)
    if (isAsBefore) return "described before"
    return isElsewhere ? "described elsewhere" : rows.every(follows) ? "described with it" : each.class
  }
  return first.map((each) => each.class === "residue" ? { ...each, class: ofSymbol(each) } : each)
}

/**
 * Accepts what differs between two runs from scratch as well, whose files were visited in other orders: a row of the full
 * run that `other` has not, or a row that the full run has not and `other` has, word for word.
 */
export const checkOrder = (differences: ReadonlyArray<Difference>, other: Sides): ReadonlyArray<Difference> => {
  const [fullAlone, otherAlone] = [count(other.full.map(rowKey)), count(other.theirs.map(rowKey))]
  const take = (counts: Map<string, number>, row: Row): boolean => {
    const key = rowKey(row)
    const copies = counts.get(key) ?? 0
    if (copies > 0) counts.set(key, copies - 1)
    return copies > 0
  }
  return differences.map((each) => {
    if (each.class !== "residue") return each
    const isUnstable = each.full !== undefined
      ? take(fullAlone, each.full)
      : each.theirs !== undefined && take(otherAlone, each.theirs)
    return isUnstable ? { ...each, class: "differs by order" } : each
  })
}

const numbersOf = (row: Row | undefined): ReadonlyArray<number> => (row?.rest.match(/\d+/g) ?? ["0", "0"]).map(Number)

/** To be called last: the counts of a document follow from its rows. */
export const addUp = (differences: ReadonlyArray<Difference>): ReadonlyArray<Difference> => {
  const byFile = new Map<string, Array<Difference>>()
  for (const each of differences) {
    for (const relPath of new Set([each.theirs?.relPath, each.full?.relPath])) {
      if (typeof relPath === "string") byFile.set(relPath, [...byFile.get(relPath) ?? [], each])
    }
  }
  return differences.map((each) => {
    const row = each.full ?? each.theirs
    if (each.class !== "residue" || row?.view !== "scip_documents") return each
    const others = (byFile.get(row.relPath ?? "") ?? []).filter((other) => other !== each)
    const [theirs, full] = [numbersOf(each.theirs), numbersOf(each.full)]
    const isSum = (["occurrences", "symbols"] as const).every((view, at) => {
      const rows = others.flatMap((other) => [[other.theirs, 1], [other.full, -1]] as const)
      const sum = rows.reduce((total, [of, sign]) => of?.view === view ? total + sign : total, 0)
      return (theirs[at] ?? 0) - (full[at] ?? 0) === sum
    })
    return isSum && others.every((other) => other.class !== "residue") ? { ...each, class: "adds up" } : each
  })
}

const short = (text: string): string => text.length > 160 ? `${text.slice(0, 157)}...` : text

const shown = ({ related, rest, symbol, view }: Row): string =>
  short([symbol, related, view === "occurrences" ? null : rest].filter(Boolean).join(" ").replaceAll("\n", "\\n"))

/** `file:line: text: what the one says | what the full run says (class)`. */
export const render = ({ class: name, full, theirs }: Difference, facts: Pick<Facts, "textOf">): string => {
  const row = full ?? theirs
  if (row === undefined) return ""
  const { place, relPath } = row
  const text = place !== null && relPath !== null ? `: ${textAt(facts.textOf(relPath), place)}` : ""
  const where = `${relPath ?? "(no file)"}${place === null ? "" : `:${place.startLine}`}${text}`
  const side = (each: Row | undefined) => each === undefined ? "(no row)" : shown(each)
  return `${row.view} ${where}: ${side(theirs)} | ${side(full)} (${name})`
}
