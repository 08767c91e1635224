import { assert, it } from "@effect/vitest"
import { rebase } from "../../../src/layers/scip/rebase.js"

it.each([
  ["", "a/b.py", "a/b.py"],
  ["a/", "b.py", "a/b.py"],
  ["a/b./", "../b.py", "a/b.py"],
  ["a/b/c/", "../../d/e.py", "a/d/e.py"],
  ["a/", "../b.py", "b.py"],
  ["", "../b.py", "../b.py"]
])("rebase(%j, %j)", (base, relativePath, expected) => {
  assert.strictEqual(rebase(base, relativePath), expected)
})
