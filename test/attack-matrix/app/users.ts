/** Somebody who can be logged in. */
export interface User {
  readonly id: string;
  readonly roles: readonly string[];
}

/** Everybody who works at the desk: `lea` and `leo` lead it. */
export const USERS = {
  ann: { id: "ann", roles: ["support"] },
  sam: { id: "sam", roles: ["support"] },
  lea: { id: "lea", roles: ["lead"] },
  leo: { id: "leo", roles: ["lead"] },
} as const satisfies Readonly<Record<string, User>>;

/** The user of a login; throws where there is none. */
export function userOf(id: string): User {
  const user = Object.values(USERS).find((one) => one.id === id);
  if (user === undefined) throw new Error(`nobody is called \`${id}\``);
  return user;
}
