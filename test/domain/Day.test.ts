import { assert, describe, it } from "@effect/vitest"
import { isDay } from "../../src/domain/Day.js"

describe("Day", () => {
  it.each(["2025-01-31", "2024-02-29", "0001-01-01"])("%s", (day) => assert.isTrue(isDay(day)))

  it.each([
    "2025-02-31",
    "2025-02-29",
    "2025-13-01",
    "2025-00-10",
    "2025-1-31",
    "31.01.2025",
    "2025-01-31T00:00",
    "",
    " 2025-01-31"
  ])(
    "not %j",
    (day) => assert.isFalse(isDay(day))
  )
})
