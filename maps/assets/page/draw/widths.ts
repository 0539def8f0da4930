// How wide streets and waterways are drawn.

export const STOPS: readonly number[] = [11, 13, 15, 17, 19]; // the zooms for which widths are given

// Between the zooms for which there is a width, widths grow evenly by ratio.
export function widthAt(widths: readonly number[], zoom: number): number {
  const next = STOPS.findIndex((stop) => zoom <= stop);
  if (next === 0) return widths[0];
  if (next < 0) return widths[STOPS.length - 1];
  const part = (zoom - STOPS[next - 1]) / (STOPS[next] - STOPS[next - 1]);
  return widths[next - 1] * (widths[next] / widths[next - 1]) ** part;
}
