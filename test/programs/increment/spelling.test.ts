import { assert, describe, it } from "@effect/vitest"
import * as Spelling from "../../../src/programs/increment/spelling.js"

const module = "scip-python python flask 0 `flask.globals`/"
const asClass = `${module}request#`
const asVariable = `${module}request.request.`

const spelled = (
  used: string,
  given: {
    readonly here?: ReadonlyArray<string>
    readonly everywhere?: Readonly<Record<string, number>>
    readonly anew?: string
    readonly module?: string
  }
) =>
  Spelling.make([used], {
    here: Spelling.bySymbol(given.here ?? []),
    everywhere: Spelling.bySymbol(Object.keys(given.everywhere ?? {})),
    count: (symbol) => given.everywhere?.[symbol] ?? 0,
    isDeclaredAnew: (_, name) => name === given.anew,
    isModule: (name) => name === given.module
  }).get(used)

describe("spelling", () => {
  it("stays what it was in the document", () => {
    assert.strictEqual(spelled(asVariable, { here: [asClass] }), asClass)
    assert.strictEqual(
      spelled(asClass, { here: [asVariable], everywhere: { [asClass]: 9, [asVariable]: 1 } }),
      asVariable
    )
    assert.isUndefined(spelled(asClass, { here: [asClass, asVariable] }))
    // which of two it was nobody can tell
    assert.isUndefined(spelled(`${module}request().`, { here: [asClass, asVariable] }))
  })

  it("of a new document is what most others have", () => {
    assert.strictEqual(spelled(asVariable, { everywhere: { [asClass]: 9, [asVariable]: 1 } }), asClass)
    assert.isUndefined(spelled(asClass, { everywhere: { [asClass]: 9, [asVariable]: 1 } }))
    assert.isUndefined(spelled(asClass, {}))
  })

  it("changes with the declaration", () => {
    assert.isUndefined(spelled(asVariable, { here: [asClass], anew: "request" }))
    assert.strictEqual(spelled(asVariable, { here: [asClass], anew: "session" }), asClass)
  })

  it("is the same of whichever package the module is said to be", () => {
    const ours = "scip-python python flask 0 `click.core`/Group#"
    const theirs = "scip-python python click 8.1 `click.core`/Group#"
    assert.strictEqual(spelled(ours, { here: [theirs] }), theirs)
    assert.strictEqual(spelled(theirs, { here: [ours] }), ours)
    // unless there is, or was, such a module here: then it matters
    assert.isUndefined(spelled(theirs, { here: [ours], module: "click.core" }))
  })

  it("has the name that stands in the source, where the document had one", () => {
    const path = "scip-python python python-stdlib 3.11 posixpath/"
    const before = [`${path}join().`, `${path}dirname().`, "scip-python python x 1 other/join()."]
    assert.strictEqual(Spelling.named(`${path}realpath().`, "join", before), `${path}join().`)
    assert.isUndefined(Spelling.named(`${path}join().`, "join", before))
    assert.isUndefined(Spelling.named(`${path}realpath().`, "basename", before))
    assert.isUndefined(Spelling.named("local 1", "join", before))
    assert.isUndefined(Spelling.named(`${path}__init__:`, "join", before))
  })

  it("is of one name in one place alone", () => {
    assert.isUndefined(spelled(`${module}C#run().`, { here: [`${module}D#run().`, `${module}run().`] }))
    assert.isUndefined(spelled(`${module}request#request().`, { here: [asClass] }))
    assert.isUndefined(spelled("scip-python python flask 0 `flask.other`/request#", { here: [asVariable] }))
    assert.isUndefined(spelled("local 3", { here: ["local 4"] }))
  })
})
