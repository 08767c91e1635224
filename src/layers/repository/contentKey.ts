/**
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import { sha256 } from "./content.js"

/**
 * A hash over path -> content of these files, whatever their order; none when one of them is not in the snapshot.
 *
 * @since 0.1.0
 * @category getters
 */
export const contentKey = (
  { snapshot }: Pick<PipelineContext, "snapshot">,
  relPaths: ReadonlyArray<string>
): Option.Option<string> =>
  Option.map(
    Option.all(
      [...relPaths].sort().map((relPath) =>
        Option.map(Option.fromNullable(snapshot.files.get(relPath)), (hash): [string, string] => [relPath, hash])
      )
    ),
    (contents) => sha256(JSON.stringify(contents))
  )
