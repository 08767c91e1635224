import { assert, describe, it } from "@effect/vitest"
import { PbfReader, PbfWriter } from "pbf"
import { nextField } from "../../../src/layers/scip/wire.js"
import * as WireNames from "../../../src/layers/scip/wireNames.js"

/** What comes back of strings, each a field. */
const readBack = (texts: ReadonlyArray<string>) => {
  const writer = new PbfWriter()
  for (const text of texts) {
    writer.writeTag(1, 2)
    writer.writeString(text)
  }
  const reader = new PbfReader(writer.finish())
  const readName = WireNames.make()
  return texts.map(() => {
    nextField(reader, reader.length)
    return readName(reader, reader.length)
  })
}

describe("wireNames", () => {
  it("names come back as they are, also when they take the slot of another", () => {
    // as Latin-1 units, the first has the bytes of the second: in the same slot, only that they are no ASCII tells
    const texts = Array.from({ length: 200_000 }, (_, at) => [`\u00c3\u00a9${at}`, `é${at}`]).flat()
    const read = readBack(texts)
    assert.deepStrictEqual(texts.filter((text, at) => text !== read[at]), [])
  })

  it("an empty name, and one with another in front", () => {
    const texts = ["", "a", "", "scip-python python a 0 b/", "scip-python python a 1 b/", "b/", "", "\0"]
    assert.deepStrictEqual(readBack([...texts, ...texts]), [...texts, ...texts])
  })
})
