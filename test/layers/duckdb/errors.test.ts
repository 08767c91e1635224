import { assert, describe, it } from "@effect/vitest"
import type { WarehouseReason } from "../../../src/domain/errors.js"
import { fromCause } from "../../../src/layers/duckdb/errors.js"

const map = (message: string, operation = "write") => fromCause({ file: "/r/db", operation })(new Error(message))

// what DuckDB 1.5.6 said; what can be provoked anywhere is provoked in DuckDbWarehouse.test.ts
describe("errors", () => {
  it.each<[message: string, reason: WarehouseReason, hint: RegExp]>([
    [
      "IO Error: Could not set lock on file \"/r/db\": Conflicting lock is held in /usr/bin/node (PID 8372). However, " +
      "you would be able to open this database in read-only mode, e.g. by using the -readonly parameter in the CLI.",
      "Locked",
      /\/usr\/bin\/node \(PID 8372\)/
    ],
    [
      "IO Error: Could not set lock on file \"/r/db\": Conflicting lock is held in /usr/bin/node (PID 8372) by user me.",
      "Locked",
      /PID 8372/
    ],
    [
      "IO Error: Cannot open file \"C:\\r\\db\": The process cannot access the file because it is being used by another " +
      "process.",
      "Locked",
      /another process/
    ],
    [
      "Connection Error: Can't open a connection to same database file with a different configuration than existing " +
      "connections",
      "Locked",
      /this very process/
    ],
    ["IO Error: Cannot open file \"/r/db\": Permission denied", "FileSystem", /writable/],
    ["IO Error: Cannot open file \"/r/db\": Read-only file system", "FileSystem", /writable/],
    ["IO Error: Could not write file \"/r/db\": No space left on device", "FileSystem", /free some space/],
    [
      "FATAL Error: Failed: database has been invalidated because of a previous fatal error. The database must be " +
      "restarted prior to being used again.\nOriginal error: \"IO Error: Could not write file \"/r/db.wal\": No space " +
      "left on device\"",
      "FileSystem",
      /free some space/
    ],
    [
      "TransactionContext Error: Failed to commit: Could not write file \"/r/db\": No space left on device",
      "FileSystem",
      /free some space/
    ],
    ["TransactionContext Error: Failed to commit: Duplicate key \"x\"", "Query", /^$/],
    ["IO Error: Something that nobody knows", "FileSystem", /^$/],
    [
      "Failed to append: Could not read enough bytes from file \"/r/db\": attempted to read 1 bytes from location 3682303",
      "Foreign",
      /delete it and run codeintel ingest/
    ],
    [
      "TransactionContext Error: Failed to commit: Cannot open file \"/r/db.wal\": No such file or directory",
      "FileSystem",
      /make the directory/
    ],
    ["Failed to append: Duplicate key \"x\"", "Query", /^$/],
    ["Out of Memory Error: failed to allocate data of size 16.0 MiB", "Query", /CODEINTEL_DUCKDB_MEMORY/],
    [
      "Catalog Error: Table with name x does not exist!\n\nLINE 1: FROM x -- IO Error: No space left on device",
      "Query",
      /SHOW ALL TABLES/
    ],
    ["Parser Error: syntax error at or near \"read-only mode\"", "Query", /^$/],
    ["Conversion Error: Could not convert string 'IO Error: Permission denied' to INT32", "Query", /^$/]
  ])("%s", (message, reason, hint) => {
    const error = map(message)
    assert.strictEqual(error.reason, reason)
    assert.match(error.hint, hint)
    assert.include(error.message, "/r/db: write failed: ")
  })

  it("to open a file is asked by nobody's statement", () => {
    const said = "Permission Error: Loading external extensions is disabled through configuration"
    assert.strictEqual(map(said, "ask").reason, "Query")
    // a database of SQLite
    assert.strictEqual(map(said, "open").reason, "Foreign")
    assert.strictEqual(map("Some Error: that nobody knows", "open").reason, "FileSystem")
  })
})
