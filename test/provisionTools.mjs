/**
 * Puts every pinned tool into the tool cache, mypy too, whatever else the machine has. Fails when one cannot be had:
 * a test that needs it would only fail later.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Live, Repositories, ToolProvisioner } from "codeintel"
import { Effect, Layer } from "effect"

Effect.gen(function*() {
  const provisioner = yield* ToolProvisioner
  const repositories = yield* Repositories
  const ctx = yield* repositories.open("examples/python-project")
  yield* Effect.forEach(provisioner.pins.keys(), (tool) => provisioner.provision(ctx, tool), {
    concurrency: 2,
    discard: true
  })
}).pipe(Effect.provide(Layer.provideMerge(Live.layer, NodeContext.layer)), NodeRuntime.runMain)
