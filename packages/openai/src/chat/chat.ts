import type { Api } from "../api.ts";
import { callsOf, releaseCompletion, settleCompletion } from "./answer.ts";
import { chunksOf } from "./events.ts";
import { prepareRequest } from "./request.ts";
import { streamCompletion } from "./stream.ts";

/** The API of `chat`. */
export const chat: Api = {
  prepare: prepareRequest,
  release: releaseCompletion,
  calls: callsOf,
  settle: settleCompletion,
  stream: streamCompletion,
  events: chunksOf,
};
