/**
 * What can have become of the file of a database, as scripts of sh that run beside it (test/faults/database.ts): `$db` is
 * the database that an ingest made, `sql FILE SQL` changes one, `killed FILE SQL` does too and is killed before it closes.
 */
export interface FileFault {
  readonly name: string
  readonly script: string
  /** In the message of every command. */
  readonly says: RegExp
}

const foreign = /delete it and run codeintel ingest|name another file with --db/
const newer = /use (a codeintel with that DuckDB|the newer codeintel)/

/** The first block of the file with another version of the storage, and the checksum that belongs to it. */
const ofNewerDuckDb = `python3 - "$db" <<'EOF'
import struct, sys
with open(sys.argv[1], "r+b") as file:
    header = bytearray(file.read(4096))
    struct.pack_into("<Q", header, 12, 70)
    checksum = 5381
    for at in range(8, 4096, 8):
        checksum ^= struct.unpack_from("<Q", header, at)[0] * 0xBF58476D1CE4E5B9 & 2**64 - 1
    struct.pack_into("<Q", header, 0, checksum)
    file.seek(0)
    file.write(header)
EOF`

export const fileFaults: ReadonlyArray<FileFault> = [
  { name: "empty", script: `: > "$db"`, says: foreign },
  { name: "a line of text", script: `echo hello > "$db"`, says: foreign },
  { name: "garbage", script: `yes garbage | head -c 100000 > "$db"`, says: foreign },
  { name: "zeros", script: `head -c 100000 /dev/zero > "$db"`, says: foreign },
  {
    name: "with a first block of zeros",
    script: `dd if=/dev/zero of="$db" bs=4096 count=1 conv=notrunc 2>/dev/null`,
    says: foreign
  },
  {
    name: "without its headers",
    script: `dd if=/dev/zero of="$db" bs=4096 seek=1 count=2 conv=notrunc 2>/dev/null`,
    says: foreign
  },
  { name: "a directory", script: `rm "$db"; mkdir "$db"`, says: /it is a directory: name a file with --db/ },
  { name: "a link to itself", script: `rm "$db"; ln -s codeintel.duckdb "$db"`, says: foreign },
  { name: "a named pipe", script: `rm "$db"; mkfifo "$db"`, says: foreign },
  { name: "a device", script: `rm "$db"; ln -s /dev/full "$db"`, says: foreign },
  {
    name: "of SQLite",
    script:
      `rm "$db"; python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("CREATE TABLE t (a)").connection.commit()' "$db"`,
    says: foreign
  },
  { name: "compressed", script: `gzip -n "$db"; mv "$db.gz" "$db"`, says: foreign },
  { name: "of somebody else's DuckDB", script: `rm "$db"; sql "$db" "CREATE TABLE t AS FROM range(9)"`, says: foreign },
  {
    name: "of a newer schema of ours",
    script: `sql "$db" "INSERT INTO core.codeintel_schema VALUES (1000, 'later', now())"`,
    says: newer
  },
  { name: "made by a newer DuckDB", script: ofNewerDuckDb, says: newer },
  {
    name: "with a directory for a log",
    script: `mkdir "$db.wal"`,
    says: /move that away, or name another file with --db/
  },
  { name: "with a pipe for a log", script: `mkfifo "$db.wal"`, says: /move that away, or name another file with --db/ },
  {
    name: "of somebody else's DuckDB, with its log",
    script: `rm "$db"; sql "$db" "CREATE TABLE t AS FROM range(9)"; killed "$db" "INSERT INTO t VALUES (10)"`,
    says: foreign
  }
]

/** A change that a killed writer has committed: it is in the log alone. */
export const logged = `killed "$db" "DELETE FROM analytics.diagnostics"`

/** Logs that do not belong to it, or are none: nothing of them is in what is shown. */
export const logFaults: ReadonlyArray<{ readonly name: string; readonly script: string }> = [
  { name: "empty", script: `: > "$db.wal"` },
  { name: "garbage", script: `yes garbage | head -c 100000 > "$db.wal"` },
  { name: "zeros", script: `head -c 100000 /dev/zero > "$db.wal"` }
]

/** What a tool does to the database while it runs. */
export interface MiddleFault {
  readonly name: string
  /** `$old` is a copy of the database of another repository. */
  readonly script: string
  /** What is said when an earlier ingest is gone on from; `whole`: all is stored. */
  readonly next: RegExp | "whole"
  /** What is said by the first ingest of a repository, which needs nothing that was there. */
  readonly first: RegExp | "whole"
}

const gone = /was removed or replaced while[^]*codeintel ingest/

export const middleFaults: ReadonlyArray<MiddleFault> = [
  { name: "removed", script: `rm "$db"`, next: gone, first: "whole" },
  { name: "moved away", script: `mv "$db" "$db.away"`, next: gone, first: "whole" },
  {
    name: "replaced by one of another repository",
    script: `cp "$old" "$db.new"; mv "$db.new" "$db"`,
    next: gone,
    first: "whole"
  },
  {
    name: "replaced by a copy of itself",
    script: `cp "$db" "$db.new"; mv "$db.new" "$db"`,
    next: "whole",
    first: "whole"
  },
  {
    name: "replaced by garbage",
    script: `yes garbage | head -c 100000 > "$db.new"; mv "$db.new" "$db"`,
    next: foreign,
    first: foreign
  },
  {
    name: "overwritten with garbage",
    script: `yes garbage | head -c 100000 > "$db"`,
    next: foreign,
    first: foreign
  },
  {
    name: "replaced by a directory",
    script: `rm "$db"; mkdir "$db"`,
    next: /it is a directory/,
    first: /it is a directory/
  },
  {
    name: "removed with all that is beside it",
    script: `rm -rf "$(dirname "$db")"`,
    next: /\.codeintel/,
    first: /\.codeintel/
  }
]
