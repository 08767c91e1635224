/**
 * The one tip of the page: more about what the pointer or the focus is on.
 */
import { inert, inertLines } from "../domain/inert.js"
import { byId, h } from "./dom.js"

const ATTRIBUTE = "data-tip"

const show = (target: Element) => {
  const tip = byId("tip")
  tip.textContent = inertLines(target.getAttribute(ATTRIBUTE) ?? "")
  tip.hidden = false
  const around = target.getBoundingClientRect()
  const { height, width } = tip.getBoundingClientRect()
  const below = around.bottom + 6
  const left = Math.max(4, Math.min(around.left, document.documentElement.clientWidth - width - 4))
  const top = below + height > window.innerHeight ? Math.max(4, around.top - height - 6) : below
  tip.style.setProperty("left", `${left}px`)
  tip.style.setProperty("top", `${top}px`)
}

const hide = () => {
  byId("tip").hidden = true
}

const follow = (event: Event) => {
  const target = event.target instanceof Element ? event.target.closest(`[${ATTRIBUTE}]`) : null
  if (target === null) hide()
  else show(target)
}

export const startTips = (): void => {
  document.addEventListener("mouseover", follow)
  document.addEventListener("focusin", follow)
  document.addEventListener("click", follow)
  document.addEventListener("scroll", hide, { passive: true, capture: true })
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide()
  })
}

/** A number that is not there, and why. */
export const notMeasured = (reason: string, text = "not measured"): HTMLElement =>
  h("button", { type: "button", class: "absent", [ATTRIBUTE]: reason, "aria-label": inert(`${text}: ${reason}`) }, text)
