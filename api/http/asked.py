"""What is asked in the query of a path: a place in a declared system, limits, a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Query

from api.http.faults import invalid, metres_in
from api.http.models import PlaceAsked, Warned
from geo.assessment.place import PreparedPlaces
from geo.coordinates.declared import SHIFTED, System, place_to_wgs84, where_providers_shift
from geo.text import Text

MOST_LIMITS: Final = 12
_FAR_METRES: Final = 30.0
"""A place this far from its street may be in another system, where it would be much nearer in that."""

_NEARER: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as it was asked for; `crs` is None where the client did not say."""

    lon: float
    lat: float
    crs: System | None

    @property
    def wgs84(self) -> tuple[float, float]:
        """Longitude and latitude understood."""
        return place_to_wgs84(self.lon, self.lat, self.crs or "wgs84")

    def answered(self) -> PlaceAsked:
        """Return the place with what it was understood as."""
        lon, lat = self.wgs84
        return PlaceAsked(
            lon=self.lon, lat=self.lat, crs=self.crs or "wgs84", wgs84=(round(lon, 7), round(lat, 7))
        )


Lon = Annotated[
    float,
    Query(
        ge=-180,
        le=180,
        allow_inf_nan=False,
        description="longitude in degrees, of the system in `crs`",
        examples=[24.94],
    ),
]
Lat = Annotated[
    float,
    Query(
        ge=-90,
        le=90,
        allow_inf_nan=False,
        description="latitude in degrees, of the system in `crs`",
        examples=[60.17],
    ),
]
Crs = Annotated[
    System | None,
    Query(
        description="system of the place: wgs84 (taken where left out), gcj02 (Amap, Tencent), bd09 (Baidu)"
    ),
]
Case = Annotated[str | None, Query(description="id of a case; the first of the study where left out")]
Minutes = Annotated[
    list[Annotated[float, Query(gt=0, allow_inf_nan=False)]] | None,
    Query(max_length=MOST_LIMITS, description="limit in minutes; may be given several times"),
]
Contours = Annotated[
    str | None,
    Query(
        description="limits in minutes with commas between, in place of `minutes`",
        pattern=r"^\d{1,4}(\.\d{1,4})?(,\d{1,4}(\.\d{1,4})?){0,11}$",
        examples=["5,10,15"],
    ),
]


async def asked_place(lon: Lon, lat: Lat, crs: Crs = None) -> Place:
    """Return the place a client asks for."""
    return Place(lon=lon, lat=lat, crs=crs)


ThePlace = Annotated[Place, Depends(asked_place)]


async def asked_limits(minutes: Minutes = None, contours_minutes: Contours = None) -> tuple[float, ...]:
    """Return the limits a client asks for, in either way.

    Raises
    ------
    InputError
        Where it gives none, both, or one that is not above zero.
    """
    given = tuple(minutes or ())
    listed = tuple(float(part) for part in (contours_minutes or "").split(",") if part)
    if bool(given) == bool(listed):
        what = Text("give limits, in one way", "请以一种方式给出时限")
        raise invalid(
            "minutes", what, Text("such as contours_minutes=5,10,15", "如 contours_minutes=5,10,15")
        )
    if min(given or listed) <= 0:
        what, fix = Text("a limit is above zero", "时限应大于零"), Text("Change it", "请修改")
        raise invalid("contours_minutes", what, fix, contours_minutes or "")
    return tuple(sorted(set(given or listed)))


Limits = Annotated[tuple[float, ...], Depends(asked_limits)]


def place_warnings(asked: Place, prepared: PreparedPlaces, metres: float) -> list[Warned]:
    """Return what a client should know of the system of a place, where it did not say which it is."""
    if asked.crs is not None or not where_providers_shift(asked.lon, asked.lat):
        return []
    warned = [_warned("crs-not-said", _NOT_SAID)]
    if metres > _FAR_METRES:
        nearer = [(metres_in(asked.lon, asked.lat, name, prepared), name) for name in SHIFTED]
        best, name = (
            min((found, name) for found, name in nearer if found is not None)
            if any(found is not None for found, _ in nearer)
            else (metres, "")
        )
        if best * _NEARER < metres:
            said = Text(
                f"taken as WGS84 it is {metres:.0f} m from a street, as {name} {best:.0f} m: if a map "
                f"provider gave it, say crs={name}",
                f"按 WGS84 距道路 {metres:.0f} 米，按 {name} 为 {best:.0f} 米：请核对 crs",
            )
            warned.append(_warned("nearer-after-conversion", said))
    return warned


_NOT_SAID: Final = Text(
    "taken as WGS84, for no crs was given; map providers in China give gcj02 or bd09, some 500 m away",
    "未注明 crs，按 WGS84 理解；国内地图服务商给出的是 gcj02 或 bd09，相差约 500 米",
)


def _warned(code: str, said: Text) -> Warned:
    return Warned(code=code, text_en=said.en, text_zh=said.zh)
