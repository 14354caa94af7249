/** The keys under which the shield keeps texts in a session: ids that a server wrote are told apart by what they are of. */
export const keptAs = {
  /** an answer that is held, by its request */
  held: (request: string): string => `response:${request}`,
  /** the key of the answer that holds a call */
  heldFor: (callId: string): string => `call:${callId}`,
  /** what a guard answered to a call that did not run */
  said: (callId: string): string => `said:${callId}`,
  /** what was dropped of an answer */
  dropped: (answer: string): string => `dropped:${answer}`,
  /** what the server wants to be told before a conversation goes on */
  owed: (conversation: string): string => `owed:${conversation}`,
  /** a server's request for a call of its tool */
  requested: (callId: string): string => `mcp:${callId}`,
} as const;
