import { catalog, expectSlips, limits, rules } from "./slip-cases.ts";

const detectors = (text: string): string => `version: 1\nname: t\ndetectors: { ${text} }\n`;

expectSlips([
  [
    "input and output",
    [
      [
        rules("{ id: a, on: input, tools: [r], effects: [read], decide: require_approval }"),
        "4:29 `tools` names calls, and input is none; take it out of rule `a`, or change its `on`",
        "4:41 `effects` names calls, and input is none; take it out of rule `a`, or change its `on`",
        "4:66 `require_approval` is for calls only: on input rule `a` can decide `allow` or `deny`",
      ],
      [
        rules("{ id: a, on: output, keep: [x], set: { args.n: '1' }, decide: require_approval, approval: { quorum: 2 } }"),
        "4:30 `keep` is for results only; take it out of rule `a`, or change its `on`",
        "4:41 `set` is for calls only; take it out of rule `a`, or change its `on`",
        "4:71 `require_approval` is for calls only: on output rule `a` can decide `allow`, `deny` or `redact`",
      ],
      [
        rules("{ id: a, on: output, detect: [pii], decide: redact, approval: { quorum: 2 } }"),
        "4:61 `approval` stands with `decide: require_approval` only; rule `a` does not decide that",
      ],
      ...(["input", "output"] as const).flatMap((on) =>
        ["tool.name == 'r'", "args.n == 1", "external", "size(destinations) > 0", "resource == 'x'", "result == 1"].map((when) => {
          const column = `{ id: a, on: ${on}, when: "`.length + 9;
          const name = /(\w+)(?:\)|\.| )|^external$/.exec(when)?.[1] ?? "external";
          return [
            rules(`{ id: a, on: ${on}, when: "${when}", decide: deny }`),
            `4:${column + when.indexOf(name)} \`when\` of rule \`a\`: \`${name}\` is not known where this condition stands`,
          ] as const;
        }),
      ),
      [rules("{ id: a, when: text == 'x', decide: deny }"), "4:24 `when` of rule `a`: `text` is not known where this condition stands"],
      [
        rules("{ id: a, on: result, when: text == 'x', decide: deny }"),
        "4:36 `when` of rule `a`: `text` is not known where this condition stands",
      ],
      [
        rules("{ id: a, on: output, when: texd == 'x', decide: deny }"),
        "4:36 `when` of rule `a`: unknown name `texd`, did you mean `text`?",
      ],
      [
        rules("{ id: a, on: input, decide: deny }, { id: b, on: input, when: text == 'x', decide: allow }"),
        "4:51 rule `b` cannot matter: `a` (line 4) denies all that it can match; take it out, or put a condition on `a`",
      ],
    ],
  ],
  [
    "detect and redact",
    [
      [
        rules("{ id: a, on: result, decide: redact }"),
        "4:38 `redact` needs `detect`: name in rule `a` the detectors whose findings are replaced, or use `keep` or `deny`",
      ],
      [
        rules("{ id: a, decide: redact }"),
        "4:26 `redact` is for results and output only, with `detect`: on a call rule `a` can decide `allow`, `deny` or `require_approval`",
      ],
      [
        rules("{ id: a, on: input, detect: [pii], decide: redact }"),
        "4:52 `redact` is for results and output only, with `detect`: on input rule `a` can decide `allow` or `deny`",
      ],
      [
        rules("{ id: a, on: result, detect: [], decide: redact }"),
        "4:38 `detect` of rule `a` is an empty list; name something in it, or leave it out",
      ],
      [rules("{ id: a, on: result, detect: pii, decide: redact }"), "4:38 `detect` of rule `a` takes a list of names, not `pii`"],
      [
        rules("{ id: a, on: result, detect: [pi, pii.emial, secretz, x.y], decide: redact }"),
        "4:39 no detector is called `pi`, did you mean `pii`?",
        "4:43 detector `pii` has no kind `emial`, did you mean `pii.email`?",
        "4:54 no detector is called `secretz`, did you mean `secrets`?",
        "4:63 no detector is called `x.y`; write `pii`, `secrets`, `prompt_injection` or `urls`, or a kind of a built-in one such as `pii.iban`",
      ],
      [
        rules("{ id: a, when: 'size(findings) > 0', decide: deny }"),
        "4:30 `when` of rule `a`: `findings` is known only in a rule with `detect`; add `detect` to this one",
      ],
      [
        limits("{ id: l, when: 'size(findings) > 0', per: agent.id, window: 1h, max: 1, decide: deny }"),
        "4:31 `when` of limit `l`: `findings` is known only in a rule with `detect`; add `detect` to this one",
      ],
      [
        rules("{ id: a, set: { args.n: 'findings' }, detect: [pii] }"),
        "4:34 `args.n` in `set` of rule `a`: `findings` is not known where this condition stands",
      ],
      [
        rules("{ id: a, on: result, detect: [pii], when: 'findings[0].knd == \"x\"', decide: redact }"),
        "4:52 `when` of rule `a`: `findings[0]` has no member `knd`, did you mean `kind`?",
      ],
      [
        rules("{ id: a, when: reveal(args.x) == 'a', decide: deny }"),
        "4:24 `when` of rule `a`: `reveal` cannot be called here: it stands in the values of `set` only",
      ],
      [
        rules("{ id: a, when: reveal(args.x) == 'a', set: { args.n: 'reveal(args.n, 1)' } }"),
        "4:24 `when` of rule `a`: `reveal` cannot be called here: it stands in the values of `set` only",
        "4:63 `args.n` in `set` of rule `a`: `reveal` takes 1 arguments, not 2",
      ],
      [
        catalog("r: { effect: read, destination: reveal(args.to) }"),
        "3:42 `destination` of tool `r`: `reveal` cannot be called here: it stands in the values of `set` only",
      ],
    ],
  ],
  [
    "a detector",
    [
      [
        detectors("pii: { pattern: x }, pii.x: { pattern: x }"),
        "3:14 `pii` is a name of the built-in detectors; rename yours",
        "3:35 `pii.x` is a name of the built-in detectors; rename yours",
      ],
      [detectors('a: { pattern: "(" }'), "3:28 `pattern` of detector `a` cannot be compiled: missing closing ): `(`"],
      [detectors("a: { pattern: '(?=x)' }"), "3:28 `pattern` of detector `a` cannot be compiled: "],
      [detectors("a: { pattern: 'x*' }"), "3:28 `pattern` of detector `a` matches the empty text, so it would find something everywhere"],
      [detectors("a: { kind: x }"), "3:17 detector `a` has no `pattern`; write it, for example `pattern: 'TCK-[0-9]{6}'`"],
      [detectors("a: { pattern: x, knid: y }"), "3:31 unknown key `knid` in detector `a`, did you mean `kind`?"],
      [detectors("a: x"), "3:17 detector `a` is a mapping with `pattern` or `kind`, not `x`"],
    ],
  ],
]);
