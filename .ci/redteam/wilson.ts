/** A share with the interval that it may be in. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The normal quantile of 95 %. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval of a share at 95 %: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical
 * Inference, JASA 22 (1927). Of nothing it is everything.
 */
export function wilson(hits: number, of: number): Interval {
  if (of === 0) return { share: 0, low: 0, high: 1 };
  const share = hits / of;
  const [scale, centre] = [1 + (Z * Z) / of, share + (Z * Z) / (2 * of)];
  const margin = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  // at the ends the formula is exact, and rounding is not
  return { share, low: hits === 0 ? 0 : (centre - margin) / scale, high: hits === of ? 1 : (centre + margin) / scale };
}

/** A share as people read it: `0.08 (0.03–0.19)`. */
export function formatShare(hits: number, of: number): string {
  const { share, low, high } = wilson(hits, of);
  return `${round(share)} (${round(low)}–${round(high)})`;
}

function round(share: number): string {
  return share === 0 || share === 1 ? String(share) : share.toFixed(share < 0.01 ? 3 : 2);
}
