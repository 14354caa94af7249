/** An IP address as a number. */
export interface IpAddress {
  readonly bits: bigint;
  /** how many bits an address of this version has */
  readonly width: 32 | 128;
}

/** All addresses with the same first bits. */
export interface IpRange {
  readonly first: IpAddress;
  readonly prefix: number;
}

const part = "(?:0|[1-9][0-9]{0,2})";
const ipv4 = new RegExp(`^${part}(?:\\.${part}){3}$`);

/** A canonical IP address: IPv4 in four decimal numbers, IPv6 as RFC 5952 writes it. IPv4-mapped IPv6 is none, and neither is any other form of a number. */
export function parseIp(text: string): IpAddress | undefined {
  return ipv4.test(text) ? parseIpv4(text) : parseIpv6(text);
}

/** A range in CIDR notation whose bits behind the prefix are zero. */
export function parseRange(text: string): IpRange | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const first = parseIp(address);
  if (first === undefined || rest.length > 0 || !/^(?:0|[1-9][0-9]{0,2})$/.test(length)) return undefined;
  const range = { first, prefix: Number(length) };
  return range.prefix <= first.width && networkOf(first, range) << hostBits(range) === first.bits ? range : undefined;
}

/** Whether an address is in a range. */
export function inRange(address: IpAddress, range: IpRange): boolean {
  return address.width === range.first.width && networkOf(address, range) === networkOf(range.first, range);
}

function networkOf(address: IpAddress, range: IpRange): bigint {
  return address.bits >> hostBits(range);
}

function hostBits({ first, prefix }: IpRange): bigint {
  return BigInt(first.width - prefix);
}

function parseIpv4(text: string): IpAddress | undefined {
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? { bits: joinBits(bytes, 8n), width: 32 } : undefined;
}

function parseIpv6(text: string): IpAddress | undefined {
  // the WHATWG serialiser writes IPv6 as RFC 5952 does, but for IPv4-mapped addresses, which are refused here
  if (!/^[0-9a-f:]+$/.test(text) || !URL.canParse(`http://[${text}]/`) || new URL(`http://[${text}]/`).hostname !== `[${text}]`)
    return undefined;
  const [head = "", tail] = text.split("::");
  const [before, after] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const bits = joinBits([...before, ...Array.from({ length: zeros }, () => 0), ...after], 16n);
  return bits >> 32n === 0xffffn ? undefined : { bits, width: 128 };
}

function groupsOf(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function joinBits(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, one) => (bits << width) | BigInt(one), 0n);
}
