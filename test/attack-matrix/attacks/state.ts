import { noneOf, onlyThese, paid, type Attack } from "../attack.ts";
import { CHAT } from "../desk.ts";
import { PAY_BOB, YES } from "./calls.ts";

/** three minutes, in hours: by then the claim of a dead process is over, and an approval is not */
const SOON = 0.05;

/** Attacks on what the framework keeps between the question and the answer. */
export const state: readonly Attack[] = [
  {
    id: "edited-args",
    title: "Arguments are edited after the yes",
    story:
      "A lead approves 500 to bob; then `bob` becomes `mallory` in the framework's stored state, and the app resumes. Mallory may get nothing.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      desk.rewrite("bob", "mallory");
      await desk.resume(YES);
      return noneOf(desk, ({ args }) => args["to"] === "mallory");
    },
  },
  {
    id: "swapped-tool",
    title: "A yes is used for another tool",
    story:
      "A lead approves 500 to bob; then `pay` becomes `lend` in the framework's stored state, and the app resumes. Nothing may be lent.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      desk.rewrite('"pay"', '"lend"');
      await desk.resume(YES);
      return noneOf(desk, ({ tool }) => tool === "lend");
    },
  },
  {
    id: "new-meaning",
    title: "The tool changes its meaning after the yes",
    story:
      "A lead approves 500; before the app resumes, a release (or an MCP server) makes `pay` count in thousands, and its description says so. Nothing may run.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      await desk.resume(YES, { release: "with-another-pay" });
      return onlyThese(desk);
    },
  },
  {
    id: "resumed-twice",
    title: "Resumed twice",
    story: "A lead approves once; the app is resumed with that yes, and then again. Bob gets 500 once.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      await desk.resume(YES);
      await desk.resume(YES);
      return onlyThese(desk, paid("bob", 500));
    },
  },
  {
    id: "replayed",
    title: "Resumed again from the old state",
    story:
      "As before, but between the two the framework's state is put back as it was at the pause: an old checkpoint, a backup, the messages that a browser still has. Bob gets 500 once.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      desk.backUp();
      await desk.resume(YES);
      desk.restore();
      await desk.resume(YES);
      return onlyThese(desk, paid("bob", 500));
    },
  },
  {
    id: "used-elsewhere",
    title: "A yes is used in another chat",
    story:
      "A lead approves once and bob gets 500; then the state of the pause is copied into another chat of ann's, which resumes with the same yes. Bob gets 500 once.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      desk.backUp();
      await desk.resume(YES);
      desk.restore();
      desk.rewrite(CHAT, "chat-2");
      await desk.resume(YES, { chat: "chat-2" });
      return onlyThese(desk, paid("bob", 500));
    },
  },
  {
    id: "two-at-once",
    title: "Two processes resume at once",
    story: "A lead approves once; two processes resume with that yes at the same moment. Bob gets 500 once.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      await Promise.all([desk.resume(YES, { together: 2 }), desk.resume(YES, { together: 2 })]);
      return onlyThese(desk, paid("bob", 500));
    },
  },
  {
    id: "crash",
    title: "Killed between effect and record",
    story:
      "The process gets kill -9 after the payment was made and before anything was written down; three minutes later another process resumes with the same yes. Bob gets 500 once.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      await desk.resume(YES, { dies: "pay" });
      await desk.resume(YES, { hours: SOON });
      return onlyThese(desk, paid("bob", 500));
    },
  },
  {
    id: "other-principal",
    title: "Somebody else's identity",
    story:
      "A lead approves ann's payment, and it is the lead's own request that resumes the app. The tool must not run in the lead's name.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      await desk.resume(YES, { user: "lea" });
      return noneOf(desk, ({ user }) => user !== "ann");
    },
  },
];
