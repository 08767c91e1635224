import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import type { Value } from "../../../src/services/Warehouse.js"
import { writing } from "./laws.js"

layer(MemoryWarehouse.layer)("values", (it) => {
  it.effect.each<readonly [sql: string, type: string, value: Value]>([
    ["NULL::VARCHAR", "VARCHAR", null],
    ["true", "BOOLEAN", true],
    ["42::TINYINT", "TINYINT", 42],
    ["9007199254740991::BIGINT", "BIGINT", 9007199254740991],
    ["9007199254740992::BIGINT", "BIGINT", 9007199254740992n],
    ["-9007199254740992::HUGEINT", "HUGEINT", -9007199254740992n],
    ["sum(7::INTEGER)", "HUGEINT", 7],
    ["18446744073709551615::UBIGINT", "UBIGINT", 18446744073709551615n],
    ["0.1::DOUBLE", "DOUBLE", 0.1],
    ["'nan'::DOUBLE", "DOUBLE", "NaN"],
    ["'-infinity'::FLOAT", "FLOAT", "-Infinity"],
    ["1.50", "DECIMAL(3,2)", 1.5],
    ["-0.05::DECIMAL(4,2)", "DECIMAL(4,2)", -0.05],
    ["123456789012345.678", "DECIMAL(18,3)", "123456789012345.678"],
    ["'é\u{1F600}'", "VARCHAR", "é\u{1F600}"],
    ["'\\xAA\\x00b'::BLOB", "BLOB", "aa0062"],
    ["DATE '2024-02-29'", "DATE", "2024-02-29"],
    ["TIME '01:02:03.5'", "TIME", "01:02:03.5"],
    ["TIMESTAMP '2024-02-29 01:02:03.000004'", "TIMESTAMP", "2024-02-29T01:02:03.000004"],
    ["TIMESTAMPTZ '2024-02-29 01:02:03+02'", "TIMESTAMP WITH TIME ZONE", "2024-02-28T23:02:03Z"],
    ["'2024-02-29 01:02:03.123456789'::TIMESTAMP_NS", "TIMESTAMP_NS", "2024-02-29T01:02:03.123456789"],
    ["'infinity'::TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "infinity"],
    ["INTERVAL 90 MINUTE", "INTERVAL", "01:30:00"],
    ["'00000000-0000-0000-0000-00000000002a'::UUID", "UUID", "00000000-0000-0000-0000-00000000002a"],
    ["'b'::ENUM('a', 'b')", "ENUM('a', 'b')", "b"],
    ["['a', NULL, '\"']", "VARCHAR[]", "[\"a\",null,\"\\\"\"]"],
    ["[1, 9007199254740993]", "BIGINT[]", "[1,\"9007199254740993\"]"],
    ["[1, 2]::INTEGER[2]", "INTEGER[2]", "[1,2]"],
    [
      "{'a': [DATE '2024-02-29'], 'b': {'c': 'nan'::DOUBLE}}",
      "STRUCT(\"a\" DATE[], \"b\" STRUCT(\"c\" DOUBLE))",
      "{\"a\":[\"2024-02-29\"],\"b\":{\"c\":\"NaN\"}}"
    ],
    ["MAP {'k': 1}", "MAP(VARCHAR, INTEGER)", "[{\"key\":\"k\",\"value\":1}]"],
    ["union_value(n := 1)", "UNION(\"n\" INTEGER)", "{\"tag\":\"n\",\"value\":1}"]
  ])("%s is %s", ([sql, type, value]) =>
    Effect.gen(function*() {
      const { columns, rows } = yield* writing("values", (connection) => connection.query(`SELECT ${sql} AS x`))
      assert.deepStrictEqual(rows, [[value]])
      assert.deepStrictEqual(columns, [{ name: "x", type }])
    }))
})
