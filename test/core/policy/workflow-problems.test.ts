import { expectSlips, rules } from "./slip-cases.ts";

/** A policy with a rule that asks, one that denies and a limit; the workflows stand on line 5. */
const workflows = (text: string): string =>
  `${rules("{ id: ask, tools: [w], decide: require_approval }, { id: no, tools: [w], when: args.n > 1, decide: deny }").trimEnd()}\nworkflows: [${text}]\nlimits: [{ id: budget, tools: [w], per: agent.id, window: 1h, max: 9, decide: deny }]\n`;

expectSlips([
  [
    "a workflow",
    [
      [
        workflows("{ id: wf }"),
        "5:13 workflow `wf` has no `lifts`; write it, for example `lifts: [external-email]`",
        "5:13 workflow `wf` has no `steps`; write it, for example `steps: [{ tools: [crm.list_invoices] }, { tools: [send_email] }]`",
      ],
      [
        workflows("{ id: wf, lifts: [], steps: [] }"),
        "5:30 `lifts` of workflow `wf` is an empty list; name something in it, or leave it out",
        "5:41 `steps` of workflow `wf` is an empty list; name something in it, or leave it out",
      ],
      [
        workflows("{ id: wf, lifts: [aks, no, budget, zzz], steps: [{ tools: [w] }] }"),
        "5:31 `lifts` of workflow `wf`: there is no rule `aks`, did you mean `ask`?",
        "5:36 `lifts` of workflow `wf`: rule `no` does not decide `require_approval`, and nothing else is lifted",
        "5:40 `lifts` of workflow `wf`: `budget` is a limit, and limits are never lifted",
        "5:48 `lifts` of workflow `wf`: there is no rule `zzz`",
      ],
      [
        workflows(
          "{ id: ask, lifts: [ask], steps: [{ tools: [w] }] }, { id: wf, lifts: [ask], steps: [{ tools: [w] }] }, { id: wf, lifts: [ask], steps: [{ tools: [w] }] }",
        ),
        "5:19 the id `ask` is used twice: first on line 4; rename one",
        "5:122 the id `wf` is used twice: first on line 5; rename one",
      ],
      [
        workflows('{ id: "default:x", lifts: [ask], steps: [{ tools: [w] }] }'),
        "5:19 the id `default:x` is reserved: decisions use it for what no rule decided; rename it",
      ],
      [
        workflows("{ id: wf, lifts: [ask], steps: [{ tools: [w], effects: [read] }, {}, { when: 'false' }] }"),
        "5:68 step 1 of workflow `wf` can never match: by the catalog none of its `tools` has one of its `effects`",
        "5:78 step 2 of workflow `wf` says nothing, so every call would be it; name its `tools`, or give it a `when`",
        "5:90 `when` of step 3 of workflow `wf` is always false, so the workflow never gets past it; correct it",
      ],
      [
        workflows("{ id: wf, lifts: [ask], steps: [{ tolos: [w] }, { when: 'args.n = 1' }, 5, { when: text == 'x' }, { tools: [] }] }"),
        "5:47 unknown key `tolos` in item 1 of `steps` of workflow `wf`, did you mean `tools`?",
        "5:77 `when` of step 2 of workflow `wf`: the condition cannot be parsed: for `=` CEL writes `==`",
        "5:85 item 3 of `steps` of workflow `wf` is a mapping with `tools`, `effects`, `agents` or `when`, not `5`",
        "5:96 `when` of step 4 of workflow `wf`: `text` is not known where this condition stands",
        "5:120 `tools` of item 5 of `steps` of workflow `wf` is an empty list; name something in it, or leave it out",
      ],
      [
        workflows("{ id: wf, lift: [ask], steps: [{ tools: [w] }] }"),
        "5:13 workflow `wf` has no `lifts`; write it, for example `lifts: [external-email]`",
        "5:23 unknown key `lift` in workflow `wf`, did you mean `lifts`?",
      ],
    ],
  ],
]);
