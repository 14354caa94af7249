/** A well-known format of tokens: how it begins, what follows, and what else must hold. */
export interface TokenFormat {
  readonly kind: string;
  readonly prefix: string;
  /** source of a pattern for what follows the prefix; every quantifier is bounded */
  readonly rest: string;
  /** the token's own check; a token that fails it is less sure, not ignored: formats change */
  readonly check?: (token: string) => boolean;
}

const ALNUM = "[A-Za-z0-9]";
const WIDE = "[A-Za-z0-9_-]";

/** The formats, by their prefixes. */
export const TOKEN_FORMATS: readonly TokenFormat[] = [
  ...["AKIA", "ASIA", "ABIA", "ACCA"].map((prefix) => ({ kind: "aws-key", prefix, rest: "[A-Z0-9]{16}", check: isBase32 })),
  ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map((prefix) => ({
    kind: "github-token",
    prefix,
    rest: `${ALNUM}{30,251}`,
    check: hasChecksum,
  })),
  { kind: "github-token", prefix: "github_pat_", rest: `${ALNUM}{22}_${ALNUM}{59}` },
  ...["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-"].map((prefix) => ({
    kind: "gitlab-token",
    prefix,
    rest: `${WIDE}{20,64}`,
  })),
  ...["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"].map((prefix) => ({
    kind: "slack-token",
    prefix,
    rest: "[A-Za-z0-9-]{12,250}",
  })),
  ...["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"].map((prefix) => ({
    kind: "stripe-key",
    prefix,
    rest: `${ALNUM}{16,250}`,
  })),
  { kind: "google-key", prefix: "AIza", rest: `${WIDE}{35}` },
  { kind: "google-key", prefix: "GOCSPX-", rest: `${WIDE}{28}` },
  { kind: "anthropic-key", prefix: "sk-ant-", rest: `[a-z]{3,8}\\d{2}-${WIDE}{32,128}` },
  ...["sk-proj-", "sk-svcacct-", "sk-admin-"].map((prefix) => ({ kind: "openai-key", prefix, rest: `${WIDE}{40,250}` })),
  { kind: "openai-key", prefix: "sk-", rest: `${ALNUM}{20}T3BlbkFJ${ALNUM}{20}` },
  { kind: "openai-key", prefix: "sk-", rest: `${ALNUM}{48}` },
  // keys of many others begin like these
  { kind: "token", prefix: "sk-", rest: `(?=[A-Za-z_-]{0,40}\\d)${WIDE}{20,250}` },
  { kind: "token", prefix: "sk-or-v1-", rest: "[0-9a-f]{64}" },
  { kind: "npm-token", prefix: "npm_", rest: `${ALNUM}{36}`, check: hasChecksum },
  // a macaroon whose location is the index's host, in base64
  { kind: "pypi-token", prefix: "pypi-AgE", rest: `(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)${WIDE}{50,250}` },
  { kind: "twilio-key", prefix: "SK", rest: "[0-9a-f]{32}" },
  { kind: "token", prefix: "hf_", rest: `${ALNUM}{34}` },
  { kind: "token", prefix: "dop_v1_", rest: "[0-9a-f]{64}" },
  ...["shpat_", "shpss_", "shpca_", "shppa_"].map((prefix) => ({ kind: "token", prefix, rest: "[0-9a-fA-F]{32}" })),
  ...["glsa_", "glc_"].map((prefix) => ({ kind: "token", prefix, rest: "[A-Za-z0-9_+/=]{32,250}" })),
  { kind: "token", prefix: "dapi", rest: "[0-9a-f]{32}" },
  { kind: "token", prefix: "lin_api_", rest: `${ALNUM}{40}` },
  { kind: "token", prefix: "PMAK-", rest: "[0-9a-f]{24}-[0-9a-f]{34}" },
  { kind: "token", prefix: "gsk_", rest: `${ALNUM}{52}` },
  { kind: "token", prefix: "xai-", rest: `${ALNUM}{80}` },
  { kind: "token", prefix: "sbp_", rest: "[0-9a-f]{40}" },
  { kind: "token", prefix: "AGE-SECRET-KEY-1", rest: "[A-Z0-9]{58}" },
  { kind: "token", prefix: "key-", rest: "[0-9a-f]{32}" },
];

/** Whether what follows the prefix is base 32, as in ids that were issued. */
function isBase32(token: string): boolean {
  return /^[A-Z2-7]{20}$/.test(token);
}

/** Whether a token ends in the CRC-32 of what stands between its prefix and that, in base 62: GitHub's format, npm's too. */
function hasChecksum(token: string): boolean {
  const secret = token.slice(token.indexOf("_") + 1);
  if (secret.length !== 36) return false;
  return secret.slice(30) === base62(crc32(secret.slice(0, 30))).padStart(6, "0");
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function base62(value: number): string {
  const rest = Math.floor(value / 62);
  return `${rest === 0 ? "" : base62(rest)}${BASE62.charAt(value % 62)}`;
}

function crc32(text: string): number {
  let crc = -1;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
