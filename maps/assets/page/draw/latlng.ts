// Between steps of the packed data and the degrees that Leaflet speaks in.

import { WORLD_ZOOM } from "./frame";

export function toLatLng(x: number, y: number): L.LatLng {
  return L.CRS.EPSG3857.pointToLatLng(L.point(x, y), WORLD_ZOOM);
}

export function toSteps(at: L.LatLng): L.Point {
  return L.CRS.EPSG3857.latLngToPoint(at, WORLD_ZOOM);
}
