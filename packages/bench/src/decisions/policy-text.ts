import type { RuleSpec, Test, Workload } from "./workload.ts";

/** The workload's rules as a policy file of ours. */
export function policyText({ tools, rules }: Workload): string {
  return [
    "version: 1",
    "name: bench",
    "tools:",
    ...tools.map((tool) => `  ${tool}: { effect: write, destination: none }`),
    "rules:",
    ...rules.map(ruleText),
    "",
  ].join("\n");
}

function ruleText({ id, selector, effect, tests }: RuleSpec): string {
  return `  - { id: ${id}, tools: ["${selector}"], when: '${conditionText(tests)}', decide: ${effect} }`;
}

/** The tests as one condition in CEL; `number` writes a number. */
export function conditionText(tests: readonly Test[], number: (value: number) => string = String): string {
  return tests.map((test) => testText(test, number)).join(" && ");
}

function testText(test: Test, number: (value: number) => string): string {
  switch (test.kind) {
    case "equals":
      return `args.${test.field} == ${JSON.stringify(test.value)}`;
    case "prefix":
      return `args.${test.field}.startsWith(${JSON.stringify(test.value)})`;
    case "above":
      return `args.${test.field} > ${number(test.value)}`;
    case "below":
      return `args.${test.field} < ${number(test.value)}`;
    case "listed":
      return `args.${test.field} in ${JSON.stringify(test.values)}`;
    case "pattern":
      return `args.${test.field}.matches(${JSON.stringify(patternText(test))})`;
    case "label":
      return `${JSON.stringify(test.label)} in session.labels`;
    case "tenant":
      return `principal.tenant == ${JSON.stringify(test.tenant)}`;
    case "role":
      return `${JSON.stringify(test.role)} in principal.roles`;
  }
}

/** A pattern as a regular expression. */
export function patternText({ start, end }: { readonly start: string; readonly end: string }): string {
  return `^${start}-[0-9]{4}-${end}$`;
}
