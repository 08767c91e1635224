/**
 * When each tool ran, and for how long.
 */
import type { ReportData, ReportTool } from "../domain/ReportData.js"
import { h, scrolled } from "./dom.js"
import { duration, time } from "./format.js"
import { mark } from "./marks.js"

const startOf = ({ startedAt }: ReportTool) => startedAt === null ? 0 : Date.parse(startedAt)

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400].map((s) =>
  s * 1000
)

export const timeline = (data: ReportData): HTMLElement => {
  const runs = data.tools.filter(({ durationMs, startedAt }) => durationMs !== null && startedAt !== null)
  const now = runs.filter(({ reused }) => !reused).sort((a, b) => startOf(a) - startOf(b))
  const before = runs.filter(({ reused }) => reused)
  const without = data.tools.filter(({ durationMs }) => durationMs === null)
  const first = Math.min(...now.map(startOf))
  const whole = Math.max(1, ...now.map((run) => startOf(run) + (run.durationMs ?? 0) - first))
  const percent = (ms: number) => `${(100 * ms / whole).toFixed(3)}%`

  const step = STEPS.find((each) => whole / each <= 6) ?? whole
  const ticks = Array.from({ length: Math.floor(whole / step) + 1 }, (_, at) => at * step)
  const axis = h("div", { class: "axis", "aria-hidden": "true" })
  for (const tick of ticks) {
    const label = h("span", {}, tick === 0 ? "0" : step < 1000 ? `${tick / 1000} s` : `${Math.round(tick / 1000)} s`)
    label.style.setProperty("left", percent(tick))
    // the last would stand out of the page
    if (tick / whole > 0.93) label.classList.add("last")
    axis.append(label)
  }
  const rows = now.map((run) => {
    const start = startOf(run) - first
    const bar = h("div", { class: "bar" })
    bar.style.setProperty("left", percent(start))
    bar.style.setProperty("width", percent(run.durationMs ?? 0))
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, run.tool),
      h("td", {}, mark(run.status)),
      h("td", { class: "numeric" }, duration(start)),
      h("td", { class: "numeric" }, duration(run.durationMs ?? 0)),
      h("td", { class: "lane" }, h("div", { class: "track" }, bar))
    )
  })
  const notes = [
    ...before.map(({ durationMs, startedAt, tool }) =>
      `${tool}: reused, ran ${startedAt === null ? "before" : time(startedAt)} for ${duration(durationMs ?? 0)}`
    ),
    ...without.map(({ status, tool }) => `${tool}: ${status.replaceAll("_", " ")}, no run`)
  ]
  return h(
    "section",
    { "aria-labelledby": "runs" },
    h("h2", { id: "runs" }, "When the tools ran"),
    now.length === 0 ? h("p", { class: "quiet" }, "The last ingest ran no tool.") : scrolled(
      "runs of the last ingest",
      h(
        "table",
        { class: "timeline" },
        h("caption", { class: "spoken" }, "runs of the last ingest"),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "tool"),
            h("th", { scope: "col" }, "status"),
            h("th", { scope: "col", class: "numeric" }, "began after"),
            h("th", { scope: "col", class: "numeric" }, "took"),
            h("td", { class: "lane" }, axis)
          )
        ),
        h("tbody", {}, ...rows)
      )
    ),
    notes.length === 0 ? null : h("ul", { class: "quiet" }, ...notes.map((note) => h("li", {}, note)))
  )
}
