import type { Json } from "../value.ts";
import { ARGS_LIMITS } from "./limits.ts";
import { setMember } from "./member.ts";
import { problemAt, Scanner, type TextProblem, Unreadable } from "./scanner.ts";

/** How a text is read. */
export interface ReadOptions {
  /** levels of lists and objects, the value itself is the first; 64 where left out */
  readonly depth?: number;
  /** places, each as its keys from the top, in which defects are reported and do not end the reading */
  readonly tolerate?: readonly Path[];
}

/** The keys that lead to a value. */
type Path = readonly string[];

/** What was wrong in a tolerated place, first of all; the value there is null. */
interface Defect {
  readonly path: Path;
  readonly message: string;
}

/** A text that was read, or why it cannot be. */
export type Reading =
  | { readonly ok: true; readonly value: Json; readonly defects: readonly Defect[] }
  | { readonly ok: false; readonly problem: TextProblem };

/**
 * Reads a JSON text strictly. Defects are what JSON.parse lets pass: a key that stands twice (however escaped), the key
 * `__proto__`, a number that is not finite or an integer beyond ±(2^53−1), a lone surrogate, too many levels. A defect
 * makes the text a problem, except in a tolerated place, whose levels count from 1 again; an error of syntax always does.
 */
export function readJson(text: string, options: ReadOptions = {}): Reading {
  const reader = new Reader(text, options);
  try {
    return { ok: true, value: reader.read(), defects: reader.defects };
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    return { ok: false, problem: problemAt(text, cause.offset, cause.message) };
  }
}

/** A list or an object that is being read, with the rests of the tolerated paths that lead through it. */
type Frame = { readonly list: Json[] } | ObjectFrame;

interface ObjectFrame {
  readonly object: Record<string, Json>;
  readonly tolerate: readonly Path[];
  key: string;
}

/** A tolerated place that is being read: the value of the last key at this level. */
interface Place {
  readonly path: Path;
  readonly level: number;
  message: string | undefined;
}

/** Reads without recursion, so that no depth of nesting overflows the stack. */
class Reader {
  readonly defects: Defect[] = [];
  readonly #scanner: Scanner;
  readonly #depth: number;
  readonly #tolerate: readonly Path[];
  readonly #frames: Frame[] = [];
  #place: Place | undefined;

  constructor(text: string, options: ReadOptions) {
    this.#scanner = new Scanner(text, (message, offset) => this.#defect(message, offset));
    this.#depth = options.depth ?? ARGS_LIMITS.depth;
    this.#tolerate = options.tolerate ?? NO_PATHS;
  }

  read(): Json {
    for (;;) {
      let value = this.#begin();
      while (value !== undefined) {
        const frame = this.#frames.at(-1);
        if (frame === undefined) return this.#end(value);
        value = "list" in frame ? this.#addItem(frame.list, value) : this.#addMember(frame, value);
      }
    }
  }

  #end(value: Json): Json {
    if (!Number.isNaN(this.#scanner.peek())) this.#scanner.fail("the end");
    return value;
  }

  /** Reads a value that is complete at once, or opens one that is not. */
  #begin(): Json | undefined {
    switch (this.#scanner.peek()) {
      case QUOTE:
        return this.#scanner.string();
      case OPEN_LIST:
        return this.#beginList();
      case OPEN_OBJECT:
        return this.#beginObject();
      default:
        return this.#scanner.scalar();
    }
  }

  #beginList(): Json | undefined {
    const list: Json[] = [];
    this.#push({ list });
    return this.#scanner.take(CLOSE_LIST) ? this.#pop(list) : undefined;
  }

  #beginObject(): Json | undefined {
    const frame: ObjectFrame = { object: {}, tolerate: this.#pathsFromHere(), key: "" };
    this.#push(frame);
    if (this.#scanner.take(CLOSE_OBJECT)) return this.#pop(frame.object);
    this.#readKey(frame);
    return undefined;
  }

  /** Adds an item; gives back the list where that completes it. */
  #addItem(list: Json[], item: Json): Json | undefined {
    list.push(item);
    if (this.#scanner.take(COMMA)) return undefined;
    if (!this.#scanner.take(CLOSE_LIST)) this.#scanner.fail("`,` or `]`");
    return this.#pop(list);
  }

  /** Adds a member; gives back the object where that completes it. */
  #addMember(frame: ObjectFrame, value: Json): Json | undefined {
    setMember(frame.object, frame.key, this.#place?.level === this.#frames.length ? this.#leavePlace(this.#place, value) : value);
    if (this.#scanner.take(COMMA)) this.#readKey(frame);
    else if (this.#scanner.take(CLOSE_OBJECT)) return this.#pop(frame.object);
    else this.#scanner.fail("`,` or `}`");
    return undefined;
  }

  #readKey(frame: ObjectFrame): void {
    if (this.#scanner.peek() !== QUOTE) this.#scanner.fail("a key in quotes");
    const start = this.#scanner.at;
    frame.key = this.#scanner.string();
    if (frame.key === "__proto__") this.#defect("`__proto__` is not a key of an object", start);
    if (Object.hasOwn(frame.object, frame.key)) this.#defect(`the key \`${frame.key}\` stands twice`, start);
    if (!this.#scanner.take(COLON)) this.#scanner.fail("`:`");
    if (frame.tolerate.length > 0) this.#enterPlace(frame);
  }

  #enterPlace(frame: ObjectFrame): void {
    const path = frame.tolerate.find((rest) => rest.length === 1 && rest[0] === frame.key);
    if (path === undefined) return;
    const keys = this.#frames.flatMap((outer) => ("list" in outer ? [] : [outer.key]));
    this.#place = { path: keys, level: this.#frames.length, message: undefined };
  }

  #leavePlace(place: Place, value: Json): Json {
    this.#place = undefined;
    if (place.message === undefined) return value;
    this.defects.push({ path: place.path, message: place.message });
    return null;
  }

  #pathsFromHere(): readonly Path[] {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return this.#tolerate;
    if ("list" in frame || frame.tolerate.length === 0) return NO_PATHS;
    return frame.tolerate.filter((path) => path.length > 1 && path[0] === frame.key).map((path) => path.slice(1));
  }

  #push(frame: Frame): void {
    this.#frames.push(frame);
    const level = this.#frames.length - (this.#place?.level ?? 0);
    if (level > this.#depth) this.#defect(`the value is deeper than ${this.#depth} levels`, this.#scanner.at);
    this.#scanner.at++;
  }

  #pop(value: Json): Json {
    this.#frames.pop();
    return value;
  }

  #defect(message: string, offset: number): void {
    if (this.#place === undefined) throw new Unreadable(message, offset);
    this.#place.message ??= message;
  }
}

const NO_PATHS: readonly Path[] = [];
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
