/** A macro: no function, but called like one. */
export interface Macro {
  /** how it is written */
  readonly signature: string;
  /** one line of the reference */
  readonly says: string;
  readonly example: string;
}

/** The macros that bind a variable. */
export type LoopMacro = "all" | "exists" | "exists_one" | "map" | "filter";

const LOOPS: Readonly<Record<LoopMacro, Macro>> = {
  all: {
    signature: "list.all(x, bool) → bool",
    says: "whether the condition holds for every element, or for every key of an object; one that is false outweighs errors",
    example: 'destinations.all(d, d.endsWith("@example.com"))',
  },
  exists: {
    signature: "list.exists(x, bool) → bool",
    says: "whether the condition holds for some element, or for some key of an object; one that is true outweighs errors",
    example: "session.steps.exists(s, s.rows > 1000)",
  },
  exists_one: {
    signature: "list.exists_one(x, bool) → bool",
    says: "whether the condition holds for exactly one element",
    example: 'args.to.exists_one(t, t == "ops@example.com")',
  },
  map: {
    signature: "list.map(x, value) → list, list.map(x, bool, value) → list",
    says: "what the expression makes of each element, or of each that the condition keeps",
    example: 'args.to.map(t, domain(t)) == ["example.com"]',
  },
  filter: {
    signature: "list.filter(x, bool) → list",
    says: "the elements for which the condition holds",
    example: 'size(session.steps.filter(s, s.effect == "write")) < 5',
  },
};

/** Every macro by its name. */
export const MACROS: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  [
    "has",
    {
      signature: "has(a.b.c) → bool",
      says: "whether every step after the first name is there; it never fails for what is missing",
      example: "has(args.limit) && args.limit > 100",
    },
  ],
  ...Object.entries(LOOPS),
]);

/** Whether a macro can only become true where its condition does. */
export function isMonotone(name: LoopMacro): boolean {
  return name === "exists" || name === "all";
}

/** Whether a method is a macro that binds a variable. */
export function isLoopMacro(name: string): name is LoopMacro {
  return Object.hasOwn(LOOPS, name);
}
