/**
 * `npm start` ingests the example repository, `npm start -- PATH` another. Flags are those of `codeintel ingest`.
 */
const given = process.argv.slice(2)
const takesValue = ["--db", "--python", "--only"]
const hasPath = given.some((arg, index) => !arg.startsWith("-") && !takesValue.includes(given[index - 1] ?? ""))
process.argv = [...process.argv.slice(0, 2), "ingest", ...given, ...(hasPath ? [] : ["examples/python-project"])]
await import("../dist/bin/codeintel.js")
