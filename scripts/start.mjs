/**
 * `npm start` ingests the example repository, `npm start -- PATH` another. Flags are those of `codeintel ingest`.
 */
import { prepareExample } from "./exampleEnvironment.mjs"

const given = process.argv.slice(2)
const takesValue = ["--db", "--python", "--only", "--pytest-report"]
const hasPath = given.some((arg, index) => !arg.startsWith("-") && !takesValue.includes(given[index - 1] ?? ""))
// without its environment the example is ingested all the same: the summary says what is missing
if (!hasPath) prepareExample()
process.argv = [...process.argv.slice(0, 2), "ingest", ...given, ...(hasPath ? [] : ["examples/python-project"])]
await import("../dist/bin/codeintel.js")
