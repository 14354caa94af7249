/** Puts the clock of this process ahead: of the framework, the app and the store alike. */
export function shiftClock(hours: number): void {
  if (hours === 0) return;
  const RealDate = Date;
  const ahead = hours * 3_600_000;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [RealDate.now() + ahead] : args, newTarget),
    get: (target, key) => (key === "now" ? () => RealDate.now() + ahead : Reflect.get(target, key)),
  });
}
