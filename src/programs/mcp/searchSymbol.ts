/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { SymbolSearch } from "../../domain/SymbolSearch.js"
import { renderSymbolSearch } from "../render/searchSymbols.js"
import { plain } from "../render/style.js"
import { searchSymbols, SymbolKind } from "../searchSymbols.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/**
 * @since 0.1.0
 * @category questions
 */
export const searchSymbol = question({
  name: "search_symbol",
  title: "Find symbols by name",
  description:
    "Finds classes, functions, methods, variables and modules of the repository by a name or a part of one: kind, file and " +
    "line of each, exact names first, and the name that `show` takes. Use it when you know how something is called and " +
    "not where it is; it knows definitions, not words in texts. A match list of null means that the code was not " +
    "indexed, not that there is nothing.",
  input: Schema.Struct({
    name: Arguments.text(
      "a name or a part of one, in any case: price, Carrier, Carrier.price; with a dot, colon or slash it is a part of the " +
        "full name or of a path"
    ),
    kind: Arguments.optional(
      Arguments.choice(SymbolKind, "look for this kind alone: class, function (a method is one), variable or module")
    ),
    limit: Arguments.limit("matches to list at most; the total is of all", 20)
  }),
  output: SymbolSearch,
  answer: (ctx, { kind, limit, name }) => searchSymbols(ctx, name, { limit, ...(kind !== undefined && { kind }) }),
  render: (found) => renderSymbolSearch(found, plain)
})
