/**
 * The page: its data, and what the address asks for.
 */
import { inert } from "../domain/inert.js"
import type { ReportData } from "../domain/ReportData.js"
import { byId, h, theirs } from "./dom.js"
import { type FilePage, filePage, missingPage } from "./filePage.js"
import { modelOf } from "./model.js"
import { parseRoute, type Route } from "./route.js"
import { summary } from "./summary.js"
import { tables } from "./tables.js"
import { startTheme } from "./theme.js"
import { timeline } from "./timeline.js"
import { startTips } from "./tip.js"
import { treemap } from "./treemap.js"

// written by us, after it was checked against the schema of this type
const data: ReportData = JSON.parse(byId("data").textContent ?? "")
const model = modelOf(data)
const title = data.repo.split("/").at(-1) ?? data.repo

startTheme()
startTips()
byId("repo").replaceChildren(theirs(data.repo))

const overview = byId("overview")
const filePlace = byId("file")
const shownTables = tables(model)
overview.append(
  h("h1", { tabindex: "-1" }, theirs(title)),
  summary(data),
  treemap(model),
  shownTables.element,
  timeline(data)
)

let place = 0
let shown: { readonly path: string; readonly page: FilePage } | undefined

const showFile = ({ line, path }: Extract<Route, { readonly page: "file" }>) => {
  if (!overview.hidden) place = window.scrollY
  if (shown?.path !== path) {
    const index = model.indexOf(path)
    shown = { path, page: index === undefined ? missingPage(path) : filePage(model, index) }
    filePlace.replaceChildren(shown.page.element)
  }
  overview.hidden = true
  filePlace.hidden = false
  document.title = `${inert(path)} · ${inert(title)} · codeintel`
  if (line !== undefined) return shown.page.select(line)
  window.scrollTo(0, 0)
  filePlace.querySelector("h1")?.focus({ preventScroll: true })
}

const showOverview = ({ query, table }: Extract<Route, { readonly page: "overview" }>) => {
  const wasFile = overview.hidden
  overview.hidden = false
  filePlace.hidden = true
  document.title = `${inert(title)} · codeintel`
  if (table !== undefined) {
    shownTables.open(table, query)
    byId("tables").scrollIntoView()
    byId(`tab-${table}`).focus({ preventScroll: true })
  } else if (wasFile) {
    window.scrollTo(0, place)
    overview.querySelector("h1")?.focus({ preventScroll: true })
  }
}

const show = () => {
  const route = parseRoute(location.hash)
  if (route.page === "file") showFile(route)
  else showOverview(route)
}

window.addEventListener("hashchange", show)
show()
