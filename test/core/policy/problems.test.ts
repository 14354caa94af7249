import { catalog, expectSlips, head, limits, rules } from "./slip-cases.ts";

expectSlips([
  [
    "the whole file",
    [
      ["name: t\n", "1:1 the policy has no `version`; write it, for example `version: 1`"],
      ["version: 1\n", "1:1 the policy has no `name`; write it, for example `name: support-desk`"],
      ["version: 2\nname: t\n", "1:10 `version` takes the number `1`, not `2`"],
      ['version: "1"\nname: t\n', '1:10 `version` takes the number `1`, not `"1"`'],
      ["version: 1\nname: 5\n", '2:7 `name` takes a name, not `5`; put it in quotes: `"5"`'],
      ["version: 1\nname:\n", "2:6 `name` takes a name, not nothing"],
      ["version: 1\nname: t\nrulez: []\n", "3:1 unknown key `rulez` in the policy, did you mean `rules`?"],
      ["version: 1\nname: t\nrules:\n", "3:7 `rules` takes a list of rules, not nothing"],
      ["version: 1\nname: t\ntools: []\n", "3:8 `tools` takes a mapping from names to tools, not an empty list"],
      ["version: 1\nname: t\nworkflows: {}\n", "3:12 `workflows` takes a list of workflows, not an empty mapping"],
      ["version: 1\nname: t\ndetectors: []\n", "3:12 `detectors` takes a mapping from names to detectors, not an empty list"],
      [
        "version: 1\nname: t\ndefaults: { read: maybe, raed: allow }\n",
        "3:19 `read` of `defaults` is `maybe`; write `allow`, `deny` or `require_approval`",
        "3:26 unknown key `raed` in `defaults`, did you mean `read`?",
      ],
    ],
  ],
  [
    "the boundary",
    [
      [
        "version: 1\nname: t\nboundary: {}\n",
        '3:11 `boundary` has no `internal`; write it, for example `internal: ["@example.com", "*.example.com", "10.0.0.0/8"]`',
      ],
      [
        "version: 1\nname: t\nboundary: { internal: [x, 5] }\n",
        '3:27 an item of `internal` of `boundary` takes text, not `5`; put it in quotes: `"5"`',
      ],
      [
        'version: 1\nname: t\nboundary: { internal: ["@x y", 10.0.0.1/8] }\n',
        "3:24 the entry `@x y` of `internal` has no domain name in `x y`; write one such as `example.com`, other scripts as `xn--…`",
        "3:32 the entry `10.0.0.1/8` of `internal` is no range; write a canonical address and a prefix length, with zeros behind the prefix, such as `10.0.0.0/8` or `fd00::/8`",
      ],
    ],
  ],
  [
    "the catalog",
    [
      [catalog("r: {}"), "3:13 tool `r` has no `effect`; write it, for example `effect: side_effect`"],
      [
        catalog("r: { effect: raed }"),
        "3:23 `effect` of tool `r` is `raed`; write `read`, `write`, `side_effect` or `unclassified`, did you mean `read`?",
      ],
      [
        catalog("r: read"),
        "3:13 tool `r` is a mapping with `effect`, `trust`, `labels`, `credential`, `destination`, `resource`, `idempotent` or `input`, not `read`",
      ],
      [catalog('"": { effect: read }'), "3:10 a key of `tools` takes a name, not nothing"],
      [
        catalog("r: { effect: read, trust: no, credential: yes }"),
        "3:36 `trust` of tool `r` is `no`; write `trusted` or `untrusted`",
        "3:52 `credential` of tool `r` takes `true` or `false`, not `yes`",
      ],
      [
        catalog("r: { effect: read, destination: args.to + }"),
        "3:51 `destination` of tool `r`: the condition cannot be parsed: it ends too early",
      ],
      [
        catalog("r: { effect: read, destination: external }"),
        "3:42 `destination` of tool `r`: `external` is not known where this condition stands",
      ],
      [
        catalog("r: { effect: read, destination: args.n, input: { type: object, properties: { n: { type: number } } } }"),
        "3:42 `destination` of tool `r`: the condition must yield a string or a list of strings, not a number",
      ],
      [catalog("r: { effect: read, input: { type: object, properties: { n: { type: nummer } } } }"), "3:77 `input` of tool `r`: "],
      [
        catalog('"a*c": { effect: read }, "ac*": { effect: read }'),
        "3:35 `ac*` and `a*c` (line 3) can match the same name, and neither is more specific; write more of one of them",
      ],
      [
        catalog('"a*": { effect: read }, "b*": { effect: read }, "*a": { effect: read }, "ab*": { effect: read }'),
        "3:58 `*a` and `a*` (line 3) can match the same name, and neither is more specific; write more of one of them",
      ],
    ],
  ],
  [
    "ids",
    [
      [rules("{ decide: deny }"), "4:9 a rule has no `id`; write it, for example `id: external-email`"],
      [rules('{ id: "", decide: deny }'), '4:15 `id` of rule `` takes a name, not `""`'],
      [
        rules("{ id: a, tools: [r], decide: allow }, { id: a, tools: [w], decide: allow }"),
        "4:53 the id `a` is used twice: first on line 4; rename one",
      ],
      [
        `${rules("{ id: a, tools: [r], decide: allow }")}limits: [{ id: a, per: agent.id, window: 1h, max: 1, decide: deny }]\n`,
        "5:16 the id `a` is used twice: first on line 4; rename one",
      ],
      ...[
        "default:read",
        "default:x",
        "error:set",
        "error:y",
        "invalid-args",
        "call-id-reused",
        "invalid-session",
        "session-locked",
        "too-many-pending",
      ].map(
        (id) =>
          [
            rules(`{ id: "${id}", decide: allow }`),
            `4:15 the id \`${id}\` is reserved: decisions use it for what no rule decided; rename it`,
          ] as const,
      ),
    ],
  ],
  [
    "a rule",
    [
      [rules("{ id: a }"), "4:9 rule `a` does nothing; give it `decide`, `set`, `labels`, `keep` or `detect`"],
      [rules("{ id: a, decide: blokk }"), "4:26 `decide` of rule `a` is `blokk`; write `allow`, `deny`, `require_approval` or `redact`"],
      [
        rules("{ id: a, decide: denny }"),
        "4:26 `decide` of rule `a` is `denny`; write `allow`, `deny`, `require_approval` or `redact`, did you mean `deny`?",
      ],
      [rules("{ id: a, decide: [deny] }"), "4:26 `decide` of rule `a` is a list; write `allow`, `deny`, `require_approval` or `redact`"],
      [rules("{ id: a, decide: deny, wen: external }"), "4:32 unknown key `wen` in rule `a`, did you mean `when`?"],
      [
        rules("{ id: a, on: imput, decide: deny }"),
        "4:22 `on` of rule `a` is `imput`; write `call`, `result`, `input` or `output`, did you mean `input`?",
      ],
      [
        rules("{ id: a, tools: [], effects: [], agents: [], decide: deny }"),
        "4:25 `tools` of rule `a` is an empty list; name something in it, or leave it out",
        "4:38 `effects` of rule `a` is an empty list; name something in it, or leave it out",
        "4:50 `agents` of rule `a` is an empty list; name something in it, or leave it out",
      ],
      [rules("{ id: a, tools: r, decide: deny }"), "4:25 `tools` of rule `a` takes a list of names, not `r`"],
      [rules('{ id: a, tools: [""], decide: deny }'), '4:26 an item of `tools` of rule `a` takes a name, not `""`'],
      [
        rules("{ id: a, effects: [wriet], decide: deny }"),
        "4:28 an item of `effects` of rule `a` is `wriet`; write `read`, `write`, `side_effect` or `unclassified`, did you mean `write`?",
      ],
      [rules("{ id: a, labels: [] }"), "4:26 `labels` of rule `a` is an empty list; name something in it, or leave it out"],
      [
        rules("{ id: a, decide: deny, severity: huge, mode: shadows }"),
        "4:42 `severity` of rule `a` is `huge`; write `low`, `medium`, `high` or `critical`",
        "4:54 `mode` of rule `a` is `shadows`; write `enforce` or `shadow`, did you mean `shadow`?",
      ],
    ],
  ],
  [
    "an approval",
    [
      [
        rules("{ id: a, decide: require_approval, approval: { quorom: 2 } }"),
        "4:56 unknown key `quorom` in `approval` of rule `a`, did you mean `quorum`?",
      ],
      [
        rules("{ id: a, decide: require_approval, approval: { quorum: 0, expires: 0m, editable: [body] } }"),
        "4:64 `quorum` of `approval` of rule `a` takes a whole number from 1, not `0`",
        "4:76 `expires` of `approval` of rule `a` takes a duration such as `90s`, `15m`, `24h`, `7d` or `1h30m`, not `0m`",
        "4:91 an item of `editable` of `approval` of rule `a` takes a path that starts with `args.`, not `body`",
      ],
      [
        rules("{ id: a, decide: require_approval, approval: { quorum: 1.5 } }"),
        "4:64 `quorum` of `approval` of rule `a` takes a whole number from 1, not `1.5`",
      ],
      [
        rules("{ id: a, decide: require_approval, approval: { by: aprover.id == 'x' } }"),
        "4:60 `by` of rule `a`: unknown name `aprover`, did you mean `approver`?",
      ],
      [
        rules("{ id: a, decide: allow, approval: { quorum: 2 } }"),
        "4:33 `approval` stands with `decide: require_approval` only; rule `a` does not decide that",
      ],
      [
        rules("{ id: a, on: result, decide: require_approval }"),
        "4:38 `require_approval` is for calls only: on a result rule `a` can decide `allow`, `deny` or `redact`",
      ],
    ],
  ],
  [
    "set and keep",
    [
      [rules("{ id: a, set: {} }"), "4:23 `set` of rule `a` is empty; name something in it, or leave it out"],
      [rules("{ id: a, set: { n: '1' } }"), "4:25 a key of `set` of rule `a` takes a path that starts with `args.`, not `n`"],
      [
        rules("{ id: a, set: { args: '1', args..n: '1', args.: '1' } }"),
        "4:25 a key of `set` of rule `a` takes a path that starts with `args.`, not `args`",
        "4:36 a key of `set` of rule `a` takes a path that starts with `args.`, not `args..n`",
        "4:50 a key of `set` of rule `a` takes a path that starts with `args.`, not `args.`",
      ],
      [
        rules("{ id: a, set: { args.n: external } }"),
        "4:33 `args.n` in `set` of rule `a`: `external` is not known where this condition stands",
      ],
      [
        rules("{ id: a, when: external, set: { args.n: '1' } }"),
        "4:24 `when` of rule `a`: `external` is not known where this condition stands",
      ],
      [
        rules("{ id: a, set: { args.o: '{}', args.o.n: '1' } }"),
        "4:39 rule `a` sets `args.o.n` and `args.o` at once; one holds the other, so set only one",
      ],
      [rules("{ id: a, on: result, set: { args.n: '1' } }"), "4:30 `set` is for calls only; take it out of rule `a`, or change its `on`"],
      [rules("{ id: a, keep: [x] }"), "4:18 `keep` is for results only; take it out of rule `a`, or change its `on`"],
      [rules("{ id: a, on: result, keep: [] }"), "4:36 `keep` of rule `a` is an empty list; name something in it, or leave it out"],
      [rules("{ id: a, on: result, keep: [a..b] }"), "4:37 an item of `keep` of rule `a` takes a path such as `invoice.total`, not `a..b`"],
      [
        rules("{ id: a, tools: [r], set: { args.n: 1 } }, { id: b, set: { args.n.m: 2 } }"),
        "4:68 rules `a` (line 4) and `b` always set `args.n.m` together, which denies the call; set it in one of them",
      ],
      [
        rules("{ id: a, on: result, keep: [id, result.name, result.x.y, result] }"),
        "4:41 paths start inside the result: `name`",
        "4:54 paths start inside the result: `x.y`",
      ],
      [
        rules("{ id: a, tools: ['w*'], set: { args.n: 1 } }, { id: b, tools: [w], when: true, set: { args.n: 2 } }"),
        "4:95 rules `a` (line 4) and `b` always set `args.n` together, which denies the call; set it in one of them",
      ],
    ],
  ],
  [
    "a limit",
    [
      [
        limits("{ id: l }"),
        "4:10 limit `l` has no `per`; write it, for example `per: principal.id`",
        "4:10 limit `l` has no `window`; write it, for example `window: 24h`",
        "4:10 limit `l` has no `max`; write it, for example `max: 1000`",
        "4:10 limit `l` has no `decide`; write it, for example `decide: require_approval`",
      ],
      [
        limits("{ id: l, per: principal.id, window: 60, max: -1, decide: allow }"),
        "4:46 `window` of limit `l` takes a duration such as `90s`, `15m`, `24h`, `7d` or `1h30m`, not `60`",
        "4:55 `max` of limit `l` takes a number from 0, not `-1`",
        "4:67 `decide` of limit `l` is `allow`; write `deny` or `require_approval`",
      ],
      [
        limits("{ id: l, per: principle.id, window: 1h, amount: '\"x\"', max: 1, decide: deny }"),
        "4:24 `per` of limit `l`: unknown name `principle`, did you mean `principal`?",
        "4:59 `amount` of limit `l`: the condition must yield a number, not a string",
      ],
      [
        limits("{ id: l, when: 'false', per: agent.id, window: 1h, max: 1, decide: deny }"),
        "4:25 `when` of limit `l` is always false, so it can never match; correct it, or take the limit out",
      ],
      [
        limits("{ id: l, tools: [r], effects: [write], per: agent.id, window: 1h, max: 1, decide: deny }"),
        "4:40 limit `l` can never match: by the catalog none of its `tools` has one of its `effects`",
      ],
    ],
  ],
  [
    "a condition",
    [
      [rules("{ id: a, when: extrnal, decide: deny }"), "4:24 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?"],
      [
        rules('{ id: a, when: "external && extrnal", decide: deny }'),
        "4:37 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        rules(`{ id: a, when: "args.s == \\"x\\" && extrnal", decide: deny }`),
        "4:44 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        rules("{ id: a, when: 'args.s == ''x'' && extrnal', decide: deny }"),
        "4:44 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        `${head}rules:\n  - id: a\n    when: |\n      external &&\n        extrnal\n    decide: deny\n`,
        "8:9 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        `${head}rules:\n  - id: a\n    when: external &&\n      extrnal\n    decide: deny\n`,
        "7:7 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        `${head}rules:\n  - id: a\n    when: >- # folded\n      external &&\n\n        extrnal\n    decide: deny\n`,
        "9:9 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        `${head}rules:\n  - id: a\n    when: |2\n        external &&\n       extrnal\n    decide: deny\n`,
        "8:8 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        `${head}rules:\n  - id: a\n    when: "external &&\n      extrnal"\n    decide: deny\n`,
        "6:11 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [
        rules('{ id: a, when: "\\x65xternal && args.s == \\"\\U0001F600\\" && extrnal", decide: deny }'),
        "4:68 `when` of rule `a`: unknown name `extrnal`, did you mean `external`?",
      ],
      [rules('{ id: a, when: "", decide: deny }'), '4:24 `when` of rule `a` takes CEL that yields a boolean, not `""`'],
      [rules("{ id: a, when: [external], decide: deny }"), "4:24 `when` of rule `a` takes CEL that yields a boolean, not a list"],
      [rules("{ id: a, when: 5, decide: deny }"), "4:24 `when` of rule `a`: the condition must yield a boolean, not a number"],
      [rules("{ id: a, when: result == 1, decide: deny }"), "4:24 `when` of rule `a`: `result` is not known where this condition stands"],
      [
        `${catalog('"c*": { effect: read, input: { type: object, properties: { amount: { type: number } } } }, cx: { effect: read, input: { type: object, properties: { amount: { type: number } } } }')}rules: [{ id: a, tools: [c1, cx], when: args.amount == "x", decide: deny }]\n`,
        "4:41 `when` of rule `a`: a number cannot be compared with a string",
      ],
    ],
  ],
]);
