import type { Finding } from "../detect/finding.ts";
import type { Json } from "../value.ts";
import { overlapping, type Layout, type Node, type Span } from "./layout.ts";
import type { Placeholding } from "./placeholder.ts";

/** A part of a text that is replaced: what findings cover together, under the surest one's kind. */
export interface Cover extends Span {
  readonly kind: string;
  readonly confidence: number;
  readonly secret: boolean;
}

/** What findings of any detectors cover: those that overlap are one. */
export function coversOf(findings: readonly Finding[]): readonly Cover[] {
  const covers: Cover[] = [];
  for (const { detector, kind, start, end, confidence } of [...findings].sort((a, b) => a.start - b.start)) {
    const last = covers.at(-1);
    const secret = detector === "secrets";
    if (last === undefined || start >= last.end) covers.push({ start, end, kind, confidence, secret });
    else {
      const surest = confidence > last.confidence ? { kind, confidence } : { kind: last.kind, confidence: last.confidence };
      covers[covers.length - 1] = { start: last.start, end: Math.max(last.end, end), ...surest, secret: secret || last.secret };
    }
  }
  return covers;
}

/** A text with what is covered replaced. */
export function redactText(text: string, covers: readonly Cover[], placeholding: Placeholding): string {
  let redacted = "";
  let at = 0;
  for (const { start, end, kind, secret } of covers) {
    redacted += text.slice(at, start) + placeholding(text.slice(start, end), kind, secret);
    at = end;
  }
  return redacted + text.slice(at);
}

/** The value that was laid out with what is covered, and what cannot be read, replaced; itself where that is nothing. */
export function redactValue(layout: Layout, covers: readonly Cover[], placeholding: Placeholding): Json {
  const redaction = new Redacting(layout.text, covers, placeholding);
  return redaction.value(layout.root);
}

class Redacting {
  readonly #text: string;
  readonly #covers: readonly Cover[];
  readonly #placeholding: Placeholding;

  constructor(text: string, covers: readonly Cover[], placeholding: Placeholding) {
    this.#text = text;
    this.#covers = covers;
    this.#placeholding = placeholding;
  }

  value(node: Node): Json {
    switch (node.kind) {
      case "text":
        return this.#span(node.at);
      case "number":
        return this.#number(node);
      case "constant":
        return node.value;
      case "json":
        return this.#json(node);
      case "list":
        return node.items.map((item) => this.value(item));
      case "object":
        return this.#object(node);
      case "opaque":
        return this.#opaque(node);
    }
  }

  #number({ at, value }: Node & { readonly kind: "number" }): Json {
    const [cover] = this.#within(at);
    return cover === undefined ? value : this.#placeholding(this.#text.slice(at.start, at.end), cover.kind, cover.secret);
  }

  #json({ inside, whole, written }: Node & { readonly kind: "json" }): Json {
    const touched = this.#touches(inside) || (whole !== undefined && this.#within(whole).length > 0);
    return touched ? JSON.stringify(this.value(inside)) : written;
  }

  #object({ members }: Node & { readonly kind: "object" }): Json {
    const taken = new Map<string, Json>();
    for (const { key, value } of members) {
      const name = this.#span(key);
      let free = name;
      for (let count = 2; taken.has(free); count++) free = `${name} (${count})`;
      taken.set(free, this.value(value));
    }
    return Object.fromEntries(taken);
  }

  #opaque({ part, value }: Node & { readonly kind: "opaque" }): Json {
    // kept nowhere, as secrets are: it is large, and nothing can be said of it
    const text = this.#placeholding(typeof value === "string" ? value : JSON.stringify(value), "opaque", true);
    return part ? { type: "text", text } : text;
  }

  #span(span: Span): string {
    const shift = ({ start, end, ...cover }: Cover): Cover => ({
      ...cover,
      start: Math.max(0, start - span.start),
      end: Math.min(span.end, end) - span.start,
    });
    return redactText(this.#text.slice(span.start, span.end), this.#within(span).map(shift), this.#placeholding);
  }

  #touches(node: Node): boolean {
    switch (node.kind) {
      case "text":
      case "number":
        return this.#within(node.at).length > 0;
      case "constant":
        return false;
      case "json":
        return this.#touches(node.inside) || (node.whole !== undefined && this.#within(node.whole).length > 0);
      case "list":
        return node.items.some((item) => this.#touches(item));
      case "object":
        return node.members.some(({ key, value }) => this.#within(key).length > 0 || this.#touches(value));
      case "opaque":
        return true;
    }
  }

  #within(span: Span): readonly Cover[] {
    return overlapping(this.#covers, span);
  }
}
