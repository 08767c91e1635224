import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** With the real tools, or the built command: these need what test/globalSetup.ts prepares. */
const prepared = ["test/real/**/*.test.ts", "test/e2e/**/*.test.ts", "test/package/**/*.test.ts"]

/** Not in `npm test`: `npm run test:faults`. */
const faults = ["test/faults/**/*.test.ts"]

export default defineConfig({
  resolve: {
    alias: [
      { find: /^codeintel$/, replacement: file("src/index.ts") },
      { find: /^codeintel\/testing$/, replacement: file("src/testing.ts") }
    ]
  },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // much of the time a test waits for processes: one core is not left free
    maxWorkers: "100%",
    setupFiles: ["test/strictEquality.ts"],
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/fixtures/**", ...prepared, ...faults] }
      },
      {
        extends: true,
        test: { name: "real", include: prepared, globalSetup: ["test/globalSetup.ts"] }
      },
      {
        extends: true,
        test: {
          name: "faults",
          include: faults,
          globalSetup: ["test/globalSetup.ts"],
          // for what hangs: that the machine is busy is no fault
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000
        }
      }
    ]
  }
})
