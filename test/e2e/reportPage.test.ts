/**
 * The page of a report in a real browser: what it shows, and that nothing in it can do anything else.
 */
// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Page } from "playwright-core"
import * as PackagedReportPage from "../../src/layers/PackagedReportPage.js"
import * as MemoryWarehouse from "../../src/layers/testing/MemoryWarehouse.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { report } from "../../src/programs/report.js"
import { fileHref } from "../../src/report-client/route.js"
import * as Chromium from "./chromium.js"
import { fill, sources } from "./reportData.js"

const Live = Layer.mergeAll(MemoryWarehouse.layer, PackagedReportPage.layer, Chromium.layer).pipe(
  Layer.provideMerge(NodeContext.layer)
)

/** The page of the repository of reportData.ts, as the program writes it. */
const made = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped({ prefix: "codeintel-report-" }), fs.realPath)
  yield* fs.makeDirectory(`${root}/.codeintel`)
  const ctx = TestRepository.context(root, sources)
  yield* fill(ctx)
  return yield* report(ctx)
})

const press = (page: Page, ...keys: ReadonlyArray<string>) =>
  Effect.forEach(keys, (key) => Effect.promise(() => page.keyboard.press(key)), { concurrency: 1, discard: true })

const text = (page: Page, selector: string) => Effect.promise(() => page.locator(selector).first().innerText())

const focused = (page: Page) =>
  Chromium.ask<string>(page, "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")

layer(Live, { excludeTestServices: true, timeout: 180_000 })("the page of a report", (it) => {
  it.scoped("shows what ran and what did not, and no count that was not measured", () =>
    Effect.gen(function*() {
      const { bytes, file, leftOut } = yield* made
      assert.deepStrictEqual(leftOut, [])
      assert.isBelow(bytes, 500_000)
      const { page, troubles } = yield* Chromium.open(file)
      assert.include(yield* text(page, ".warn"), "Not all was measured: pyright (failed)")
      const rows = yield* Chromium.ask<ReadonlyArray<string>>(
        page,
        "[...document.querySelectorAll('.tools-run tbody tr:not(.reason)')].map((row) => row.innerText.replace(/\\s+/g, ' ').trim())"
      )
      assert.deepStrictEqual(rows, [
        "pyright ✕failed 1.2.3 not measured not measured unknown 9.0 s",
        "pyrefly ✓ok 1.2.3 0 0 1 of 5 4.0 s",
        "ruff ●findings 1.2.3 2 1 5 of 5 800 ms",
        "coverage ✓ok 1.2.3 2 of 5 300 ms",
        "pytest ●findings 1.2.3 5.0 s",
        "scip-python –skipped"
      ])
      const cards = yield* Chromium.ask<ReadonlyArray<string>>(
        page,
        "[...document.querySelectorAll('.card')].map((card) => card.innerText.replace(/\\s+/g, ' '))"
      )
      assert.deepStrictEqual(cards, [
        "files 5 Python files",
        "errors 2 pyrefly 0, ruff 2; pyright not measured",
        "tests 1 passed 1 failed",
        "coverage 86 % of 7 lines in 2 files",
        "annotated 33 % of parameters and returns; 2 of 3 functions without any annotation"
      ])
      // the row of a file that pyrefly left out and no test imported
      const row = page.locator("#panel tr", { hasText: "pkg/empty.py" })
      assert.deepStrictEqual(
        (yield* Effect.promise(() => row.innerText())).split(/\s*\t\s*/).map((cell) => cell.trim()),
        ["pkg/empty.py", "0", "not measured", "not measured", "0", "not measured", "no functions"]
      )
      yield* Effect.promise(() => row.locator(".absent").nth(2).focus())
      assert.strictEqual(yield* text(page, "#tip"), "no test imported it")
      assert.deepStrictEqual(troubles, [])
    }))

  it.scoped("nothing that others wrote does anything but be read", () =>
    Effect.gen(function*() {
      const { file } = yield* made
      const { page, troubles } = yield* Chromium.open(file)
      for (const table of ["files", "findings", "rules", "tests", "functions", "coverage"]) {
        yield* Effect.promise(() => page.goto(`file://${file}#/${table}`))
        assert.isAbove(yield* Effect.promise(() => page.locator("#panel tbody tr").count()), 0, table)
      }
      const path = yield* Effect.promise(() => page.locator("#panel tr", { hasText: "onerror" }).first().innerText())
      assert.include(path, "pkg/</script><img src=x onerror=alert(1)>\\u202egnp.py", "direction marks are shown")
      yield* Effect.promise(() => page.locator("#panel a", { hasText: "onerror" }).click())
      assert.include(yield* text(page, "h1:visible"), "onerror")
      assert.include(yield* text(page, ".source"), "# </script><img src=x onerror=alert(1)>")
      yield* Effect.promise(() => page.goto(`file://${file}${fileHref("pkg/app.py", 6)}`))
      assert.include(yield* text(page, ".line.selected code"), "return None  # \\u202e evil")
      assert.match(yield* text(page, "[data-line='7'] code"), /^data = "x+ … 98,\d\d\d more characters$/)
      assert.strictEqual(
        yield* Chromium.ask(page, "document.querySelector('[data-line=\"8\"] code').textContent[0]"),
        "\t"
      )
      assert.strictEqual(
        yield* Chromium.ask(page, "document.querySelectorAll('img, script:not([type]), iframe, b').length"),
        1,
        "the one script is ours"
      )
      assert.deepStrictEqual(troubles, [])
    }))

  it.scoped("the policy of the page lets no other script, style or request through", () =>
    Effect.gen(function*() {
      const { file } = yield* made
      const { page, troubles } = yield* Chromium.open(file)
      yield* Chromium.ask(
        page,
        `(() => {
          const script = document.createElement("script"); script.textContent = "window.strange = true"
          const image = document.createElement("img"); image.src = "https://example.org/x.png"
          document.body.append(script, image)
        })()`
      )
      yield* Effect.promise(() => page.waitForFunction("document.querySelector('img').complete"))
      assert.strictEqual(yield* Chromium.ask(page, "typeof window.strange"), "undefined")
      assert.strictEqual(
        troubles.filter((trouble) => /Content Security Policy/.test(trouble)).length,
        2,
        String(troubles)
      )
    }))

  it.scoped("shows a file with its findings, its coverage, and the tests that ran a line", () =>
    Effect.gen(function*() {
      const { file } = yield* made
      const { page, troubles } = yield* Chromium.open(file, fileHref("pkg/app.py", 5))
      assert.strictEqual(yield* Chromium.ask(page, "document.activeElement.textContent"), "5")
      assert.match(yield* text(page, ".tests-panel"), /^2 tests ran this line:\s[^]*tests\/test_app.py::test_run$/)
      const gutters = yield* Chromium.ask<ReadonlyArray<string>>(
        page,
        "[...document.querySelectorAll('.line .gutter')].map((each) => each.className.split(' ')[1])"
      )
      assert.deepStrictEqual(gutters, ["covered", "none", "covered", "covered", "covered", "missing", "none", "none"])
      assert.match(
        yield* text(page, "[data-line='1'] .inline.error"),
        /✕\s*error ruff F401 at 2: `os` imported but unused/
      )
      assert.match(yield* text(page, "#file .facts"), /pyright\s+not measured/)
      // a file that coverage did not measure has neither
      yield* Effect.promise(() => page.goto(`file://${file}${fileHref("pkg/typed.py")}`))
      yield* Effect.promise(() => page.waitForSelector("h1:has-text('typed.py')"))
      assert.strictEqual(yield* Chromium.ask(page, "document.querySelectorAll('.line .gutter.unmeasured').length"), 2)
      assert.strictEqual(
        yield* Chromium.ask(page, "document.querySelectorAll('.covered, .missing, .line .tests').length"),
        0
      )
      assert.deepStrictEqual(troubles, [])
    }))

  it.scoped("sorts, filters, and keeps what was not measured last", () =>
    Effect.gen(function*() {
      const { file } = yield* made
      const { page, troubles } = yield* Chromium.open(file, "#/files")
      const column = (at: number) =>
        Chromium.ask<ReadonlyArray<string>>(
          page,
          `[...document.querySelectorAll('#panel tbody tr')].map((row) => row.children[${at}].innerText)`
        )
      const head = page.locator("#panel thead button", { hasText: "covered" })
      const values = ["86", "100"]
      for (const order of [values.toReversed(), values]) {
        yield* Effect.promise(() => head.click())
        const cells = yield* column(5)
        assert.deepStrictEqual(cells.slice(2), ["not measured", "not measured", "not measured"], String(order))
      }
      assert.strictEqual(
        yield* Effect.promise(() => page.locator("#panel th[aria-sort=ascending]").innerText()),
        "covered"
      )
      yield* Effect.promise(() => page.locator("#panel input").fill("TYPED"))
      assert.deepStrictEqual(yield* column(0), ["pkg/typed.py"])
      assert.strictEqual(yield* text(page, "#panel [role=status]"), "1 files (of 5)")
      yield* Effect.promise(() => page.goto(`file://${file}#/findings?q=f401`))
      assert.deepStrictEqual(yield* column(3), ["F401"])
      assert.deepStrictEqual(troubles, [])
    }))

  it.scoped("everything can be reached and done with the keyboard alone", () =>
    Effect.gen(function*() {
      const { file } = yield* made
      const { page, troubles } = yield* Chromium.open(file)
      const tabTo = Effect.fnUntraced(function*(pattern: RegExp) {
        for (let stop = 0; stop < 60; stop++) {
          yield* press(page, "Tab")
          if (pattern.test(yield* focused(page))) return stop
        }
        return assert.fail(`the Tab key never came to ${pattern}`)
      })
      // the map is one stop; the arrows go through it, Enter into a directory and Escape out again
      yield* tabTo(/^directory pkg/)
      yield* press(page, "Enter")
      assert.strictEqual(yield* text(page, ".crumbs"), "all files / pkg")
      const tiles = new Set<string>([yield* focused(page)])
      for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End", "Home"]) {
        yield* press(page, key)
        tiles.add(yield* focused(page))
      }
      assert.isAbove(tiles.size, 1)
      for (const tile of tiles) assert.match(tile, /^pkg\/.*, \d+ lines?: .*pyright not measured \(|^directory pkg\/</)
      yield* press(page, "Escape")
      assert.strictEqual(yield* text(page, ".crumbs"), "all files")
      // tabs by arrows, then the table: its rows are one stop
      yield* tabTo(/^Files$/)
      yield* press(page, "ArrowRight")
      assert.strictEqual(yield* focused(page), "Findings")
      yield* tabTo(/onerror.*:1$/)
      yield* press(page, "ArrowDown")
      assert.strictEqual(yield* focused(page), "pkg/app.py:1")
      yield* press(page, "ArrowUp")
      assert.match(yield* focused(page), /onerror.*:1$/)
      yield* press(page, "ArrowDown", "Enter")
      yield* Effect.promise(() => page.waitForSelector(".line.selected"))
      assert.strictEqual(yield* focused(page), "line 1")
      yield* press(page, "ArrowDown", "ArrowDown", "ArrowDown", "Enter")
      yield* Effect.promise(() => page.waitForSelector("[data-line='4'].selected"))
      assert.match(yield* text(page, ".tests-panel"), /^1 test ran this line/)
      assert.deepStrictEqual(troubles, [])
    }))

  for (const scheme of ["light", "dark"] as const) {
    for (const width of [400, 1600]) {
      it.scoped(`axe-core finds nothing wrong, ${scheme}, ${width} px, and nothing is wider than the window`, () =>
        Effect.gen(function*() {
          const { file } = yield* made
          for (const hash of ["#/findings", fileHref("pkg/app.py", 5)]) {
            const { page, troubles } = yield* Chromium.open(file, hash, { scheme, width })
            assert.deepStrictEqual(yield* Chromium.violations(page), [], hash)
            assert.strictEqual(yield* Chromium.ask(page, "document.documentElement.scrollWidth"), width, hash)
            assert.deepStrictEqual(troubles, [], hash)
          }
        }))
    }
  }

  it.scoped("colours are as the system has them until one is chosen", () =>
    Effect.gen(function*() {
      const { file } = yield* made
      const { page } = yield* Chromium.open(file, "#/", { scheme: "dark" })
      const back = Chromium.ask<string>(page, "getComputedStyle(document.body).backgroundColor")
      assert.strictEqual(yield* back, "rgb(20, 23, 26)")
      yield* Effect.promise(() => page.locator("#theme").selectOption("light"))
      assert.strictEqual(yield* back, "rgb(255, 255, 255)")
      yield* Effect.promise(() => page.reload())
      assert.strictEqual(yield* back, "rgb(255, 255, 255)", "and remembered")
    }))

  it.scoped("the map says by its pattern what was not measured, for each colouring", () =>
    Effect.gen(function*() {
      const { file } = yield* made
      const { page, troubles } = yield* Chromium.open(file)
      const classes = Chromium.ask<Readonly<Record<string, string>>>(
        page,
        "Object.fromEntries([...document.querySelectorAll('.treemap .tile')].map((tile) => [tile.getAttribute('aria-label').split(',')[0], tile.className]))"
      )
      assert.deepInclude(yield* classes, { "pkg/app.py": "tile heat1 partly", "pkg/typed.py": "tile heat0 partly" })
      const select = (name: string) => Effect.promise(() => page.locator("#scale").selectOption({ label: name }))
      yield* select("coverage")
      assert.deepInclude(yield* classes, { "pkg/app.py": "tile heat2", "pkg/typed.py": "tile unmeasured" })
      yield* select("typedness")
      assert.deepInclude(yield* classes, { "pkg/app.py": "tile heat5", "pkg/empty.py": "tile nothing" })
      yield* select("findings of pyright")
      assert.deepStrictEqual([...new Set(Object.values(yield* classes))], ["tile unmeasured"])
      assert.match(yield* text(page, ".legend"), /not measured/)
      assert.deepStrictEqual(troubles, [])
    }))
})
