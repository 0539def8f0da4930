"""Sessions of offers matched to rooms: as many as can be, then where they reach most people, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from geo.types import Bools, Floats, Index


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Matching:
    """Which offer holds how many sessions a month where.

    Attributes
    ----------
    offer, venue, sessions
        A row for each offer and venue matched.
    reached
        People over all kinds and venues, each kind counted once a venue: what was made as large as possible.
    proven
        Whether the search proved that no matching holds more sessions, nor reaches more people with as many.
    """

    offer: Index
    venue: Index
    sessions: Index
    reached: float
    proven: bool


def match_sessions(sessions: Index, kind: Index, allowed: Bools, people: Floats, room: Floats) -> Matching:
    """Match sessions of offers to venues.

    Offers of one kind that may go to the same venues are exchangeable, and are matched together: what is left
    is a flow from such groups over kinds at venues to venues, whose best solution is whole by itself.

    Parameters
    ----------
    sessions
        int64 [offers]: sessions a month.
    kind
        int64 [offers]: what is offered to whom. A second session of one kind at a venue reaches nobody new.
    allowed
        bool [offers, venues]: where an offer may be held.
    people
        float64 [kinds, venues]: whom a session of the kind reaches; 0 where that is not known.
    room
        float64 [venues]: sessions a month that there is room for; missing where that is not known, and then
        there is room for one session of each kind.

    Examples
    --------
    >>> best = match_sessions(np.array([1, 1]), np.array([0, 0]), np.ones((2, 2), bool),
    ...     np.array([[50.0, 30.0]]), np.array([1.0, 1.0]))
    >>> best.venue.tolist(), best.reached, best.proven
    ([0, 1], 80.0, True)
    """
    if not sessions.sum() or not allowed.any():
        nobody = np.empty(0, dtype=np.int64)
        return Matching(offer=nobody, venue=nobody, sessions=nobody, reached=0.0, proven=True)
    patterns = np.column_stack([kind, np.packbits(allowed, axis=1)])
    _, first, group = np.unique(patterns, axis=0, return_index=True, return_inverse=True)
    flow = _Flow.of(
        kind=kind[first],
        allowed=allowed[first],
        supply=np.bincount(group.ravel(), weights=sessions).astype(np.float64),
        room=room,
    )
    most = flow.best(np.zeros_like(people), held=None)
    found = flow.best(people, held=float(np.rint(most.held)))
    offer, venue, count = _shared_out(found.moved, group.ravel(), sessions)
    return Matching(
        offer=offer,
        venue=venue,
        sessions=count,
        reached=found.reached,
        proven=most.proven and found.proven,
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Found:
    moved: Index
    held: float
    reached: float
    proven: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Flow:
    """Variables: sessions moved from group to venue; then of each kind at a venue the first, the others."""

    group: Index
    venue: Index
    slot: Index
    slots: Index
    supply: Floats
    room: Floats
    shape: tuple[int, int]

    @classmethod
    def of(cls, *, kind: Index, allowed: Bools, supply: Floats, room: Floats) -> _Flow:
        """Lay out the flow of groups with some supply."""
        group, venue = np.nonzero(allowed)
        slots, slot = np.unique(kind[group] * room.size + venue, return_inverse=True)
        return cls(
            group=group, venue=venue, slot=slot.ravel(), slots=slots, supply=supply, room=room,
            shape=allowed.shape,
        )  # fmt: skip

    def best(self, people: Floats, *, held: float | None) -> _Found:
        """Return the flow that holds most sessions, or of those that hold so many the one of most people."""
        moves, slots = self.group.size, self.slots.size
        kind, venue = np.divmod(self.slots, self.room.size)
        gain = people[kind, venue]
        value = np.concatenate([np.full(moves, -1.0 if held is None else 0.0), -gain, np.zeros(slots)])
        unknown = np.isnan(self.room)
        upper = np.concatenate(
            [np.full(moves, np.inf), np.ones(slots), np.where(unknown[venue], 0.0, np.inf)]
        )
        constraints = [
            LinearConstraint(_rows(self.group, self.shape[0], slots), ub=self.supply),
            LinearConstraint(_balance(self.slot, slots), lb=0.0, ub=0.0),
            LinearConstraint(
                _rows_of_slots(venue, self.room.size, moves), ub=np.where(unknown, np.inf, self.room)
            ),
        ]
        if held is not None:
            total = np.concatenate([np.ones(moves), np.zeros(2 * slots)])
            constraints.append(LinearConstraint(total, lb=held, ub=held))
        answer: Any = milp(
            value,
            constraints=constraints,
            integrality=np.ones(value.size),
            bounds=(np.zeros(value.size), upper),
            options={"mip_rel_gap": 0.0},
        )
        if answer.x is None:
            msg = f"no flow was found: {answer.message}"
            raise RuntimeError(msg)
        x = np.rint(answer.x).astype(np.int64)
        moved = np.zeros(self.shape, dtype=np.int64)
        moved[self.group, self.venue] = x[:moves]
        return _Found(
            moved=moved,
            held=float(x[:moves].sum()),
            reached=float(gain @ x[moves : moves + slots]),
            proven=bool(answer.status == 0),
        )


def _rows(row: Index, rows: int, slots: int) -> sparse.csr_array:
    """Return a constraint for each row over the moves in it."""
    ones = sparse.csr_array((np.ones(row.size), (row, np.arange(row.size))), shape=(rows, row.size))
    return sparse.hstack([ones, sparse.csr_array((rows, 2 * slots))], format="csr")


def _balance(slot: Index, slots: int) -> sparse.csr_array:
    """Return what is moved into each kind at a venue, less what is held there."""
    moved = sparse.csr_array((np.ones(slot.size), (slot, np.arange(slot.size))), shape=(slots, slot.size))
    held = sparse.eye_array(slots)
    return sparse.hstack([moved, -held, -held], format="csr")


def _rows_of_slots(venue: Index, venues: int, moves: int) -> sparse.csr_array:
    """Return what is held at each venue."""
    ones = sparse.csr_array((np.ones(venue.size), (venue, np.arange(venue.size))), shape=(venues, venue.size))
    return sparse.hstack([sparse.csr_array((venues, moves)), ones, ones], format="csr")


def _shared_out(moved: Index, group: Index, sessions: Index) -> tuple[Index, Index, Index]:
    """Return offer, venue and sessions: those of a group in the order of its offers and the venues."""
    rows: list[tuple[int, int, int]] = []
    for number, row in enumerate(moved):
        venues = np.repeat(np.arange(row.size), row)
        members = np.flatnonzero(group == number)
        owners = np.repeat(members, sessions[members])[: venues.size]
        pairs, count = np.unique(np.column_stack([owners, venues]), axis=0, return_counts=True)
        rows += [(int(o), int(v), int(n)) for (o, v), n in zip(pairs, count, strict=True)]
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
