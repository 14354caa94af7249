import { OutputStream, releaseAnswer, type AnswerParts, type Session, type StreamedParts } from "@sallyport/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** A part of an answer, and one of a streamed answer: its start, its end, or some of its words. */
interface Part {
  readonly kind: "text" | "reasoning" | "beside" | "other";
  readonly text: string;
  readonly place?: "start" | "delta" | "end";
}

const WHOLE: AnswerParts<Part> = {
  read: ({ kind, text }) => (kind === "text" || kind === "reasoning" ? { kind, text } : { kind }),
  rewrite: (part, text) => ({ ...part, text }),
};

const STREAMED: StreamedParts<Part> = {
  read: ({ kind, text, place = "delta" }) => {
    if (kind === "beside" || kind === "other") return { kind };
    return place === "delta" ? { kind: place, of: kind, text } : { kind: place, of: kind };
  },
  delta: (like, text) => ({ ...like, text }),
  end: (end) => end,
};

/** A session that masks `secret`, and what it was asked about. */
function masking() {
  const asked: string[] = [];
  const respond = async (text: string): Promise<string> => {
    asked.push(text);
    return text.replaceAll("secret", "[X]");
  };
  const respondInParts: Session["respondInParts"] = () => {
    let said = "";
    return {
      write: async (part) => {
        said += part;
        return "";
      },
      end: () => respond(said),
    };
  };
  return { asked, session: { respond, respondInParts } };
}

const words = (parts: readonly Part[]): string =>
  parts.map(({ kind, text }) => (kind === "text" || kind === "reasoning" ? text : kind === "other" ? "|" : "")).join("");

const part = fc.record({
  kind: fc.constantFrom<Part["kind"]>("text", "text", "reasoning", "beside", "other"),
  text: fc.constantFrom("secret", "sec", "ret", "a secret it is", "x", ""),
});

describe("outputs", () => {
  it("are the same in a whole answer and in a streamed one, however that is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (parts, size) => {
        const whole = masking();
        const released = await releaseAnswer<Part>(whole.session, parts, WHOLE);
        const streamed = masking();
        const outputs = new OutputStream(streamed.session, STREAMED);
        const shown: Part[] = [];
        for (const each of parts.flatMap((one) => cut(one, size))) shown.push(...(await outputs.next(each)));
        shown.push(...(await outputs.close()));
        expect(streamed.asked).toEqual(whole.asked);
        expect(words(shown)).toBe(words(released));
        // every part that was opened is closed, in its order
        const marks = (place: string): number => shown.filter((one) => one.place === place).length;
        expect(marks("end")).toBe(marks("start"));
      }),
    );
  });

  it("are not asked about where nothing is said", async () => {
    const { asked, session } = masking();
    await releaseAnswer(
      session,
      [
        { kind: "text", text: "" },
        { kind: "other", text: "" },
      ],
      WHOLE,
    );
    expect(asked).toEqual([]);
  });
});

/** A part as it is streamed. */
function cut({ kind, text }: Part, size: number): readonly Part[] {
  if (kind === "beside" || kind === "other") return [{ kind, text }];
  const deltas = text.match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
  return [
    { kind, text: "", place: "start" },
    ...deltas.map((delta): Part => ({ kind, text: delta, place: "delta" })),
    { kind, text: "", place: "end" },
  ];
}
