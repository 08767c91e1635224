/**
 * tree-sitter and its grammar of Python, compiled to WebAssembly: what both packages ship, nothing is built here.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { createRequire } from "node:module"
import { Language, Parser } from "web-tree-sitter"

/**
 * A parser for Python; about 20 ms the first time. A file that is missing or does not fit is a broken installation of
 * ours: it dies.
 *
 * @since 0.1.0
 * @category constructors
 */
export const loadParser: Effect.Effect<Parser> = Effect.promise(() => Parser.init()).pipe(
  // resolved from this module, so that it is found wherever a package manager puts it
  Effect.andThen(
    Effect.sync(() => createRequire(import.meta.url).resolve("tree-sitter-python/tree-sitter-python.wasm"))
  ),
  Effect.andThen((file) => Effect.promise(() => Language.load(file))),
  Effect.map((python) => new Parser().setLanguage(python))
)
