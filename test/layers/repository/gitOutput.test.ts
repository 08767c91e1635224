import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as GitOutput from "../../../src/layers/repository/gitOutput.js"

const object = "1".repeat(40)
const staged = [`100644 ${object} 0\ta.py`, `120000 ${object} 2\tb\tc\n.py`, `160000 ${object} 0\tsub`]
const stated = [
  `# branch.oid ${object}`,
  "# branch.head main",
  `1 .D N... 100644 100644 000000 ${object} ${object} dir/a b.py`,
  `u UU N... 100644 100644 100644 100644 ${object} ${object} ${object} dir/c.py`,
  "? dir/new.py"
]

const output = (records: ReadonlyArray<string>) => records.map((record) => `${record}\0`).join("")

describe("gitOutput", () => {
  it("files, submodules, the commit and what differs from it", () => {
    assert.deepStrictEqual(
      GitOutput.index(output(staged)),
      Option.some({ files: ["a.py", "b\tc\n.py"], directories: ["sub"] })
    )
    assert.deepStrictEqual(
      GitOutput.status(output(stated), "dir/"),
      Option.some({
        commit: Option.some(object),
        changed: ["a b.py", "c.py", "new.py"],
        deleted: new Set(["a b.py"]),
        untracked: ["new.py"]
      })
    )
    assert.deepStrictEqual(GitOutput.index(""), Option.some({ files: [], directories: [] }))
  })

  it("cut anywhere within a record, it is none", () => {
    const isRead = (whole: string, read: (text: string) => Option.Option<unknown>) => {
      for (let end = 1; end < whole.length; end++) {
        assert.strictEqual(Option.isSome(read(whole.slice(0, end))), whole[end - 1] === "\0", whole.slice(0, end))
      }
    }
    isRead(output(staged), GitOutput.index)
    isRead(output(stated), (text) => GitOutput.status(text, ""))
  })

  it.each(["hello\n", "\0", "hello\0", `warning: x\n${output(staged)}`, `${output(staged)}bye\n`, "100644 x 0\ta\0"])(
    "%j is no index",
    (text) => {
      assert.deepStrictEqual(GitOutput.index(text), Option.none())
    }
  )

  it.each(["", "hello\n", "\0", output(stated.slice(1)), `warning: x\n${output(stated)}`, output([...stated, "bye"])])(
    "%j is no status",
    (text) => {
      assert.deepStrictEqual(GitOutput.status(text, ""), Option.none())
    }
  )
})
