import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { callbackify } from "node:util";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** A mail that truly left: what came over the wire. */
export interface SentMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** A mail server on loopback that keeps what it gets. */
export interface MailServer {
  readonly port: number;
  readonly sent: readonly SentMail[];
  close(): Promise<void>;
}

/** Starts an SMTP server on a free port of 127.0.0.1. */
export async function startMailServer(): Promise<MailServer> {
  const sent: SentMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onData: callbackify(async (stream: AsyncIterable<Uint8Array>, session: SMTPServerSession) => {
      const mail = await receive(stream, session);
      return `kept as number ${sent.push(mail)}`;
    }),
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  return { port: address.port, sent, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function receive(stream: AsyncIterable<Uint8Array>, { envelope }: SMTPServerSession): Promise<SentMail> {
  const { subject, text } = await PostalMime.parse(await buffer(stream));
  return { to: envelope.rcptTo.map(({ address }) => address), subject: subject ?? "", text: (text ?? "").trim() };
}
