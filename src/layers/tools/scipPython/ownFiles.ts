/**
 * How scip-python is told which files to index.
 *
 * Of itself it indexes, besides the files of its configuration, every file of the project that these import, and so on:
 * one file of sympy would bring a thousand. (What it takes for the project is what begins with its working directory,
 * and a directory is no set of files.) So a module that node loads before it stands between its analyser, which names
 * every file that could be indexed, and its indexer, which then hears of those asked for alone. What it says of them is
 * the same. docs/decisions/0027.
 *
 * @since 0.1.0
 */
import type { ToolLocation } from "../../../domain/ToolLocation.js"

/**
 * The text of that module, in CommonJS for any version of node. Where it does not find what it looks for, in another
 * version of scip-python, it changes nothing: then more is indexed than was asked for, and dropped. What is kept is right,
 * but each process may take what the whole repository takes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const script = (files: ReadonlyArray<string>): string =>
  `"use strict"
const own = new Set(${JSON.stringify(files)})
const Module = require("node:module")
const load = Module._load
Module._load = function(request, ...others) {
  const loaded = load.call(this, request, ...others)
  if (request !== "./pyright-internal.js" || typeof loaded.modules !== "object") return loaded
  for (const [id, make] of Object.entries(loaded.modules)) {
    loaded.modules[id] = function(module, exports, require) {
      make.call(this, module, exports, require)
      const program = exports.Program && exports.Program.prototype
      if (!program || typeof program.indexWorkspace !== "function") return
      const { indexWorkspace } = program
      program.indexWorkspace = function(callback, token) {
        return indexWorkspace.call(this, (file, ...about) => {
          if (own.has(file)) callback(file, ...about)
        }, token)
      }
    }
  }
  return loaded
}
`

/** As NODE_OPTIONS is read: words end with a space, unless in quotes. */
const quoted = (file: string): string => `"${file.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`

/**
 * How the tool is started so that node loads `file` first: an argument of node where we start node ourselves, else by the
 * variable that node looks at, whoever starts it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const preloaded = (
  location: ToolLocation,
  file: string
): { readonly location: ToolLocation; readonly nodeOptions: ReadonlyArray<string> } =>
  location.prefixArgs.length > 0
    ? { location: { ...location, prefixArgs: ["--require", file, ...location.prefixArgs] }, nodeOptions: [] }
    : { location, nodeOptions: [`--require=${quoted(file)}`] }
