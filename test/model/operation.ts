import type { Approver, Args, Tool, Version } from "./policies.ts";

/** Where calls are made. */
export const SESSIONS = ["s1", "s2"] as const;
/** Who makes them. */
export const PRINCIPALS = ["ann", "mallory"] as const;

/** Args by name; `broken` is no JSON. */
export const ARGS = {
  hi: { to: "in", body: "hi", amount: 40 },
  out: { to: "out", body: "hi", amount: 70 },
  long: { to: "in", body: "long", amount: 40 },
  wide: { to: "in", body: "wide", amount: 40 },
  rude: { to: "in", body: "rude", amount: 40 },
  broken: null,
} as const satisfies Readonly<Record<string, Args | null>>;
export type ArgsName = keyof typeof ARGS;

/** Where a process is lost, or its store fails once, on the way of a call. */
export const POINTS = [
  "before call.proposed",
  "after call.proposed",
  "before call.started",
  "after call.started",
  "before call.completed",
  "after call.completed",
] as const;
type Point = (typeof POINTS)[number];

/** A call that somebody makes in one of the processes. */
export interface Attempt {
  readonly process: number;
  readonly session: (typeof SESSIONS)[number];
  readonly who: (typeof PRINCIPALS)[number];
  readonly id: string;
  readonly tool: Tool;
  readonly args: ArgsName;
}

/** An approver's answer in one of the processes. */
export interface Answering {
  readonly process: number;
  readonly session: (typeof SESSIONS)[number];
  readonly id: string;
  readonly approver: Approver;
  readonly decision: "approve" | "deny";
  readonly edit?: ArgsName;
  /** as if the approver had looked at other args */
  readonly outdated: boolean;
  /** the process is lost as soon as the answer is on record */
  readonly dies: boolean;
}

/** What may happen. */
export type Operation =
  | (Attempt & { readonly do: "propose"; readonly resumed: boolean })
  | (Attempt & { readonly do: "call"; readonly fails: boolean })
  /** a call whose tool takes its time, until `finish` */
  | (Attempt & { readonly do: "hold" })
  | { readonly do: "finish"; readonly session: Attempt["session"]; readonly id: string; readonly fails: boolean }
  /** a call that meets a fault: the process is lost, or its store says once that it failed */
  | (Attempt & { readonly do: "fault"; readonly point: Point; readonly lost: boolean })
  | (Answering & { readonly do: "verdict" })
  | { readonly do: "policy"; readonly to: Version }
  | { readonly do: "wait"; readonly ms: number }
  /** a process is started anew */
  | { readonly do: "restart"; readonly process: number }
  /** denied calls in a row */
  | { readonly do: "storm"; readonly session: Attempt["session"]; readonly calls: number };

/** What whoever did it was told. */
export interface Answer {
  readonly status: string;
  readonly rules?: readonly string[];
}

export const LOST: Answer = { status: "lost" };
export const NONE: Answer = { status: "none" };
export const DONE: Answer = { status: "done" };
export const UNKNOWN: Answer = { status: "unknown" };
export const denied = (rules: readonly string[]): Answer => ({ status: "denied", rules });

/** How one call stands, as anybody can see. */
export interface CallView {
  readonly status: string;
  /** the args of each time that its tool ran */
  readonly ran: readonly string[];
  readonly approval?: { readonly status: string; readonly rules?: readonly string[]; readonly args?: string };
}

/** Everything that can be seen, by session and call. */
export type View = Readonly<Record<string, CallView>>;
