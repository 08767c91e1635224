// @effect-diagnostics nodeBuiltinImport:off
/**
 * `npm run bench`: the benches there are. None is run: the quickest takes minutes.
 */
import { print, table } from "./support/measure.js"

print(table([
  ["npm run bench:ingest -- [--only NAMES] [REPOSITORY ...]"],
  ["    what an ingest costs beyond its tools"],
  ["npm run bench:increments -- REPOSITORY [--file REL ...] [--rounds 3] [--keep DIR]"],
  ["    an ingest after one change against one from scratch"],
  ["npm run bench:fidelity -- REPOSITORY [--edits 16] [--seed 1] [--check-order] [--keep DIR]"],
  ["    the rows after random edits against those of an index from scratch"],
  ["npm run bench:large -- REPOSITORY [--memory 5.5GB] [--skip default,single] [--single-seconds N]"],
  ["    a repository that is too large for one process of scip-python"],
  ["npm run bench:gate -- REPOSITORY [--edits 10] [--seed 1]"],
  ["    whether a gate calls new what is new, and nothing else"],
  [""],
  ["First `npm run build`: they run dist/bin/codeintel.js. What they measure and how long it takes: bench/README.md"]
]))
