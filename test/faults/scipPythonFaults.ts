/**
 * What is done to scip-python, and what must come of it. Each stands for a script of sh: `$output` is where the index
 * goes, `$cwd` the workspace; `index` prints the right one, `other` the one given here; `said` says that it is whole.
 */
import { encode, type IndexInit } from "../layers/scip/oracle.js"
import { type Expected, names } from "./otherTools.js"

export interface ScipFault {
  readonly name: string
  readonly script: string
  readonly other?: Uint8Array
  readonly outcome: Expected
}

type DocumentInit = NonNullable<IndexInit["documents"]>[number]

const symbol = (name: string) => `scip-python python repository 0 ${name}/__init__:`

const document = (relativePath: string, lines: ReadonlyArray<number> = [0, 1]): DocumentInit => ({
  relativePath,
  occurrences: lines.map((line) => ({ range: [line, 0, 1], symbol: symbol("x"), symbolRoles: 1 }))
})

const documents = names.map((name) => document(name))

const of = (...given: ReadonlyArray<DocumentInit>) =>
  encode({ metadata: { projectRoot: "file:///x" }, documents: [...given] })

export const index = of(...documents)

/** Files with their occurrences. */
export const indexed = names.map((name) => `${name} true 2`)

const nowhere = names.map((name) => `${name} NULL 0`)

const failed = (says: RegExp): Expected => ({ status: "failed", facts: nowhere, says })
const malformed = failed(/MalformedOutput/)
const same: Expected = { status: "ok", facts: "same" }
const without = (missing: string, says: RegExp): Expected => ({
  status: "partial",
  facts: names.map((name) => name === missing ? `${name} false 0` : `${name} true 2`),
  says
})

const instead = (made: string) => `${made} >"$output"; said`

/** A field of bytes that is longer than the file, and a tag that is none. */
const tooLong = Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)

const withBytes = (bytes: ReadonlyArray<number>) => Uint8Array.of(...of(), 0x12, bytes.length, ...bytes)

export const indexFaults: ReadonlyArray<ScipFault> = [
  { name: "writes no index, and says that it did", script: "said", outcome: malformed },
  { name: "writes an empty index", script: instead(":"), outcome: malformed },
  { name: "writes half of an index", script: instead("index | head -c 60"), outcome: malformed },
  { name: "writes an index without its last byte", script: instead("index | head -c -1"), outcome: malformed },
  {
    name: "is killed with half of its index",
    script: `index | head -c 60 >"$output"; kill -KILL $$`,
    outcome: failed(/SIGKILL/)
  },
  { name: "says nothing of its index", script: `index >"$output"`, outcome: malformed },
  { name: "says it on stderr", script: `index >"$output"; said >&2`, outcome: malformed },
  { name: "says it while it dies", script: `${instead("index")}; exit 1`, outcome: failed(/ExitCode 1/) },
  {
    name: "gave up on a file",
    script: `echo 'Analysis partially failed with (1/3)'; real`,
    outcome: failed(/NothingAnalyzed/)
  },
  { name: "indexes nothing", script: instead("other"), other: of(), outcome: failed(/NothingAnalyzed/) },
  {
    name: "indexes half of the files",
    script: instead("other"),
    other: of(...documents.filter(({ relativePath }) => relativePath !== "till.py")),
    outcome: without("till.py", /could not be indexed: till\.py/)
  },
  { name: "writes its index twice", script: instead("{ index; index; }"), outcome: failed(/second document/) },
  { name: "writes text before the index", script: instead("{ echo hi; index; }"), outcome: malformed },
  { name: "writes text after the index", script: instead("{ index; echo hello; }"), outcome: malformed },
  { name: "writes JSON", script: instead(`echo '{"documents": []}'`), outcome: malformed },
  { name: "writes what is random", script: instead("head -c 4096 /dev/urandom"), outcome: malformed },
  { name: "writes 2 GB of nothing", script: `truncate -s 2G "$output"; said`, outcome: malformed },
  {
    name: "has a document that is longer than the index",
    script: instead("other"),
    other: tooLong,
    outcome: malformed
  },
  {
    name: "has a path that is no UTF-8",
    script: instead("other"),
    other: withBytes([0x0a, 2, 0xff, 0xfe]),
    outcome: malformed
  },
  {
    name: "has a document of a wrong wire type",
    script: instead("other"),
    other: Uint8Array.of(...of(), 0x10, 1),
    outcome: malformed
  },
  {
    name: "has a position beyond 32 bits",
    script: instead("other"),
    other: of(document("shop.py", [-1]), ...documents.slice(1)),
    outcome: failed(/position -1 in a range/)
  },
  {
    name: "has a range of two numbers",
    script: instead("other"),
    other: of({ relativePath: "shop.py", occurrences: [{ range: [1, 2], symbol: "x" }] }, ...documents.slice(1)),
    outcome: failed(/range has 2 numbers/)
  },
  ...["/etc/passwd", "../tools/python", "./shop.py", "shop.py/../shop.py", "", "out.py", "a\0.py", "line\nfeed.py"].map(
    (path) => ({
      name: `has a document ${JSON.stringify(path)} besides`,
      script: instead("other"),
      other: of(...documents, document(path)),
      outcome: same
    })
  ),
  ...["/etc/passwd", "../repository/shop.py", "./shop.py", "SHOP.py", "shop\u0301.py"].map((path) => ({
    name: `has the document ${JSON.stringify(path)} for one of the repository`,
    script: instead("other"),
    other: of(document(path), ...documents.slice(1)),
    outcome: without("shop.py", /could not be indexed: shop\.py[^]*no document/)
  })),
  { name: "makes a directory of its index", script: `mkdir "$output"; said`, outcome: malformed },
  { name: "makes a pipe of its index", script: `mkfifo "$output"; said`, outcome: malformed },
  { name: "makes a device of its index", script: `ln -s /dev/zero "$output"; said`, outcome: malformed },
  { name: "makes a link of its index", script: `ln -s "$here/index" "$output"; said`, outcome: same },
  { name: "may write nothing", script: `ulimit -f 0; index >"$output"; said`, outcome: malformed },
  { name: "writes to a full disk", script: `index >/dev/full || exit 1; said`, outcome: failed(/ExitCode 1/) },
  { name: "removes its workspace", script: `real; rm -rf "$cwd"`, outcome: same },
  {
    name: "removes a file that it was asked to read",
    script: `real; rm -f "$(readlink "$cwd/till.py")"`,
    outcome: without("till.py", /changed while the tool ran: till\.py/)
  },
  {
    name: "adds a module",
    script: `real; echo 'x = 1' >"$(dirname "$(readlink "$cwd/till.py")")/new.py"`,
    outcome: { status: "partial", facts: "same", says: /changed while the tool ran: new\.py/ }
  },
  {
    name: "changes a module",
    script: `real; echo 'x = 1' >>"$cwd/till.py"`,
    outcome: { ...without("till.py", /changed while the tool ran: till\.py/) }
  }
]
