/**
 * The checkers, in the order they are shown. A further one is a file beside this and its name in the list.
 *
 * @since 0.1.0
 */
import type { Checker } from "./checker.js"
import { mypy } from "./mypy.js"
import { pyrefly } from "./pyrefly.js"
import { pyright } from "./pyright.js"
import { ruff } from "./ruff.js"

/**
 * @since 0.1.0
 * @category instances
 */
export const checkers: ReadonlyArray<Checker> = [pyright, pyrefly, ruff, mypy]
