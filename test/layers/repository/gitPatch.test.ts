import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"
import { patches } from "../../../src/layers/repository/gitPatch.js"

const commit = (character: string) => `\u0001${character.repeat(40)}\n\n`

const log = commit("a") + `diff --git a/a.py b/a.py
index 1..2 100644
--- a/a.py
+++ b/a.py
@@ -1 +1,2 @@ def f
--- not a header
+++ nor this
+@@ -1 +1 @@
\\ No newline at end of file
@@ -9,2 +10,0 @@
-x
-y
diff --git a/mode.py b/mode.py
old mode 100644
new mode 100755
` + commit("b") + `diff --git "a/t\\303\\244b\\t.py" "b/t\\303\\244b\\t.py"
new file mode 100644
index 0..1
--- /dev/null
+++ "b/t\\303\\244b\\t.py"
@@ -0,0 +1 @@
+x
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x
`

const hunk = (oldStart: number, oldLines: number, newStart: number, newLines: number) => ({
  oldStart,
  oldLines,
  newStart,
  newLines
})

describe("patches", () => {
  it("of a log: files and hunks of each commit, whatever the lines look like", () => {
    assert.deepStrictEqual(Option.getOrThrow(patches(log, true)).map((patch) => [...patch]), [
      [["a.py", [hunk(1, 1, 1, 2), hunk(9, 2, 10, 0)]]],
      [["täb\t.py", [hunk(0, 0, 1, 1)]], ["gone.py", [hunk(1, 1, 0, 0)]]]
    ])
  })

  it("of a difference: one", () => {
    assert.deepStrictEqual(Option.getOrThrow(patches("", false)).map((patch) => [...patch]), [[]])
    assert.deepStrictEqual(Option.getOrThrow(patches("", true)), [])
  })

  it("none of what is something else, or ends within a change", () => {
    for (const text of ["fatal: no\n", "@@ -1 +1 @@\n-x\n+y\n", `${commit("a")}hello\n`]) {
      assert.isTrue(Option.isNone(patches(text, true)), text)
    }
    for (const end of ["--- not", "+++ nor", "+@@"]) {
      assert.isTrue(Option.isNone(patches(log.slice(0, log.indexOf(end)), true)), end)
    }
    assert.isTrue(Option.isSome(patches(log.slice(0, log.indexOf("\\ No")), true)))
  })

  it.prop(
    "total",
    [FastCheck.oneof(FastCheck.string({ unit: "binary" }), FastCheck.constant(log)), FastCheck.nat(900)],
    (
      [text, cut]
    ) => {
      patches(text.slice(cut), true)
      patches(text.slice(0, cut), false)
    }
  )
})
