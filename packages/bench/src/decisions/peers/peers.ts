import { agt } from "./agt.ts";
import { casbin } from "./casbin.ts";
import { casl, caslOne } from "./casl.ts";
import { cedar } from "./cedar.ts";
import { celJs } from "./cel-js.ts";
import { closures } from "./closures.ts";
import type { Peer } from "./peer.ts";
import { sallyport } from "./sallyport.ts";

/** Every way to decide that is compared; ours is the first. */
export const PEERS: readonly Peer[] = [sallyport, closures, casl, caslOne, celJs, cedar, casbin, agt];
