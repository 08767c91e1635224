/**
 * Light, dark, or as the system has it.
 */
import { byId } from "./dom.js"

const KEY = "codeintel-report-theme"

/** A page that was opened from a file may have no storage. */
const storage = (): Storage | undefined => {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}

const apply = (theme: string) => {
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme
  else delete document.documentElement.dataset["theme"]
}

export const startTheme = (): void => {
  const select = byId("theme")
  if (!(select instanceof HTMLSelectElement)) return
  const remembered = storage()?.getItem(KEY) ?? "system"
  select.value = remembered
  apply(remembered)
  select.addEventListener("change", () => {
    apply(select.value)
    storage()?.setItem(KEY, select.value)
  })
}
