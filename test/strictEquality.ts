/**
 * chai takes `Option.some(x)` and `Option.none()` for deeply equal. Node's comparison does not.
 */
import { assert } from "@effect/vitest"
import { deepStrictEqual } from "node:assert"

Object.assign(assert, { deepStrictEqual })
