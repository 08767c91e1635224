// Preloaded into the command alone: analysers do not inherit NODE_OPTIONS. Leaves behind the most memory that it ever had,
// in kB, as the kernel says. (`maxRSS` would count who started it, too: it outlives `exec`.)
const { readFileSync, writeFileSync } = require("node:fs")

const file = process.env.OWN_MEMORY_FILE
if (file !== undefined) {
  process.on("exit", () => writeFileSync(file, /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))[1]))
}
