/**
 * Layers for the tests of those who use the library: nothing is started, nothing is written to disk.
 *
 * @since 0.1.0
 */
export * as MemoryWarehouse from "./layers/testing/MemoryWarehouse.js"
export * as MockScipReader from "./layers/testing/MockScipReader.js"
export * as MockToolResolver from "./layers/testing/MockToolResolver.js"
export * as MockToolRunner from "./layers/testing/MockToolRunner.js"
export * as MockToolService from "./layers/testing/MockToolService.js"
export * as TestBudget from "./layers/testing/TestBudget.js"
export * as TestPipeline from "./layers/testing/TestPipeline.js"
export * as TestRepository from "./layers/testing/TestRepository.js"
export * as TestTools from "./layers/testing/TestTools.js"
