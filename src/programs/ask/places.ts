/**
 * Where something stands in its file, by the text that the facts are of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Definition, Outline } from "../../domain/Outline.js"
import { PythonSyntax } from "../../services/PythonSyntax.js"
import type { Connection } from "../../services/Warehouse.js"
import type { Lines } from "./measures.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Source {
  readonly lines: ReadonlyArray<string>
  readonly outline: Outline
}

/**
 * None: the text is not stored.
 *
 * @since 0.1.0
 * @category queries
 */
export const sourceOf = Effect.fn("sourceOf")(function*(connection: Connection, relPath: string) {
  const syntax = yield* PythonSyntax
  const { rows: [row] } = yield* connection.query(
    "SELECT s.source FROM files f JOIN core.sources s USING (content_hash) WHERE f.rel_path = $1",
    [relPath]
  )
  if (row === undefined) return Option.none<Source>()
  const text = String(row[0])
  return Option.some<Source>({ lines: text.split(/\r\n?|\n/), outline: yield* syntax.outline(text) })
})

/**
 * A function, or a class, and what of it runs when it is called: of a class the bodies of its functions.
 *
 * @since 0.1.0
 * @category models
 */
export interface Place {
  readonly lines: Lines
  readonly bodies: ReadonlyArray<Lines>
  /** The last, which counts where there are several: those before it are overloads, or of another platform. */
  readonly definition: Definition
}

/**
 * None: it is neither, or stands in what could not be parsed.
 *
 * @since 0.1.0
 * @category getters
 */
export const placeOf = ({ definitions }: Outline, qualifiedName: string): Option.Option<Place> => {
  const all = definitions.filter((definition) => definition.qualifiedName === qualifiedName)
  const definition = all.at(-1)
  const [first] = all
  if (definition === undefined || first === undefined) return Option.none()
  const inner = definition.kind === "class"
    ? definitions.filter((each) => each.kind === "function" && each.qualifiedName.startsWith(`${qualifiedName}.`))
    : all
  return Option.some({
    definition,
    lines: { start: first.startLine, end: definition.endLine },
    bodies: inner.map(({ bodyLine, endLine }) => ({ start: bodyLine, end: endLine }))
  })
}
