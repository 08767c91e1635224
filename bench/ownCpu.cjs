// Preloaded into the command alone: tools do not inherit NODE_OPTIONS. Leaves its CPU time behind, in microseconds.
const { writeFileSync } = require("node:fs")

const file = process.env.BENCH_CPU_FILE
if (file !== undefined) process.on("exit", () => writeFileSync(file, JSON.stringify(process.cpuUsage())))
