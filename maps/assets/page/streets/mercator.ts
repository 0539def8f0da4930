// The metric system of a network: transverse Mercator on WGS84, to the sixth power of the third flattening.
//
// Krueger's series as in Karney, "Transverse Mercator with an accuracy of a few nanometers", 2011, eq. 7-12, 35.

const A = 6378137;
const F = 1 / 298.257223563;
const N = F / (2 - F);
const E2 = F * (2 - F);
const E = Math.sqrt(E2);
const DEGREE = Math.PI / 180;

const N2 = N * N;
const N3 = N2 * N;
const N4 = N3 * N;
const N5 = N4 * N;
const N6 = N5 * N;
const RADIUS = (A / (1 + N)) * (1 + N2 / 4 + N4 / 64 + N6 / 256);
const ALPHA = [
  N / 2 - (2 * N2) / 3 + (5 * N3) / 16 + (41 * N4) / 180 - (127 * N5) / 288 + (7891 * N6) / 37800,
  (13 * N2) / 48 - (3 * N3) / 5 + (557 * N4) / 1440 + (281 * N5) / 630 - (1983433 * N6) / 1935360,
  (61 * N3) / 240 - (103 * N4) / 140 + (15061 * N5) / 26880 + (167603 * N6) / 181440,
  (49561 * N4) / 161280 - (179 * N5) / 168 + (6601661 * N6) / 7257600,
  (34729 * N5) / 80640 - (3418889 * N6) / 1995840,
  (212378941 * N6) / 319334400,
];

type Metres = readonly [x: number, y: number];

export class Mercator {
  private readonly origin: number;

  constructor(
    private readonly middleLon: number,
    middleLat: number,
  ) {
    this.origin = northing(middleLat * DEGREE, 0)[1];
  }

  // Metres east and north of the middle of the place.
  project(lon: number, lat: number): Metres {
    const [x, y] = northing(lat * DEGREE, (lon - this.middleLon) * DEGREE);
    return [x, y - this.origin];
  }
}

function northing(phi: number, lambda: number): Metres {
  const tau = Math.tan(phi);
  const sigma = Math.sinh(E * Math.atanh((E * tau) / Math.hypot(1, tau)));
  const conformal = tau * Math.hypot(1, sigma) - sigma * Math.hypot(1, tau);
  const xi = Math.atan2(conformal, Math.cos(lambda));
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(conformal, Math.cos(lambda)));
  let [x, y] = [eta, xi];
  ALPHA.forEach((alpha, k) => {
    const twice = 2 * (k + 1);
    x += alpha * Math.cos(twice * xi) * Math.sinh(twice * eta);
    y += alpha * Math.sin(twice * xi) * Math.cosh(twice * eta);
  });
  return [RADIUS * x, RADIUS * y];
}
