/** Where a text came from that the model has read. */
export type TextSource =
  | { readonly kind: "user" }
  | { readonly kind: "system" }
  | { readonly kind: "external" }
  | { readonly kind: "result"; readonly tool: string; readonly call: string; readonly trusted: boolean };

/** The origin that conditions and explanations name a source by: `user`, `system`, `external`, `tool:NAME#CALL`. */
export function originOf(source: TextSource): string {
  return source.kind === "result" ? `tool:${source.tool}#${source.call}` : source.kind;
}

/** Whether what a source says is trusted. */
export function isTrusted(source: TextSource): boolean {
  return source.kind === "result" ? source.trusted : source.kind !== "external";
}
