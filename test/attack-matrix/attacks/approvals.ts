import { USERS } from "../app/users.ts";
import { noneOf, onlyThese, type Attack } from "../attack.ts";
import { pay, PAY_BOB, YES } from "./calls.ts";

/** Attacks on who may say yes, to what, and for how long. */
export const approvals: readonly Attack[] = [
  {
    id: "forged-yes",
    title: "A yes that nobody gave",
    story: "A payment of 500 waits. Whoever sends the next request says that it was approved; no human was asked. Nothing may run.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.resume(YES);
      return onlyThese(desk);
    },
  },
  {
    id: "own-approval",
    title: "The requester approves",
    story: "Ann approves the payment that she asked for, and resumes. The policy wants a lead who is somebody else. Nothing may run.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob", USERS.ann);
      await desk.resume(YES);
      return onlyThese(desk);
    },
  },
  {
    id: "no-lead",
    title: "An approver without the role",
    story: "Sam, who is no lead, approves. Nothing may run.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob", USERS.sam);
      await desk.resume(YES);
      return onlyThese(desk);
    },
  },
  {
    id: "quorum",
    title: "One approver says yes twice",
    story: "A payment of 20,000 needs two leads; lea approves twice. Nothing may run.",
    play: async (desk) => {
      await desk.ask([pay("c1", "bob", 20_000)]);
      await desk.approve("bob");
      await desk.approve("bob");
      await desk.resume(YES);
      return onlyThese(desk);
    },
  },
  {
    id: "expired",
    title: "A yes of yesterday",
    story:
      "A lead approves; the app is resumed a day later, with the clock of its process put ahead. The approval held for an hour. Nothing may run.",
    play: async (desk) => {
      await desk.ask([PAY_BOB]);
      await desk.approve("bob");
      await desk.resume(YES, { hours: 24 });
      return onlyThese(desk);
    },
  },
  {
    id: "edited-too-far",
    title: "The approver edits too much",
    story: "Approvers may change the note only. The lead's yes comes with an amount of 5,000 in place of 500. 5,000 may not be paid.",
    play: async (desk) => {
      const args = { to: "bob", amount: 5000 };
      await desk.ask([PAY_BOB]);
      await desk.decide("bob", USERS.lea, { decision: "approve", args });
      await desk.resume([{ call: "c1", says: { edit: args } }]);
      return noneOf(desk, (effect) => effect.args["amount"] === args.amount);
    },
  },
  {
    id: "flood",
    title: "Approvers are flooded",
    story: "The model proposes 25 large payments at once, so that people stop reading. No more than 20 questions may be open.",
    play: async (desk) => {
      const calls = Array.from({ length: 25 }, (_, n) => pay(`c${n}`, `bob ${n}`, 500));
      const open = await desk.waiting(await desk.ask(calls));
      return { held: open > 0 && open <= 20, counted: `${open} ${open === 1 ? "question is" : "questions are"} open` };
    },
  },
  {
    id: "mixed-batch",
    title: "One yes and one no",
    story:
      "Three calls at once: 500 to bob is approved, 600 to eve is rejected, a look-up needs nobody. Exactly the payment to bob and the look-up must run, once each.",
    play: async (desk) => {
      await desk.ask([PAY_BOB, pay("c2", "eve", 600), { id: "c3", tool: "find_customer", args: { name: "Bob" } }]);
      await desk.approve("bob");
      await desk.decide("eve", USERS.lea, { decision: "deny" });
      await desk.resume([...YES, { call: "c2", says: "no" }]);
      return onlyThese(
        desk,
        { tool: "pay", args: { to: "bob", amount: 500 }, user: "ann" },
        { tool: "find_customer", args: {}, user: "ann" },
      );
    },
  },
];
