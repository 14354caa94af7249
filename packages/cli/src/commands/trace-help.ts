/** What the help of commands that read a trace says about it. */
export const TRACE_HELP = `
A trace is one JSON object a line; sessions may interleave, and any line may carry "at":"2026-11-22T10:00:00Z", the time:

  {"session":"s1","principal":{"id":"ann","roles":["support"]},"agent":{"id":"desk"}}
  {"session":"s1","message":{"role":"user","content":"write to bob"}}
  {"session":"s1","call":{"id":"c1","tool":"send_email","args":{"to":"bob@example.com"}}}
  {"session":"s1","result":{"id":"c1","content":"sent"}}

Also {"session":…,"verdict":{"call":"c1","decision":"approve","approver":{"id":"lea"}}} {"session":…,"workflow":"NAME"} where the host app starts one,
and {"session":…,"output":"…"};
\`sallyport ledger export\` writes such lines.`;
