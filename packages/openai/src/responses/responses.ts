import type { Api } from "../api.ts";
import { callsIn, releaseResponse, settleResponse } from "./answer.ts";
import { responseEvents } from "./item-events.ts";
import { prepareResponse } from "./request.ts";
import { streamResponse } from "./stream.ts";

/** The API of `responses` and `beta.responses`. */
export const responses: Api = {
  prepare: prepareResponse,
  release: releaseResponse,
  calls: callsIn,
  settle: settleResponse,
  stream: streamResponse,
  events: responseEvents,
};
