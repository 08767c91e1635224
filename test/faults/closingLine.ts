/** The last line of `npm run test:faults`: a test is a fault. */
import type { Reporter, TestModule } from "vitest/node"
import { isAll, seed } from "./scale.js"

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const tried = tests.filter((test) => test.result().state !== "skipped")
    const survived = tried.filter((test) => test.result().state === "passed")
    const part = isAll ? "all of them" : `the part of seed ${seed}; all with -- --all`
    process.stdout.write(`\nfaults: ${tried.length} tried, ${survived.length} survived (${part})\n`)
  }
}
