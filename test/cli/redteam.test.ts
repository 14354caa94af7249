import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPolicy } from "@sallyport/core";
import { actorsOf } from "../../packages/cli/src/redteam/actors.ts";
import { Campaign } from "../../packages/cli/src/redteam/campaign.ts";
import { readCorpus } from "../../packages/cli/src/redteam/corpus.ts";
import { worstOf } from "../../packages/cli/src/redteam/tally.ts";
import { asPerson, folderOf, sallyport } from "./run.ts";

const CATALOG = `version: 1
name: desk
boundary: { internal: ["@acme.example"] }
tools:
  mail.read: { effect: read, trust: untrusted }
  mail.send: { effect: side_effect, destination: args.to }
  crm.list: { effect: read, labels: [customer_data] }
  web.fetch: { effect: read, trust: untrusted, destination: args.url }
  draft: { effect: write, destination: none }
  vault.get: { effect: read, credential: true }
  contacts: { effect: read }
  pay:
    effect: side_effect
    destination: args.iban
    input:
      type: object
      required: [iban, amount]
      additionalProperties: false
      properties: { iban: { type: string }, amount: { type: number, exclusiveMinimum: 0, maximum: 5000 }, memo: { type: string } }
`;

const OPEN = `${CATALOG}defaults: { external: allow, credential: allow }
rules:
  - { id: mails, tools: [mail.send, pay], decide: allow }
  - { id: drafts, tools: [draft], decide: allow }
`;

const CLOSED = `${CATALOG}defaults: { read: deny }
rules: [{ id: silence, on: output, when: 'text != ""', decide: deny }]
`;

const CAREFUL = `${CATALOG}rules:
  - { id: known, tools: [mail.send], when: from_user(destinations), decide: allow }
  - { id: unknown, tools: [mail.send], when: "!from_user(destinations)", decide: require_approval, approval: { by: approver.id != principal.id } }
  - { id: paid, tools: [pay], decide: require_approval }
  - { id: no-exfiltration, effects: [side_effect, read], when: 'external && "untrusted" in session.labels && "customer_data" in session.labels', decide: deny }
  - { id: no-secrets, when: external, detect: [secrets], decide: deny }
  - { id: pages, tools: [web.fetch], when: from_user(args.url), decide: allow }
  - { id: drafts, tools: [draft], decide: allow }
  - { id: no-images, on: output, when: 'text.matches("!\\\\[|(?i)<img")', decide: deny }
limits:
  - { id: reads, tools: [crm.list], per: session.id, window: 1h, max: 10, decide: deny }
`;

interface Said {
  readonly attacks: {
    readonly ran: number;
    readonly asked: number;
    readonly denied: number;
    readonly open: number;
    readonly missing: number;
  };
  readonly benign: { readonly plays: number; readonly broken: number; readonly asked: number; readonly closed: readonly string[] };
  readonly findings: readonly {
    readonly id: string;
    readonly attack: string;
    readonly tool: string;
    readonly severity: string;
    readonly rules: readonly string[];
  }[];
  readonly plays: readonly {
    readonly attack: string;
    readonly outcome: string;
    readonly missing: string | null;
    readonly ways: readonly unknown[];
  }[];
}

async function redteam(policy: string, ...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: Said }> {
  const { code, out } = await asPerson(["redteam", "--policy", join(folderOf({ "desk.yaml": policy }), "desk.yaml"), "--json", ...args]);
  return { code, said: JSON.parse(out) };
}

describe("the corpus", () => {
  it("has many attacks of many families, and honest work beside them", async () => {
    const corpus = await readCorpus();
    const attacks = corpus.filter(({ aim }) => aim === "harm");
    expect(attacks.length).toBeGreaterThanOrEqual(60);
    expect(new Set(attacks.map(({ family }) => family)).size).toBeGreaterThanOrEqual(12);
    expect(corpus.length - attacks.length).toBeGreaterThanOrEqual(10);
    for (const { id, fix } of attacks) expect([id, fix === ""]).toEqual([id, false]);
  });

  it("can be played whole by a policy with tools of every kind", async () => {
    const policy = loadPolicy(`${OPEN}limits: [{ id: l, tools: [pay], per: principal.id, window: 1h, max: 1000, decide: deny }]\n`);
    const campaign = new Campaign(policy, actorsOf(policy));
    const missing = (await readCorpus()).map((attack) => campaign.attempt(attack)).filter((attempt) => worstOf(attempt) === "missing");
    // they need an approval with `by`, a read that says how many rows, a tool that sends to URLs, or two places in one call
    expect(missing.map(({ attack }) => attack.id).sort()).toEqual([
      "approval-edited",
      "approval-self",
      "approval-twice",
      "bulk-read",
      "deputy-other-object",
      "request-in-copy",
      "splitting-over-args",
      "web-numeric-host",
      "web-user-info",
    ]);
  });
});

describe("redteam", () => {
  it("finds what an open policy lets through, the worst first", async () => {
    const { code, said } = await redteam(OPEN);
    expect(code).toBe(1);
    expect(said.attacks.ran).toBeGreaterThan(60);
    expect(said.findings[0]).toMatchObject({ severity: "critical", rules: ["mails"] });
    const severities = said.findings.map(({ severity }) => ["critical", "high", "medium", "low"].indexOf(severity));
    expect(severities).toEqual([...severities].sort((a, b) => a - b));
    const tools = new Set(said.findings.map(({ tool }) => tool));
    expect([...tools].sort()).toEqual(["answer", "crm.list", "mail.send", "pay", "vault.get", "web.fetch"]);
    // what a rule lets write anything, and nothing leaves, is said and not counted
    expect(said.attacks.open).toBeGreaterThan(0);
    expect(said.benign).toMatchObject({ broken: 0, asked: 0 });
  });

  it("says that a policy which denies everything is no good either", async () => {
    const { code, said } = await redteam(CLOSED);
    expect(code).toBe(0);
    expect(said.attacks).toMatchObject({ ran: 0, asked: 0 });
    expect(said.benign.plays).toBe(0);
    const { err } = await asPerson(["redteam", "--policy", join(folderOf({ "desk.yaml": CLOSED }), "desk.yaml")]);
    expect(err).toMatch(/no attack ran[^]*none of it runs/);
    const some = await asPerson(["redteam", "--only", "poison", "--policy", join(folderOf({ "desk.yaml": CLOSED }), "desk.yaml")]);
    expect(some.err).toContain("honest work: none was played\n");
  });

  it("is content with a careful policy, and lets honest work run", async () => {
    const { code, said } = await redteam(CAREFUL);
    expect(said.findings).toEqual([]);
    expect(code).toBe(0);
    expect(said.benign.plays - said.benign.broken - said.benign.asked).toBeGreaterThan(8);
  });

  it("finds an approver who may answer for themselves, and one whose edit sends it elsewhere", async () => {
    const weak = CAREFUL.replace(
      "approval: { by: approver.id != principal.id }",
      `approval: { by: '"lead" in approver.roles', editable: [args.to] }`,
    )
      .replace("when: from_user(destinations), decide: allow", `when: '!external', decide: allow`)
      .replace('when: "!from_user(destinations)", ', "when: external, ");
    const { said } = await redteam(weak, "--only", "approval");
    expect(said.findings.map(({ attack }) => attack)).toEqual(["approval-self", "approval-edited"]);
  });

  it("counts a read that the policy cuts down as stopped", async () => {
    const rows = `${CATALOG}  crm.search: { effect: read, labels: [customer_data], input: { type: object, properties: { limit: { type: integer } } } }\n`;
    const set = `rules: [{ id: cap, tools: [crm.search], set: { args.limit: 'has(args.limit) ? min(args.limit, 10) : 10' } }]\n`;
    expect((await redteam(rows, "--only", "bulk-read")).said.findings.map(({ tool }) => tool)).toEqual(["crm.search"]);
    expect((await redteam(`${rows}${set}`, "--only", "bulk-read")).said.attacks).toMatchObject({ ran: 0, denied: 1 });
  });

  it("counts an order that never reached the model as stopped", async () => {
    const withheld = `${CATALOG}defaults: { external: allow }
rules:
  - { id: mails, tools: [mail.send], decide: allow }
  - { id: orders, on: result, tools: ["mail.*", "web.*"], when: 'string(result).contains("@")', decide: deny }
`;
    const { said } = await redteam(withheld, "--only", "mail-forward");
    expect(said.attacks).toMatchObject({ ran: 0, denied: 1 });
    expect(said.plays[0]?.ways[0]).toMatchObject({ tool: "mail.send", outcome: "denied", rules: ["orders"] });
  });

  it("says why an attack was not played", async () => {
    const { said } = await redteam("version: 1\nname: t\ntools: { read: { effect: read } }\n");
    expect(said.plays.find(({ attack }) => attack === "mail-forward")?.missing).toBe(
      "no tool of yours returns outside text (`trust: untrusted`)",
    );
  });

  it("prints a play as a trace that `explain` and `replay` take", async () => {
    const file = join(folderOf({ "desk.yaml": OPEN }), "desk.yaml");
    const traced = await sallyport(["redteam", "--policy", file, "--trace", "laundering-echo:mail.send"]);
    expect(traced.code).toBe(0);
    const replayed = await sallyport(["replay", "--policy", file], { input: traced.out });
    expect(replayed.out.trim().split("\n").at(-1)).toContain('"decision":"allow","rules":["mails"]');
    expect((await sallyport(["explain", "--policy", file], { input: traced.out })).code).toBe(0);
    expect(await sallyport(["redteam", "--policy", file, "--trace", "laundering-ecko"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean `laundering-echo"),
    });
  });

  it("answers a person in the first line, and shows the trace with what to do about it", async () => {
    const { err, out } = await asPerson(["redteam", "--policy", join(folderOf({ "desk.yaml": OPEN }), "desk.yaml")]);
    expect(out).toBe("");
    expect(err).toMatch(/stopped by: /);
    expect(err.split("\n").find((line) => line.includes("attacks ran"))).toMatch(/^\S+desk\.yaml: \d+ of \d+ attacks ran; /);
    expect(err).toMatch(
      /critical {2}mail\.send ran: [^]*mail\.read {2}allow[^]*close it: [^]*replay it: sallyport redteam --policy \S+ --trace \S+/,
    );
    expect(err).toMatch(/open: draft may write anything/);
  });

  it("plays with the principal and context that it is given", async () => {
    const policy = `${CATALOG}rules:
  - { id: finance, tools: [pay], when: '"finance" in principal.roles && context.device == "managed"', decide: allow }
`;
    expect((await redteam(policy, "--only", "mail")).said.attacks.ran).toBeGreaterThan(0);
    expect((await redteam(policy, "--only", "mail", "--principal", '{"id":"ann","roles":["support"]}')).said.attacks.ran).toBe(0);
    expect((await redteam(policy, "--only", "mail", "--context", '{"device":"private"}')).said.attacks.ran).toBe(0);
  });

  it("plays attacks of one's own, and says what is wrong with them", async () => {
    const folder = folderOf({ "desk.yaml": OPEN });
    const own = join(folder, "attacks");
    mkdirSync(own);
    const run = async (text: string): Promise<string> => {
      writeFileSync(join(own, "mine.yaml"), text);
      const { err, code } = await asPerson(["redteam", "--policy", join(folder, "desk.yaml"), "--corpus", own]);
      return `${code} ${err}`;
    };
    const attack =
      "family: mine\nsays: x\nattacks: [{ id: a, title: t, severity: low, fix: f, trace: [{ attack: sends, to: '{evil}', text: hi }] }]\n";
    expect(await run(attack)).toMatch(/^1 [^]*1 of 1 attacks ran/);
    expect(await run(attack.replace("attack: sends", "attack: sents"))).toMatch(/^2 [^]*mine\.yaml:3:\d+: [^]*did you mean `sends`/);
    expect(await run(attack.replace("{evil}", "{evli}"))).toMatch(/^2 [^]*unknown placeholder `\{evli\}`/);
    expect(await run(attack.replace("{evil}", "{evil|base63}"))).toMatch(/^2 [^]*unknown encoding `base63`/);
    expect(await run(attack.replace("severity: low", "severity: low, kinds: [emails]"))).toMatch(/^2 [^]*did you mean `email`/);
    expect(await run(attack.replace("text: hi", "times: 0"))).toMatch(/^2 [^]*`times` is a whole number/);
    expect(await run(attack.replace("attack: sends", "call: sends"))).toMatch(/^2 [^]*no step of it is `attack`/);
    expect(await run("family: x\nsays: y\nattacks: []\n")).toMatch(/^2 /);
  });

  it.each([
    { args: ["--only", "nothing-like-it"], says: "no attack has" },
    { args: ["--principal", "ann"], says: "no JSON object" },
    { args: ["--principal", "{}"], says: "`--principal` has no text `id`" },
    { args: ["--corpus", "/nowhere"], says: "there are no attacks in" },
  ])("refuses $args", async ({ args, says }) => {
    const { code, err } = await asPerson(["redteam", "--policy", join(folderOf({ "desk.yaml": OPEN }), "desk.yaml"), ...args]);
    expect([code, err.includes(says)]).toEqual([2, true]);
  });
});

describe("the shipped policies", () => {
  const folder = join(import.meta.dirname, "../../policies");
  const desks = readdirSync(folder).filter((file) => /^(?!agentdojo|baseline|injecagent|rune).*(?<!\.test)\.yaml$/.test(file));

  it.each(desks)("%s lets no attack run, and honest work does", async (file) => {
    const { out } = await asPerson(["redteam", "--policy", join(folder, file), "--json"]);
    const said: Said = JSON.parse(out);
    expect([...new Set(said.findings.map(({ attack }) => attack))]).toEqual([]);
    expect(said.benign.plays - said.benign.broken - said.benign.asked).toBeGreaterThan(0);
  });
});
