/** The last line of `npm run test:faults`: a test is a fault. */
import type { Reporter, TestModule } from "vitest/node"
import { isAll, seed } from "./scale.js"

export default class ClosingLine implements Reporter {
  private line = ""

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    // one whose preparation failed is skipped, too, but was to be run
    const tried = tests.filter(({ options }) => options.mode === "run" || options.mode === "only")
    const survived = tried.filter((test) => test.result().state === "passed")
    const part = isAll ? "all of them" : `the part of seed ${seed}; all with -- --all`
    this.line = `faults: ${tried.length} tried, ${survived.length} survived (${part})`
  }

  /** After the summary of the other reporter. */
  onFinished(): void {
    process.stdout.write(`${this.line}\n`)
  }
}
