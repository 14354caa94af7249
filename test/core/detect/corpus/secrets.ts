import { samples, type Sample } from "./sample.ts";

// built from parts, so that no scanner of repositories takes them for real ones
const join = (...parts: readonly string[]): string => parts.join("");
const ALNUM = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2W3x4Y5z6a7B8c9D0e1F2g3H4i5J6k7L8m9N0o1P2q3R4s5T6u7V8w9X0y1Z2";
const HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const alnum = (length: number): string => ALNUM.slice(0, length);
const base64url = (text: string): string => Buffer.from(text).toString("base64url");
const jwt = [base64url('{"alg":"HS256","typ":"JWT"}'), base64url('{"sub":"1234567890"}'), alnum(43)].join(".");
const pem = (kind: string): string =>
  [join("-----BEGIN ", kind, "PRIVATE KEY-----"), `MII${alnum(61)}`, alnum(64), join("-----END ", kind, "PRIVATE KEY-----")].join("\n");

export const secrets: readonly Sample[] = [
  ...samples("aws-key", [
    `id ⟦${join("AK", "IA", "IOSFODNN7EXAMPLE")}⟧`,
    `export AWS_ACCESS_KEY_ID=⟦${join("AS", "IA", "Y34FZKBOKMUTVV7A")}⟧`,
  ]),
  ...samples("github-token", [
    `token ⟦${join("gh", "p_", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5", "3S9d1v")}⟧`,
    `remote ⟦${join("gh", "s_", alnum(36))}⟧`,
    `⟦${join("github", "_pat_", alnum(22), "_", alnum(59))}⟧`,
  ]),
  ...samples("gitlab-token", [`⟦${join("gl", "pat-", alnum(20))}⟧`, `runner ⟦${join("gl", "rt-", alnum(24))}⟧`]),
  ...samples("slack-token", [
    `⟦${join("xo", "xb-", "123456789012-123456789012-", alnum(24))}⟧`,
    `⟦${join("xo", "xp-", "1234567890-1234567890-", alnum(32))}⟧`,
    `https://hooks.slack.com/services/⟦${join("T0000", "0000/B00000", "000/", alnum(24))}⟧`,
  ]),
  ...samples("stripe-key", [
    `⟦${join("sk", "_live_", alnum(24))}⟧`,
    `⟦${join("rk", "_test_", alnum(24))}⟧`,
    `⟦${join("wh", "sec_", alnum(32))}⟧`,
  ]),
  ...samples("google-key", [`key=⟦${join("AI", "za", "SyA", alnum(32))}⟧`, `⟦${join("GOC", "SPX-", alnum(28))}⟧`]),
  ...samples("openai-key", [`⟦${join("sk-", "proj-", alnum(60))}⟧`, `⟦${join("sk-", alnum(20), "T3Blbk", "FJ", alnum(20))}⟧`]),
  ...samples("anthropic-key", [`⟦${join("sk-", "ant-api03-", alnum(80))}⟧`]),
  ...samples("npm-token", [`//registry.npmjs.org/:_authToken=⟦${join("np", "m_", alnum(36))}⟧`]),
  ...samples("pypi-token", [`⟦${join("py", "pi-", "AgEIcHlwaS5vcmc", alnum(80))}⟧`]),
  ...samples("sendgrid-key", [`⟦${join("S", "G.", alnum(22), ".", alnum(43))}⟧`]),
  ...samples("twilio-key", [`⟦${join("S", "K", HEX.slice(0, 32))}⟧`]),
  ...samples("azure-key", [
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=⟦${join(alnum(86), "==")}⟧;EndpointSuffix=core.windows.net`,
  ]),
  ...samples("token", [
    `⟦${join("h", "f_", alnum(34))}⟧`,
    `⟦${join("dop", "_v1_", HEX)}⟧`,
    `⟦${join("shp", "at_", HEX.slice(0, 32))}⟧`,
    `https://api.telegram.org/bot110201543:⟦${join("A", "A", alnum(33))}⟧/getMe`,
  ]),
  ...samples("private-key", [
    `⟦${pem("RSA ")}⟧`,
    `here:\n⟦${pem("")}⟧\nkeep it`,
    JSON.stringify({ private_key: pem("EC ") }),
    `⟦${pem("OPENSSH ")}⟧`,
  ]),
  ...samples("jwt", [`Authorization: Bearer ⟦${jwt}⟧`, `cookie: session=⟦${jwt}⟧; path=/`]),
  ...samples("url-credentials", [
    `postgres://⟦app:s3cr3tpw⟧@db.internal:5432/prod`,
    `git clone https://⟦deploy:hunter22x⟧@git.example.com/x.git`,
    `redis://⟦:p4ssw0rd9⟧@cache:6379`,
  ]),
  ...samples("password", [
    "password: ⟦Tr0ub4dor&3⟧",
    'DB_PASSWORD="⟦kX9#mQ2!vL⟧"',
    "the password is ⟦Winter2026!⟧",
    "Passwort: ⟦Sommer2026⟧",
    "login root, pwd=⟦a1b2c3d4⟧",
    "contraseña: ⟦Verano2026!⟧",
    "пароль: ⟦Zima2026xx⟧",
    "Server=db;User=sa;Password=⟦P@ssw0rd1⟧;",
    '{"pin":"⟦4821⟧"}',
    "use correct horse battery staple to log in",
    "the password rhymes with orange",
    "his password is swordfish",
  ]),
  ...samples("credential", [
    `api_key=⟦${alnum(32)}⟧`,
    `client_secret: "⟦${alnum(40)}⟧"`,
    `x-api-key: ⟦${HEX.slice(0, 32)}⟧`,
    `aws_secret_access_key = ⟦${join("wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "EXAMPLEKEY")}⟧`,
    `Authorization: Bearer ⟦${alnum(40)}⟧`,
    `accessToken: '⟦${alnum(32)}⟧'`,
    `the key you need: ⟦${alnum(24)}⟧`,
    `paste ${alnum(32)} into the form`,
  ]),
];
