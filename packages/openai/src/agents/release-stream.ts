import type { StreamEvent } from "@openai/agents";
import { OutputStream, type ResponseStream, type SaidNow, type Session, type StreamedParts } from "@sallyport/core";
import type { Carried } from "./carrier.ts";
import { releaseOutput, shown } from "./release.ts";

/** Whether an event is the provider's own, which repeats what the SDK's events say. */
export function isRawEvent({ type }: StreamEvent): boolean {
  return type === "model";
}

/** The events of a streamed answer with its texts as they may be shown, as soon as they may be; and in its end the same ones. */
export async function* releaseEvents(
  events: AsyncIterable<StreamEvent>,
  session: Session,
  carried: Carried,
): AsyncGenerator<StreamEvent, void> {
  const spoken = new Spoken(session);
  const outputs = new OutputStream(spoken, PARTS);
  try {
    for await (const event of events) {
      if (event.type !== "response_done") {
        yield* await shown(carried, async () => outputs.next(event));
        continue;
      }
      yield* await shown(carried, async () => outputs.close());
      const said = { ...observing(session), respond: async (text: string) => spoken.respond(text) };
      const output = await shown(carried, async () => releaseOutput(event.response.output, said, carried));
      const { providerData: _, ...rest } = event.response;
      const { providerData: _event, ...bare } = event;
      if (output === event.response.output) yield event;
      else yield { ...bare, response: { ...rest, output } };
    }
  } finally {
    // nobody listens any more: what was said so far is on record all the same, and what broke off the stream is what is thrown
    await outputs.close().catch(carried.onFault);
  }
}

function observing(session: Session): Pick<Session, "observe"> {
  return { observe: async (message) => session.observe(message) };
}

/** What was released of a streamed answer, so that its end, which has all of it again, is not released twice. */
class Spoken implements Pick<Session, "respondInParts" | "respond"> {
  readonly #session: Session;
  readonly #outputs: { said: string; shown: string }[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  respondInParts(): ResponseStream {
    const stream = this.#session.respondInParts();
    const output = { said: "", shown: "" };
    this.#outputs.push(output);
    const shown = (text: string): string => {
      output.shown += text;
      return text;
    };
    return {
      write: async (part) => {
        output.said += part;
        return shown(await stream.write(part));
      },
      end: async () => shown(await stream.end()),
    };
  }

  async respond(text: string): Promise<string> {
    const at = this.#outputs.findIndex(({ said }) => said === text);
    const [known] = at < 0 ? [] : this.#outputs.splice(at, 1);
    return known === undefined ? this.#session.respond(text) : known.shown;
  }
}

/** What the events of a stream are. */
const PARTS: StreamedParts<StreamEvent> = {
  read: readEvent,
  delta: (like, delta) => (like.type === "output_text_delta" ? { type: "output_text_delta", delta } : like),
  end: (end) => end,
};

function readEvent(event: StreamEvent): SaidNow {
  switch (event.type) {
    case "output_text_delta":
      return { kind: "delta", of: "text", text: event.delta };
    default:
      return { kind: "beside" };
  }
}
