/**
 * The code as a map: the larger a field, the more lines; coloured by what is chosen. Directories can be gone into.
 */
import { hierarchy, type HierarchyRectangularNode, treemap as d3Treemap } from "d3-hierarchy"
import { inert } from "../domain/inert.js"
import { h, theirs } from "./dom.js"
import { number, plural } from "./format.js"
import type { Model } from "./model.js"
import { fileHref } from "./route.js"
import { roving } from "./roving.js"
import { filesTable } from "./tables.js"
import { type Scale, scalesOf } from "./treemapHeat.js"
import { filesOf, type Node, treeOf } from "./treemapTree.js"

type Rectangle = HierarchyRectangularNode<Node>

const HEADER = 18

const isWide = ({ x0, x1, y0, y1 }: Rectangle) => x1 - x0 > 56 && y1 - y0 > 2 * HEADER

const layout = (root: Node, width: number, height: number): Rectangle =>
  d3Treemap<Node>().size([width, height]).paddingInner(1).round(true)
    .paddingOuter((node) => node.depth === 0 ? 0 : 1)
    .paddingTop((node) => node.depth === 0 ? 0 : isWide(node) ? HEADER : 1)(
      // an empty file is there, too
      hierarchy(root, ({ children }) => children).sum(({ file }) => file === undefined ? 0 : Math.max(1, file.lines))
        .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    )

const place = (element: HTMLElement, { x0, x1, y0, y1 }: Rectangle, height = y1 - y0) => {
  element.style.setProperty("left", `${x0}px`)
  element.style.setProperty("top", `${y0}px`)
  element.style.setProperty("width", `${x1 - x0}px`)
  element.style.setProperty("height", `${height}px`)
}

type Side = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight"

/** The nearest field on a side of this one. */
const neighbour = (from: HTMLElement, side: Side, all: ReadonlyArray<HTMLElement>): HTMLElement | undefined => {
  const boxOf = (element: HTMLElement) => ({
    x: element.offsetLeft + element.offsetWidth / 2,
    y: element.offsetTop + Math.min(element.offsetHeight, 2 * HEADER) / 2
  })
  const start = boxOf(from)
  const distances = all.flatMap((element) => {
    if (element === from) return []
    const { x, y } = boxOf(element)
    const [ahead, aside] = side === "ArrowRight"
      ? [x - start.x, y - start.y]
      : side === "ArrowLeft"
      ? [start.x - x, y - start.y]
      : side === "ArrowDown"
      ? [y - start.y, x - start.x]
      : [start.y - y, x - start.x]
    return ahead <= 1 ? [] : [{ element, distance: ahead + 2 * Math.abs(aside) }]
  })
  return distances.reduce<(typeof distances)[number] | undefined>(
    (best, each) => best === undefined || each.distance < best.distance ? each : best,
    undefined
  )?.element
}

const legendOf = ({ legend }: Scale) =>
  h(
    "ul",
    { class: "legend", "aria-label": "legend" },
    ...legend.map(([className, meaning]) =>
      h("li", {}, h("span", { class: `swatch tile ${className}`, "aria-hidden": "true" }), meaning)
    )
  )

export const treemap = (model: Model): HTMLElement => {
  const scales = scalesOf(model)
  const whole = treeOf(model.data.files)
  let trail: ReadonlyArray<Node> = [whole]
  let scale = scales[0]
  const current = () => trail.at(-1) ?? whole

  const map = h("div", { class: "treemap", role: "group" })
  const crumbs = h("nav", { class: "crumbs", "aria-label": "place in the map" })
  const legend = h("div")
  const list = h("div")
  const status = h("p", { class: "spoken", role: "status" })
  const select = h(
    "select",
    { id: "scale" },
    ...scales.map(({ name }, at) => h("option", { value: at }, name))
  )

  const fileTile = (rectangle: Rectangle, file: NonNullable<Node["file"]>) => {
    const { className, words } = scale?.heat(file) ?? { className: "", words: "" }
    const label = `${inert(file.path)}, ${plural(file.lines, "line")}: ${inert(words)}`
    const isNamed = rectangle.x1 - rectangle.x0 > 44 && rectangle.y1 - rectangle.y0 > 14
    const tile = h(
      "a",
      {
        href: fileHref(file.path),
        class: `tile ${className}`,
        tabindex: "-1",
        "aria-label": label,
        "data-tip": `${inert(file.path)}\n${plural(file.lines, "line")}\n${words.replaceAll("; ", "\n")}`
      },
      isNamed ? theirs(rectangle.data.name, { "aria-hidden": "true" }) : null
    )
    place(tile, rectangle)
    return tile
  }

  const directoryTile = (rectangle: Rectangle) => {
    const { data, depth, value = 0 } = rectangle
    if (depth === 0 || !isWide(rectangle)) return null
    const inside = filesOf(data)
    const label = `directory ${inert(data.path)}, ${plural(inside.length, "file")}, ${plural(value, "line")}: go in`
    const tile = h(
      "button",
      { type: "button", class: "directory", tabindex: "-1", "aria-label": label, "data-tip": label },
      theirs(data.name, { "aria-hidden": "true" })
    )
    // from the map's own root, so that the trail has every directory on the way
    tile.addEventListener(
      "click",
      () => go([...trail, ...rectangle.ancestors().reverse().slice(1).map((each) => each.data)], true)
    )
    place(tile, rectangle, HEADER)
    return tile
  }

  const arrows = roving(
    map,
    () => [...map.querySelectorAll<HTMLElement>("a, button")],
    (from, key, all) =>
      key === "Home"
        ? all[0]
        : key === "End"
        ? all.at(-1)
        : key === "PageUp" || key === "PageDown"
        ? undefined
        : neighbour(from, key, all)
  )

  const draw = () => {
    const width = map.clientWidth
    if (width === 0) return // not in the page now
    const height = Math.round(Math.min(640, Math.max(340, width * 0.5)))
    map.style.setProperty("height", `${height}px`)
    map.setAttribute(
      "aria-label",
      `map of ${current().path === "" ? "all files" : inert(current().path)}, coloured by ${scale?.name ?? ""}; ` +
        "arrow keys move, Enter opens, Escape goes out"
    )
    const tiles = layout(current(), width, height).descendants().flatMap((rectangle) => {
      const { file } = rectangle.data
      const tile = file === undefined ? directoryTile(rectangle) : fileTile(rectangle, file)
      return tile === null ? [] : [tile]
    })
    map.replaceChildren(...tiles)
    arrows.renew()
    legend.replaceChildren(...(scale === undefined ? [] : [legendOf(scale)]))
  }

  const go = (to: ReadonlyArray<Node>, withFocus: boolean) => {
    trail = to
    crumbs.replaceChildren(...trail.flatMap((node, at) => {
      const isLast = at === trail.length - 1
      const name = at === 0 ? "all files" : node.name
      const crumb = isLast
        ? theirs(name, { "aria-current": "location" })
        : h("button", { type: "button", click: () => go(trail.slice(0, at + 1), true) }, theirs(name))
      return at === 0 ? [crumb] : [" / ", crumb]
    }))
    draw()
    fill()
    const inside = filesOf(current())
    status.textContent = `${current().path === "" ? "all files" : inert(current().path)}: ${
      plural(inside.length, "file")
    }, ${number(inside.reduce((total, { lines }) => total + lines, 0))} lines`
    if (withFocus) map.querySelector<HTMLElement>("[tabindex=\"0\"]")?.focus()
  }

  const asText = h("details", {}, h("summary", {}, "The same as a table"), list)
  const fill = () => list.replaceChildren(...(asText.open ? [filesTable(model, filesOf(current())).element] : []))
  asText.addEventListener("toggle", fill)
  map.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && trail.length > 1) go(trail.slice(0, -1), true)
  })
  select.addEventListener("change", () => {
    scale = scales[Number(select.value)]
    draw()
  })
  let drawnAt = 0
  new ResizeObserver(() => {
    if (map.clientWidth === drawnAt) return
    drawnAt = map.clientWidth
    draw()
  }).observe(map)
  go(trail, false)

  return h(
    "section",
    { "aria-labelledby": "map" },
    h("h2", { id: "map" }, "Map of the code"),
    h(
      "div",
      { class: "tools" },
      h("label", { for: "scale" }, "colour: "),
      select,
      h("span", { class: "quiet" }, "the larger a field, the more lines it has")
    ),
    crumbs,
    map,
    legend,
    asText,
    status
  )
}
