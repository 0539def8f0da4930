"""A made-up street of 1,200 m, walked at 1 m/s, on which whole assessments can be worked out by hand."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
from shapely import Point

from geo.assessment.assess import Ground, assess_cases
from geo.assessment.case import Case, Usable
from geo.assessment.traveller import Traveller
from geo.measures.standard import Requirement, Standard
from geo.network.snap import snap
from geo.network.toys import line
from geo.text import Text

METRE = 1 / 111_319.49079327358
WORD = Text("x", "某")
PROFILE = SimpleNamespace(id="toy", name=WORD, source="", speed_kph=3.6, travel_mode="walker")


def places(metres, **columns):
    """Points on the street, so many metres from its west end."""
    frame = gpd.GeoDataFrame(columns, geometry=[Point(m * METRE, 0) for m in metres], crs=4326)
    return frame.assign(id=[f"{next(iter(columns))[0]}{n}" for n in range(len(frame))])


def facilities(metres, categories, **columns):
    count = len(metres)
    usual = {
        "category": categories,
        "kind": ["station"] * count,
        "tier": [None] * count,
        "status": ["open"] * count,
        "opens_on": [None] * count,
        "capacity": [np.nan] * count,
        "people_limit": [np.inf] * count,
        "functions": [()] * count,
    }
    return places(metres, **(usual | columns))


def homes(metres, people, **columns):
    count = len(metres)
    usual = {"people": np.asarray(people, float), "group": ["residents"] * count, "shift": ["all"] * count}
    return places(metres, **(usual | columns)).assign(name=None, layer="homes")


def traveller(demand, offered, street):
    return Traveller(
        profile=PROFILE,
        network=street,
        demand=snap(street, demand.geometry),
        facilities=snap(street, offered.geometry),
    )


def clinic(**changed):
    return Requirement("clinic", Text("a clinic", "诊所"), **({"minutes": 5, "verified": True} | changed))


def standard(*requirements, **parts):
    return Standard("toy", WORD, requirements or (clinic(),), **parts)


def answered(
    demand, offered, *, asked=None, cases=None, street=None, open_then=None, known=None, minutes=(5.0, 10.0)
):
    street = street if street is not None else line([400, 400, 400])
    one = traveller(demand, offered, street)
    ground = Ground(
        standard=asked or standard(), facilities=offered, demand=demand, minutes=minutes, by_length=one
    )
    questions = [
        (case, one, _usable(case, offered, open_then if case.moment else None, known))
        for case in cases or [Case("all", WORD, PROFILE)]
    ]
    return ground, assess_cases(ground, questions)


def _usable(case, offered, open_then, known):
    return Usable.of(offered, on=case.on, open_then=open_then, hours_known=known)
