/**
 * Relations by the names that people give them.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Levenshtein from "fastest-levenshtein"
import { isOfLatest, type Relation, relationName } from "../domain/Relation.js"

/** Names that are offered instead of one that is wrong. */
const MOST = 3

/**
 * The relation with this name, in any case, with its schema or without: then a view of the latest snapshot comes first,
 * as it does in a statement.
 */
const findRelation = (relations: ReadonlyArray<Relation>, given: string): Option.Option<Relation> => {
  const wanted = given.toLowerCase()
  const named = relations.filter(({ name, schema }) => wanted === name || wanted === `${schema}.${name}`)
  return Option.fromNullable(named.find(isOfLatest) ?? named[0])
}

/**
 * Names that may have been meant, the nearest first: a few letters away, or with the given one in them.
 */
const nearestNames = (relations: ReadonlyArray<Relation>, given: string): ReadonlyArray<string> => {
  const wanted = given.toLowerCase()
  const spelled = ({ name, schema }: Relation) => wanted.includes(".") ? `${schema}.${name}` : name
  const near = relations
    .map((relation) => ({ relation, distance: Levenshtein.distance(wanted, spelled(relation)) }))
    .filter(({ distance, relation }) =>
      distance <= Math.max(2, Math.floor(wanted.length / 3)) || wanted !== "" && spelled(relation).includes(wanted)
    )
    .sort((one, other) => one.distance - other.distance)
  // of those with one name the first, which a statement would find
  const byName = new Map(near.map(({ relation }) => [spelled(relation), relation] as const).reverse())
  return near.filter(({ relation }) => byName.get(spelled(relation)) === relation)
    .slice(0, MOST).map(({ relation }) => relationName(relation))
}

/**
 * What is said of a name that none has; `hint`: where all names are.
 */
const noRelation = (relations: ReadonlyArray<Relation>, name: string, hint: string): string => {
  const nearest = nearestNames(relations, name)
  return `${name}: no view or table of the database\n${
    nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : hint
  }`
}

/**
 * The relation that was asked for, or those over the latest snapshot (`all`: and the others). Left: what is said of a name that
 * none has.
 *
 * @since 0.1.0
 * @category getters
 */
export const wantedRelations = (
  relations: ReadonlyArray<Relation>,
  wanted: { readonly name: string | undefined; readonly all: boolean; readonly hint: string }
): Either.Either<ReadonlyArray<Relation>, string> => {
  const { all, hint, name } = wanted
  if (name === undefined) return Either.right(relations.filter((relation) => all || isOfLatest(relation)))
  return Option.match(findRelation(relations, name), {
    onSome: (relation) => Either.right([relation]),
    onNone: () => Either.left(noRelation(relations, name, hint))
  })
}
