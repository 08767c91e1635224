/**
 * @since 0.1.0
 */
import { type Hotspots, scoreExplained } from "../../domain/Hotspots.js"
import { inert } from "../../domain/inert.js"
import { plural } from "../runRecord.js"
import { renderFreshness } from "./freshness.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

const count = (value: number | null) => value === null ? "-" : value.toLocaleString("en")

const columns = [
  { title: "score", align: "right" },
  { title: "changes", align: "right" },
  { title: "findings", align: "right" },
  { title: "uncovered", align: "right" },
  { title: "fan-in", align: "right" },
  { title: "function" },
  { title: "place" }
] as const

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderHotspots = ({ freshness, functions, hotspots, since, unknown }: Hotspots, style: Style): string =>
  [
    renderFreshness(freshness, style),
    ...unknown.map((each) => style.yellow(`not known, ${inert(each.split("\n")[0] ?? "")}`)),
    "",
    `${scoreExplained}${
      since === null ? "" : `; changes since ${since.slice(0, 10)}`
    }; - is not measured, and adds nothing`,
    `${hotspots.length.toLocaleString("en")} of ${
      functions === null ? "an unknown number of functions" : plural(functions, "function")
    } outside of tests`,
    "",
    table(
      columns,
      hotspots.map((each) => [
        each.score.toLocaleString("en"),
        count(each.changes),
        count(each.findings),
        count(each.uncovered),
        count(each.fanIn),
        inert(each.name),
        `${inert(each.relPath)}:${each.startLine}`
      ])
    )
  ].join("\n")
