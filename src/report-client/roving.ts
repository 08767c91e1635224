/**
 * Many things to go through with the arrow keys, and one stop of the Tab key.
 */
type Move = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown"

const moves: ReadonlyArray<string> = [
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
  "PageUp",
  "PageDown"
] satisfies ReadonlyArray<Move>

const isMove = (key: string): key is Move => moves.includes(key)

export interface Roving {
  /** After what is in `container` has changed. */
  readonly renew: () => void
}

/**
 * `items`: what can have the focus now, in order. `next`: where a key leads; undefined: it means nothing here.
 */
export const roving = (
  container: HTMLElement,
  items: () => ReadonlyArray<HTMLElement>,
  next: (from: HTMLElement, key: Move, all: ReadonlyArray<HTMLElement>) => HTMLElement | undefined
): Roving => {
  const stopAt = (item: HTMLElement) => {
    for (const each of container.querySelectorAll("[tabindex=\"0\"]")) each.setAttribute("tabindex", "-1")
    item.setAttribute("tabindex", "0")
  }
  container.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.hasAttribute("tabindex")) stopAt(target)
  })
  container.addEventListener("keydown", (event) => {
    if (!isMove(event.key) || event.ctrlKey || event.altKey || event.metaKey) return
    const all = items()
    const from = all.find((item) => item === event.target)
    const to = from === undefined ? undefined : next(from, event.key, all)
    if (to === undefined) return
    event.preventDefault()
    to.focus()
  })
  const renew = () => {
    const all = items()
    for (const item of all) item.setAttribute("tabindex", "-1")
    all[0]?.setAttribute("tabindex", "0")
  }
  return { renew }
}

/** Rows of things: up and down go to the row before and after, left and right along it and on. */
export const inRows =
  (rowOf: (item: HTMLElement) => Element | null) =>
  (from: HTMLElement, key: Move, all: ReadonlyArray<HTMLElement>): HTMLElement | undefined => {
    const at = all.indexOf(from)
    const row = rowOf(from)
    const column = all.filter((item) => rowOf(item) === row).indexOf(from)
    const sameColumn = (items: ReadonlyArray<HTMLElement>, first: HTMLElement | undefined) => {
      if (first === undefined) return undefined
      const there = items.filter((item) => rowOf(item) === rowOf(first))
      return there[Math.min(column, there.length - 1)]
    }
    switch (key) {
      case "ArrowRight":
        return all[at + 1]
      case "ArrowLeft":
        return all[at - 1]
      case "ArrowDown":
        return sameColumn(all, all.slice(at + 1).find((item) => rowOf(item) !== row))
      case "ArrowUp":
        return sameColumn(all, all.slice(0, at).findLast((item) => rowOf(item) !== row))
      case "Home":
        return all[0]
      case "End":
        return all.at(-1)
      default:
        return undefined
    }
  }
