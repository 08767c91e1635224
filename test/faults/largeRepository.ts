/**
 * A repository of many small modules that use each other, as a program of that size is made of: 60 packages, each module
 * with a class, functions with and without annotations, and here and there something for a checker to find.
 */

const MODULES_IN_PACKAGE = 25

const nameOf = (index: number) => `package_${Math.floor(index / MODULES_IN_PACKAGE)}.module_${index}`

const moduleAt = (index: number): string => {
  const before = Math.max(0, index - 1)
  const method = (number: number) => `
    def step_${number}(self, amount: int, factor: float = ${number}.0) -> float:
        """What comes of step ${number} for an amount.

        Amounts below zero count as zero, and a factor of nothing as one.
        """
        if amount < 0:
            amount = 0
        result = amount * (factor or 1.0)
        self.seen.append(f"step ${number}: {result:.2f}")
        return result
`
  return `"""Module ${index}: how orders of kind ${index} are counted."""
import os
from dataclasses import dataclass, field
${index === 0 ? "" : `from ${nameOf(before)} import Order${before}, total_${before}\n`}

LIMIT_${index} = ${index * 7}


@dataclass
class Order${index}:
    name: str
    amounts: list[int] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
${[1, 2, 3, 4, 5].map(method).join("")}

def total_${index}(order: Order${index}, limit: int = LIMIT_${index}) -> float:
    total = 0.0
    for amount in order.amounts:
        total += order.step_1(min(amount, limit))
    return total


def described_${index}(order, prefix="order"):
    return prefix + ": " + order.name + str(${index === 0 ? "0" : `total_${before}(Order${before}("x"))`})


def wrong_${index}(order: Order${index}) -> int:
    return ${index % 3 === 0 ? "order.name" : "len(order.name)"}
`
}

/** Relative path -> text. */
export const files = (howMany: number): Readonly<Record<string, string>> => {
  const modules = Array.from(
    { length: howMany },
    (_, index) => [`${nameOf(index).replaceAll(".", "/")}.py`, moduleAt(index)] as const
  )
  const packages = Array.from(
    { length: Math.ceil(howMany / MODULES_IN_PACKAGE) },
    (_, index) => [`package_${index}/__init__.py`, ""] as const
  )
  return Object.fromEntries([...packages, ...modules])
}
