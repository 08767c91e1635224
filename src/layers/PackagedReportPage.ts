/**
 * `ReportPage` as `npm run build` made it.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { fileURLToPath } from "node:url"
import { ReportPage } from "../services/ReportPage.js"

// from src/layers, dist/layers and dist/bin alike
const file = fileURLToPath(new URL("../../dist/report.html", import.meta.url))

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.map(FileSystem.FileSystem, (fs) =>
  ReportPage.of({
    // a package without it was built wrong: nothing that a caller could mend
    template: Effect.orDie(fs.readFileString(file))
  }))

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ReportPage, never, FileSystem.FileSystem> = Layer.effect(ReportPage, make)
