/**
 * A table that sorts, filters, and shows a page at a time.
 */
import { type Child, h, theirs } from "./dom.js"
import { number } from "./format.js"
import { inRows, roving } from "./roving.js"

export interface Column<Row> {
  readonly title: string
  readonly numeric?: boolean
  /** What it is sorted by; null (not measured) comes last either way. */
  readonly value: (row: Row) => string | number | null
  readonly cell: (row: Row) => Child
}

export interface Choice<Row> {
  readonly label: string
  readonly of: (row: Row) => string
}

export interface TableOptions<Row> {
  /** What is in it: "findings". */
  readonly name: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
  /** What the filter looks at. */
  readonly text: (row: Row) => string
  readonly choices?: ReadonlyArray<Choice<Row>>
  /** Said where there is no row at all. */
  readonly none: string
  readonly pageSize?: number
}

export interface Table {
  readonly element: HTMLElement
  readonly filter: (query: string) => void
}

const compare = (a: string | number, b: string | number) =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0

export const table = <Row>(options: TableOptions<Row>): Table => {
  const { choices = [], columns, name, none, pageSize = 100, rows, text } = options
  if (rows.length === 0) return { element: h("p", { class: "quiet" }, theirs(none)), filter: () => {} }

  const texts = new Map<Row, string>()
  const textOf = (row: Row) => {
    const known = texts.get(row) ?? text(row).toLowerCase()
    texts.set(row, known)
    return known
  }
  let sorted: { readonly column: number; readonly descending: boolean } | undefined
  let page = 0
  let shown: ReadonlyArray<Row> = rows

  const status = h("span", { class: "quiet", role: "status" })
  const input = h("input", { type: "search", placeholder: `filter ${name}`, "aria-label": `filter ${name}` })
  const selects = choices.map(({ label, of }) => {
    const values = [...new Set(rows.map(of))].sort()
    const select = h(
      "select",
      { "aria-label": `${label} of the ${name}` },
      h("option", { value: "" }, `any ${label}`),
      ...values.map((value) => h("option", { value }, value))
    )
    return { select, of, useful: values.length > 1 }
  })
  const body = h("tbody")
  const arrows = roving(
    body,
    () => [...body.querySelectorAll<HTMLElement>("a, button")],
    inRows((item) => item.closest("tr"))
  )
  const turn = (by: number) => () => {
    page += by
    show()
    region.scrollTop = 0
  }
  const before = h("button", { type: "button", click: turn(-1) }, "previous")
  const after = h("button", { type: "button", click: turn(1) }, "next")

  const heads = columns.map(({ numeric, title }, column) => {
    const button = h("button", {
      type: "button",
      click: () => {
        const descending = sorted?.column === column ? !sorted.descending : numeric === true
        sorted = { column, descending }
        page = 0
        update()
      }
    }, title)
    return h("th", { scope: "col", class: numeric === true ? "numeric" : undefined }, button)
  })

  const show = () => {
    const pages = Math.max(1, Math.ceil(shown.length / pageSize))
    page = Math.min(Math.max(0, page), pages - 1)
    const first = page * pageSize
    const part = shown.slice(first, first + pageSize)
    body.replaceChildren(...part.map((row) =>
      h(
        "tr",
        {},
        ...columns.map(({ cell, numeric }) => h("td", { class: numeric === true ? "numeric" : undefined }, cell(row)))
      )
    ))
    arrows.renew()
    heads.forEach((head, column) => {
      if (sorted?.column === column) head.setAttribute("aria-sort", sorted.descending ? "descending" : "ascending")
      else head.removeAttribute("aria-sort")
    })
    const range = shown.length > pageSize ? `${number(first + 1)} to ${number(first + part.length)} of ` : ""
    const filtered = shown.length < rows.length ? ` (of ${number(rows.length)})` : ""
    status.textContent = `${range}${number(shown.length)} ${name}${filtered}`
    before.disabled = page === 0
    after.disabled = page === pages - 1
    pager.hidden = pages === 1
  }

  const update = () => {
    const query = input.value.toLowerCase().trim()
    const chosen = selects.filter(({ select }) => select.value !== "")
    const found = rows.filter((row) =>
      (query === "" || textOf(row).includes(query)) && chosen.every(({ of, select }) => of(row) === select.value)
    )
    const column = sorted === undefined ? undefined : columns[sorted.column]
    if (column !== undefined) {
      const sign = sorted?.descending === true ? -1 : 1
      found.sort((a, b) => {
        const [left, right] = [column.value(a), column.value(b)]
        return left === null || right === null
          ? Number(left === null) - Number(right === null)
          : sign * compare(left, right)
      })
    }
    shown = found
    show()
  }

  input.addEventListener("input", () => {
    page = 0
    update()
  })
  for (const { select } of selects) {
    select.addEventListener("change", () => {
      page = 0
      update()
    })
  }
  const pager = h("span", { class: "pager" }, before, after)
  const region = h(
    "div",
    { class: "scroll" },
    h("table", {}, h("caption", { class: "spoken" }, name), h("thead", {}, h("tr", {}, ...heads)), body)
  )
  const tools = h(
    "div",
    { class: "tools" },
    input,
    ...selects.flatMap(({ select, useful }) => useful ? [select] : []),
    status,
    pager
  )
  show()
  return {
    element: h("div", {}, tools, region),
    filter: (query) => {
      input.value = query
      page = 0
      for (const { select } of selects) select.value = ""
      update()
    }
  }
}
