/**
 * docs/questions.md: each question has its SQL and its answer, and the SQL fits the schema and the answer. That the
 * statements find what they ask for is tried on the example repository, in test/real/questions.test.ts.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { questionsOf, withAnswers } from "../../scripts/questionsPage.js"
import * as MemoryWarehouse from "../../src/layers/testing/MemoryWarehouse.js"
import { ask, writing } from "../layers/duckdb/laws.js"

const page = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString("docs/questions.md"))

layer(Layer.merge(MemoryWarehouse.layer, NodeContext.layer))("docs/questions.md", (it) => {
  it.effect("has questions, numbered, each with one statement and one answer", () =>
    Effect.gen(function*() {
      const questions = questionsOf(yield* page)
      assert.isAtLeast(questions.length, 15)
      questions.forEach(({ answers, sql, title }, index) => {
        assert.match(title, new RegExp(`^${index + 1}\\. .*\\?$`))
        assert.deepStrictEqual([sql.length, answers.length], [1, 1], title)
        assert.match(answers[0] ?? "", /\n\(\d+ rows?\)$/, title)
      })
    }))

  it.effect("every statement is one that sql answers, in the columns that the page shows", () =>
    Effect.gen(function*() {
      yield* writing("empty", () => Effect.void)
      for (const { answers: [answer = ""], sql: [sql = ""], title } of questionsOf(yield* page)) {
        const { columns } = yield* ask("empty", sql)
        assert.deepStrictEqual(answer.split("\n")[0]?.split(/ +/), columns.map(({ name }) => name), title)
      }
    }))

  it.effect("no statement makes a zero of what was not measured", () =>
    Effect.gen(function*() {
      for (const { sql: [sql = ""], title } of questionsOf(yield* page)) {
        assert.notMatch(sql, /(coalesce|ifnull)\([^)]*, *0 *\)/i, title)
      }
    }))
})

describe("the answers of the page", () => {
  it("are put where they belong, and nothing else changes", () => {
    const text =
      "# Q\n\n## 1. A?\n\n```sql\nSELECT 1\n```\n\n```text\n```\n\n## 2. B?\n\n```sql\nSELECT 2\n```\n\n```text\nold\n```\n"
    const filled = withAnswers(text, ["one $& $1", "two"])
    assert.deepStrictEqual(questionsOf(filled), [
      { title: "1. A?", sql: ["SELECT 1"], answers: ["one $& $1"] },
      { title: "2. B?", sql: ["SELECT 2"], answers: ["two"] }
    ])
    assert.strictEqual(withAnswers(filled, ["", ""]).replaceAll("```text\n\n", "```text\n"), text.replace("old\n", ""))
  })
})
