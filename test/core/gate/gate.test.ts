import { describe, expect, it } from "vitest";
import { createGate, loadPolicy, memoryStore, SallyportError, type ListableStore, type Store } from "@sallyport/core";
import { bench, LEA, OUTSIDE, POLICY } from "./kit.ts";

describe("a call", () => {
  it("runs once with the frozen copy that was decided on", async () => {
    const { session } = await bench();
    const args = { to: "bob@example.com", list: [{ a: 1 }] };
    let seen: unknown;
    const run = (given: { readonly [key: string]: unknown }) => {
      seen = given;
      args.to = "eve@evil.example";
      return given["to"];
    };
    expect(await session().call({ id: "c1", tool: "send_email", args }, run)).toMatchObject({
      status: "completed",
      result: "bob@example.com",
    });
    expect(seen).not.toBe(args);
    expect(Object.isFrozen(seen)).toBe(true);
    expect(() => Object.assign(Object(seen), { to: "x" })).toThrow(TypeError);
  });

  it("hands every attempt the same idempotency key, and each call its own", async () => {
    const { session } = await bench();
    const keys: string[] = [];
    for (const id of ["a", "b"])
      await session().call({ id, tool: "refund", args: { amount: 1 } }, (_args, { idempotencyKey }) => keys.push(idempotencyKey));
    expect(new Set(keys).size).toBe(2);
  });

  it("that fails is recorded, inspected and not run again", async () => {
    const { session } = await bench();
    let ran = 0;
    const boom = () => {
      ran++;
      throw new Error("boom");
    };
    const call = { id: "c1", tool: "refund", args: { amount: 1 } };
    expect(await session().call(call, boom)).toMatchObject({ status: "failed", error: { message: "boom" } });
    expect(await session().call(call, boom)).toMatchObject({ status: "failed", error: { message: "boom" } });
    expect(ran).toBe(1);
  });

  it("has its result cut by `keep`, also when it is read back, and its errors too", async () => {
    const { session } = await bench();
    const customer = { id: 1, name: "Bo", iban: "SECRET" };
    const call = { id: "c1", tool: "get_customer", args: {} };
    for (let time = 0; time < 2; time++)
      expect(await session().call(call, () => customer)).toMatchObject({ status: "completed", result: { id: 1, name: "Bo" } });
    const failed = await session().call({ ...call, id: "c2" }, () => {
      throw new Error("SECRET");
    });
    expect(failed.status === "failed" && String(failed.error)).toContain("withheld by policy (least)");
    expect(JSON.stringify(failed)).not.toContain("SECRET");
  });

  it("withholds a result that a rule denies, with its labels durable first", async () => {
    const { session, gate } = await bench();
    expect(await session().call({ id: "c1", tool: "read_email", args: {} }, () => "secret")).toMatchObject({
      status: "completed",
      result: "result withheld by policy (secret)",
    });
    expect(
      (await gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } }).propose({ id: "c2", tool: "export", args: {} }))
        .decision.labels,
    ).toEqual(["saw_secret", "untrusted"]);
  });

  it("releases binary where no rule looks at it, and withholds it where one does", async () => {
    const { session } = await bench();
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await session().call({ id: "c1", tool: "export", args: {} }, () => bytes)).toMatchObject({ status: "completed", result: bytes });
    expect(await session().call({ id: "c2", tool: "get_customer", args: {} }, () => bytes)).toMatchObject({
      result: "result withheld by policy (least)",
    });
  });

  it.each([
    ["nested without end", Array.from({ length: 3_000 }).reduce<object>((inner) => ({ inner }), {})],
    [
      "cyclic",
      (() => {
        const loop: { self?: unknown } = {};
        loop.self = loop;
        return loop;
      })(),
    ],
    ["a bigint", { n: 1n }],
    ["nothing", undefined],
    ["lone surrogates", { text: "\ud800 \\ud800", "\udfff": 1 }],
  ])("survives a result that is %s, and withholds what `keep` cannot read", async (_name, value) => {
    const { session } = await bench();
    expect((await session().call({ id: "c1", tool: "export", args: {} }, () => value)).status).toBe("completed");
    expect((await session().call({ id: "c2", tool: "get_customer", args: {} }, () => value)).status).toBe("completed");
  });

  it("inspects what a tool yields before its end", async () => {
    const { session } = await bench();
    const shown: unknown[] = [];
    await session().call({ id: "c1", tool: "get_customer", args: {} }, async (_args, { inspect }) => {
      shown.push(await inspect({ id: 1, iban: "SECRET" }));
      return { id: 1 };
    });
    expect(shown).toEqual([{ id: 1 }]);
  });

  it("of two that race over one limit, lets through what fits", async () => {
    const { session, tool, ran } = await bench();
    const calls = Array.from({ length: 30 }, (_, index) =>
      session({ id: `s${index % 3}` }).call({ id: `c${index}`, tool: "refund", args: { amount: 10 } }, tool()),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === "completed")).toHaveLength(10);
    expect(ran).toHaveLength(10);
  });

  it("counts a limit in a rolling window of store time", async () => {
    const { session, tool, clock } = await bench();
    const refund = (id: string) => session().call({ id, tool: "refund", args: { amount: 60 } }, tool());
    expect((await refund("a")).status).toBe("completed");
    expect((await refund("b")).status).toBe("denied");
    clock.now += 3_600_000;
    expect((await refund("c")).status).toBe("completed");
    clock.now -= 7_200_000;
    expect((await refund("d")).status).toBe("denied");
  });

  it("aborted before its claim does not run", async () => {
    const { session, tool, ran } = await bench();
    const signal = AbortSignal.abort();
    expect((await session().call({ id: "c1", tool: "refund", args: { amount: 1 } }, tool(), { signal })).status).toBe("denied");
    expect(ran).toEqual([]);
  });
});

describe("a claim whose outcome never came", () => {
  const refund = { id: "c1", tool: "refund", args: { amount: 1 } };
  /** Another gate on the store stands for another process; the first one never comes back. */
  const dead = async (tool: string) => {
    const made = await bench();
    const hang = new Promise<never>(() => undefined);
    void made.session().call({ ...refund, tool }, () => hang);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const other = await createGate({ policy: loadPolicy(POLICY), store: made.store });
    return { ...made, other: other.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } }) };
  };

  it("is waited for while its lease holds, is unknown after it, and is not run again", async () => {
    const { other, clock, tool, ran } = await dead("refund");
    const waiting = other.call(refund, tool());
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(() => resolve("waits"), 60))]);
    expect(first).toBe("waits");
    clock.now += 60_001;
    expect((await waiting).status).toBe("unknown");
    expect((await other.call(refund, tool())).status).toBe("unknown");
    expect(ran).toEqual([]);
  });

  it("is run again under the same key where the tool is idempotent", async () => {
    const { other, clock, tool, ran } = await dead("charge");
    clock.now += 60_001;
    expect((await other.call({ ...refund, tool: "charge" }, tool())).status).toBe("completed");
    expect(ran).toHaveLength(1);
  });

  it("takes a late outcome", async () => {
    const made = await bench();
    let finish: (value: string) => void = () => undefined;
    const late = made.session().call(refund, () => new Promise<string>((resolve) => (finish = resolve)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    made.clock.now += 60_001;
    expect((await made.session().call(refund, made.tool())).status).toBe("unknown");
    finish("late");
    expect(await late).toMatchObject({ status: "completed", result: "late" });
    expect(await made.session().call(refund, made.tool())).toMatchObject({ status: "completed", result: "late" });
  });
});

describe("a session", () => {
  it.each([
    ["no id", { id: "" }],
    ["no principal", { principal: { id: "" } }],
    ["no agent", { agent: { id: "" } }],
    ["a context that is no JSON", { context: { at: new Date() } }],
    ["a parent that is not open", { parent: "nobody" }],
  ])("with %s allows nothing", async (_name, init) => {
    const { session, tool, ran } = await bench();
    expect((await session(init).call({ id: "c1", tool: "export", args: {} }, tool())).decision.rules).toEqual(["invalid-session"]);
    expect(ran).toEqual([]);
  });

  it("inherits its parent's labels and puts its own on it at once", async () => {
    const { session, tool } = await bench();
    await session().call({ id: "c1", tool: "read_email", args: {} }, tool());
    const child = session({ id: "s2", parent: "s1", agent: { id: "sub" } });
    expect((await child.propose({ id: "x", tool: "export", args: {} })).decision.labels).toEqual(["untrusted"]);
    await child.call({ id: "y", tool: "get_customer", args: {} }, () => ({ id: 1 }));
    expect((await session().propose({ id: "c2", tool: "export", args: {} })).decision.labels).toEqual(["customer_data", "untrusted"]);
  });

  it("is locked after ten denials in a row, and a call that is not denied ends the row", async () => {
    const { session, tool } = await bench();
    const denied = (id: string) => session().call({ id, tool: "nope", args: {} }, tool());
    for (let index = 0; index < 9; index++) await denied(`a${index}`);
    expect((await session().call({ id: "ok", tool: "export", args: {} }, tool())).status).toBe("completed");
    for (let index = 0; index < 10; index++) expect((await denied(`b${index}`)).decision.rules[0]).toMatch(/^default:/);
    expect((await session().call({ id: "no", tool: "export", args: {} }, tool())).decision.rules).toEqual(["session-locked"]);
    expect(await session().standing("no")).toMatchObject({ status: "deny", decision: { rules: ["session-locked"] } });
    expect((await session({ id: "s2" }).call({ id: "no", tool: "export", args: {} }, tool())).status).toBe("completed");
  });

  it.each([
    ["says no to", "deny"],
    ["leaves unanswered", "expire"],
  ])("is locked by a model that asks again for what a human %s, over and over", async (_, end) => {
    const { session, tool, gate, clock } = await bench();
    for (let index = 0; index < 10; index++) {
      const outcome = await session().call({ ...OUTSIDE, id: `c${index}` }, tool());
      if (outcome.status !== "pending") throw new Error(outcome.status);
      if (end === "deny") await gate.approvals.resolve(outcome.approval.id, { decision: "deny", approver: LEA });
      else {
        clock.now += 3_600_000;
        await session().call({ ...OUTSIDE, id: `c${index}` }, tool());
      }
    }
    expect((await session().call({ ...OUTSIDE, id: "c10" }, tool())).decision.rules).toEqual(["session-locked"]);
  });

  it("is not locked where people say yes in between", async () => {
    const { session, tool, gate } = await bench();
    for (let index = 0; index < 24; index++) {
      const outcome = await session().call({ ...OUTSIDE, id: `c${index}` }, tool());
      if (outcome.status !== "pending") throw new Error(outcome.status);
      await gate.approvals.resolve(outcome.approval.id, { decision: index % 6 === 5 ? "approve" : "deny", approver: LEA });
    }
  });

  it("answers a repeated denied call from the record", async () => {
    const { session, tool, store } = await bench();
    for (let index = 0; index < 5; index++) await session().call({ id: "c1", tool: "nope", args: {} }, tool());
    expect(await store.read("session//s1", 0)).toHaveLength(2);
  });

  it("strangers cannot lock it", async () => {
    const { session, tool } = await bench();
    await session().call({ id: "c0", tool: "export", args: {} }, tool());
    for (let index = 0; index < 20; index++)
      await session({ principal: { id: "mallory" } }).call({ id: `m${index}`, tool: "export", args: {} }, tool());
    expect((await session().call({ id: "c1", tool: "export", args: {} }, tool())).status).toBe("completed");
  });

  it("offers only what might be allowed", async () => {
    const { session } = await bench();
    expect(await session().offer(["read_email", "send_email", "refund", "nope"])).toEqual(["read_email", "send_email", "refund"]);
    expect(await session({ principal: { id: "mallory" } }).offer(["read_email"])).toEqual([]);
    expect(await session({ id: "" }).offer(["read_email"])).toEqual([]);
  });

  it("has at most twenty approvals pending for one principal", async () => {
    const { session, tool } = await bench();
    const ask = (index: number) => session({ id: `s${index % 4}` }).call({ ...OUTSIDE, id: `c${index}` }, tool());
    for (let index = 0; index < 20; index++) expect((await ask(index)).status).toBe("pending");
    expect((await ask(20)).decision.rules).toEqual(["too-many-pending"]);
    expect((await session({ id: "other", principal: { id: "bob" } }).call(OUTSIDE, tool())).status).toBe("pending");
  });
});

describe("whatever breaks denies", () => {
  const failing =
    (when: (types: readonly string[]) => boolean) =>
    (store: Store): Store => ({
      ...wrap(store),
      append: async (batches) => {
        if (when(batches.flatMap(({ records }) => records.map(({ type }) => type))))
          throw new SallyportError("store-failed", "the disk is full");
        return store.append(batches);
      },
    });

  const wrap = (store: Store): Store => ({
    now: () => store.now(),
    append: (batches) => store.append(batches),
    read: (stream, from) => store.read(stream, from),
    approvals: (query) => store.approvals(query),
    watch: (signal) => store.watch(signal),
  });

  it.each(["session.opened", "call.proposed", "call.started"])("a store that cannot write `%s`", async (type) => {
    const { session, tool, ran } = await bench(
      POLICY,
      failing((types) => types.includes(type)),
    );
    for (const name of ["refund", "export"]) {
      const outcome = await session().call({ id: name, tool: name, args: { amount: 1 } }, tool());
      expect(outcome).toMatchObject({
        status: "denied",
        decision: { rules: ["error:store"], reason: expect.stringContaining("the disk is full") },
      });
    }
    expect(ran).toEqual([]);
  });

  it("a store that cannot write the outcome: it ran, nothing is released, and it is not run again", async () => {
    const { session, tool, ran } = await bench(
      POLICY,
      failing((types) => types.includes("call.completed")),
    );
    expect((await session().call({ id: "c1", tool: "refund", args: { amount: 1 } }, tool("secret"))).status).toBe("unknown");
    expect(ran).toHaveLength(1);
  });

  it("a store that cannot be read", async () => {
    const { session, tool, ran } = await bench(POLICY, (store) => ({ ...wrap(store), read: () => Promise.reject(new Error("down")) }));
    const { decision } = await session().call({ id: "c1", tool: "export", args: {} }, tool());
    expect(decision.rules).toEqual(["error:store"]);
    // what a driver says may hold a password, and the model reads the reason
    expect(decision.reason).not.toContain("down");
    expect(ran).toEqual([]);
  });

  it("a policy that cannot be had", async () => {
    let policy: ReturnType<typeof loadPolicy> | undefined = loadPolicy(POLICY);
    const gate = await createGate({
      policy: () => {
        if (policy === undefined) throw new Error("gone");
        return policy;
      },
      store: memoryStore(),
    });
    policy = undefined;
    const session = gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    let ran = 0;
    expect((await session.call({ id: "c1", tool: "export", args: {} }, () => ran++)).decision.rules).toEqual(["error:policy"]);
    expect(ran).toBe(0);
  });

  it("a gate without a policy is not made", async () => {
    await expect(createGate({ policy: () => loadPolicy("version: 2"), store: memoryStore() })).rejects.toThrow("policy");
  });

  it("args that are nobody's JSON are denied and no code of theirs runs", async () => {
    const { session, tool, ran } = await bench();
    let touched = 0;
    const hostile: readonly unknown[] = [
      null,
      undefined,
      5,
      "text",
      [1],
      () => 1,
      new Date(),
      new Map(),
      Object.defineProperty({}, "x", { enumerable: true, get: () => touched++ }),
      { toJSON: () => touched++ },
      JSON.parse('{"__proto__":{"x":1}}'),
      { a: "\ud800" },
      { a: Number.POSITIVE_INFINITY },
      { a: 2 ** 53 },
      { a: 1n },
      { a: "x".repeat(10_000_000) },
      Array.from({ length: 20_000 }).reduce<object>((inner) => ({ inner }), {}),
    ];
    for (const [index, args] of hostile.entries()) {
      const { status, decision } = await session({ id: `s${index}` }).call({ id: "c1", tool: "export", args }, tool());
      expect([index, status, decision.rules]).toEqual([index, "denied", ["invalid-args"]]);
    }
    expect(ran).toEqual([]);
    expect(touched).toBe(0);
  });

  it("every chain verifies after all of this", async () => {
    const { verifyStream } = await import("@sallyport/core");
    const store: ListableStore = memoryStore();
    const gate = await createGate({ policy: loadPolicy(POLICY), store });
    const session = gate.session({ id: "s1", principal: { id: "ann" }, agent: { id: "desk" } });
    await session.call({ id: "a", tool: "refund", args: { amount: 1 } }, () => "\ud800 \\ud800 lone");
    await session.call(OUTSIDE, () => 1);
    for (const { stream } of await store.streams()) expect(verifyStream(stream, await store.read(stream, 0)).ok).toBe(true);
  });
});
