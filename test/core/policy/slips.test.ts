import { describe, expect, it } from "vitest";
import { problemsOf } from "./problems-of.ts";

/** A catalog with names that slips can be told from; what is tested starts on line 4. */
const named = (text: string): string =>
  `version: 1\nname: t\ntools: { notify: { effect: write }, delete_volume: { effect: write, labels: [customer_data] }, "crm.*": { effect: read } }\n${text}\n`;
const inNoKey = (name: string, meant: string): string =>
  `\`${name}\` is in no key of the catalog, did you mean \`${meant}\`? if it is another tool, add it to the catalog`;
/** A rule about a tool whose args are known. */
const scaled = (text: string): string =>
  `version: 1\nname: t\ntools: { scale: { effect: write, input: { type: object, properties: { replicas: { type: integer }, size: { type: object, additionalProperties: false, properties: { width: { type: number }, height: { type: number } } } } } } }\nrules: [{ id: a, tools: [scale], decide: require_approval, ${text} }]\n`;

describe.each<[string, readonly (readonly [text: string, ...problems: readonly string[]])[]]>([
  [
    "slips of names",
    [
      [named("rules: [{ id: a, tools: [notify, delete_volum], decide: deny }]"), `4:34 ${inNoKey("delete_volum", "delete_volume")}`],
      [
        named("limits: [{ id: l, tools: [nofity], per: agent.id, window: 1h, max: 1, decide: deny }]"),
        `4:27 ${inNoKey("nofity", "notify")}`,
      ],
      [named("rules: [{ id: a, tools: [nofity], effects: [read], decide: deny }]"), `4:26 ${inNoKey("nofity", "notify")}`],
      [
        named(
          "rules: [{ id: a, tools: &names [nofity], when: args.a, decide: deny }, { id: b, tools: *names, when: args.b, decide: deny }]",
        ),
        `4:33 ${inNoKey("nofity", "notify")}`,
      ],
      [
        named(`rules: [{ id: a, when: tool.name == "nofity", decide: deny }]`),
        `4:37 \`when\` of rule \`a\`: ${inNoKey("nofity", "notify")}`,
      ],
      [
        named(`rules: [{ id: a, when: '"custmer_data" in session.labels', decide: deny }]`),
        "4:25 `when` of rule `a`: no tool or rule puts the label `custmer_data`, did you mean `customer_data`?",
      ],
      [
        named(
          `rules: [{ id: a, when: '"untrustd" in session.labels || "suspicous" in session.labels', decide: deny }, { id: b, labels: [suspicious] }]`,
        ),
        "4:25 `when` of rule `a`: no tool or rule puts the label `untrustd`, did you mean `untrusted`?",
        "4:57 `when` of rule `a`: no tool or rule puts the label `suspicous`, did you mean `suspicious`?",
      ],
      // the names are known though the catalog has an error
      [
        "version: 1\nname: t\ntools: { delete_volume: { effect: wriet } }\nrules: [{ id: a, tools: [delete_volum], decide: deny }]\n",
        "3:35 `effect` of tool `delete_volume` is `wriet`; write `read`, `write`, `side_effect` or `unclassified`, did you mean `write`?",
        `4:26 ${inNoKey("delete_volum", "delete_volume")}`,
      ],
    ],
  ],
  [
    "names that are no slips",
    [
      [named("rules: [{ id: a, tools: [stripe.refund, crm.gte, notices, not, 'delete_volum*'], decide: deny }]")],
      [named(`rules: [{ id: a, when: 'tool.name == "crm.gte" || "vip" in session.labels', decide: deny }]`)],
      ["version: 1\nname: t\nrules: [{ id: a, tools: [nofity], decide: deny }]\n"],
    ],
  ],
  [
    "paths into args that are known",
    [
      [
        scaled("approval: { editable: [args.replica, args.size.hight, args.replicas.x, args.note, args.size.width] }"),
        "4:83 `editable` of rule `a`: `args` has no member `replica`, did you mean `replicas`?",
        "4:97 `editable` of rule `a`: `args.size` has no member `hight`, did you mean `height`?",
        "4:114 `editable` of rule `a`: `args.replicas` is a number and has no member `x`",
      ],
      [scaled("approval: { editable: [args.size.depth] }"), "4:83 `editable` of rule `a`: `args.size` has no member `depth`"],
      [scaled("set: { args.replica: 3 }"), "4:67 `set` of rule `a`: `args` has no member `replica`, did you mean `replicas`?"],
      // the schema may refuse it when the call comes, as it may refuse a value
      [scaled("set: { args.size.depth: 3 }")],
    ],
  ],
  [
    "constants",
    [
      [
        "version: 1\nname: t\ntools: { x: { effect: write, destination: '#ops' } }\n",
        "3:44 `destination` of tool `x`: the condition cannot be parsed: unexpected `#`; a constant is CEL text: `'\"#ops\"'`",
      ],
    ],
  ],
])("%s", (_, cases) => {
  for (const [text, ...problems] of cases)
    it(text.split("\n").slice(3).join(" ") || text, () => expect(problemsOf(text)).toEqual(problems));
});
