/**
 * Elements, made by hand. A string is always a text, never HTML.
 */
import { inert, inertLines } from "../domain/inert.js"

export type Child = Node | string | null

type Attribute = string | number | boolean | undefined | ((event: Event) => void)

/** Attributes by name; a function listens to the event of that name. */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: ReadonlyArray<Child>
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value)
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value))
  }
  element.append(...children.filter((child) => child !== null))
  return element
}

/** Text that others wrote: what changes the direction of a text or ends a line is shown, and what is around it is apart. */
export const theirs = (text: string, attributes: Readonly<Record<string, Attribute>> = {}): HTMLElement =>
  h("bdi", attributes, inert(text))

/** A message, which may be of several lines. */
export const theirLines = (text: string): HTMLElement => h("bdi", { class: "message" }, inertLines(text))

/** What may be wider than the window, and is scrolled by itself. */
export const scrolled = (label: string, child: Node): HTMLElement =>
  h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, child)

/** Read out, and not shown. */
export const spoken = (text: string): HTMLElement => h("span", { class: "spoken" }, text)

export const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`no element ${id}`)
  return element
}
