"""The rule of private streets stated on networkx: leave your own, use the open ones, enter theirs."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

Node = tuple[object, ...]
Place = tuple[int, float]
"""A segment by its number, and how far along it in metres."""


@dataclass(frozen=True)
class PrivateTown:
    """Segments (from, to, metres, whether private) and the nodes that are closed private gates."""

    segments: list[tuple[int, int, float, bool]]
    gates: set[int]

    def inside(self) -> list[bool]:
        """Which segments are private, or reached by private ones alone and few."""
        every, open_ = nx.Graph(), nx.Graph()
        for number, (a, b, _, private) in enumerate(self.segments):
            every.add_edge(a, b)
            if not private:
                ends = [(n, number) if n in self.gates else (n, -1) for n in (a, b)]
                open_.add_edge(*ends)
        quarter = {n: i for i, nodes in enumerate(nx.connected_components(open_)) for n in nodes}
        whole = {n: i for i, nodes in enumerate(nx.connected_components(every)) for n in nodes}
        length: dict[int, float] = {}
        for number, (a, _, metres, private) in enumerate(self.segments):
            if not private:
                key = quarter[(a, number) if a in self.gates else (a, -1)]
                length[key] = length.get(key, 0.0) + metres
        longest: dict[int, float] = {}
        for (n, _), key in quarter.items():
            longest[whole[n]] = max(longest.get(whole[n], 0.0), length[key])
        found = []
        for number, (a, _, _, private) in enumerate(self.segments):
            if not private:
                key = quarter[(a, number) if a in self.gates else (a, -1)]
                private = length[key] < min(10_000, 0.25 * longest[whole[a]])
            found.append(private)
        return found

    def seconds(self, start: Place, goal: Place) -> float:
        """Time at one metre a second from a place to another."""
        ends, graph = self._layers()
        best = abs(start[1] - goal[1]) if start[0] == goal[0] else float("inf")
        for (number, along), layer, there in ((start, "leave", False), (goal, "enter", True)):
            metres = self.segments[number][2]
            for node, walk in zip(ends[number, layer], (along, metres - along), strict=True):
                _shorter(graph, *((node, "goal") if there else ("start", node)), walk)
        found = nx.single_source_dijkstra_path_length(graph, "start", weight="s")
        return min(best, found.get("goal", float("inf")))

    def _layers(self) -> tuple[dict[tuple[int, str], list[Node]], nx.DiGraph]:
        """Every estate twice: to be left, and to be entered, with a step from the first to the second."""
        ends, graph = self._ends(), nx.DiGraph()
        for (number, _), (one, other) in ends.items():
            _shorter(graph, one, other, self.segments[number][2])
            _shorter(graph, other, one, self.segments[number][2])
        opened: dict[object, list[Node]] = {}
        for node in graph:
            if node[0] == "open":
                opened.setdefault(node[1], []).append(node)
        for node in list(graph):
            if node[0] == "leave":
                arrived = ("enter", *node[1:])
                _shorter(graph, node, arrived, 0.0)
                for there in opened.get(node[2], []):
                    _shorter(graph, node, there, 0.0)
                    _shorter(graph, there, arrived, 0.0)
        return ends, graph

    def _ends(self) -> dict[tuple[int, str], list[Node]]:
        """The nodes at both ends of each segment, in each of its layers."""
        inside = self.inside()
        pairs = [(a, b) for a, b, _, _ in self.segments]
        outside = {n for pair, own in zip(pairs, inside, strict=True) if not own for n in pair} - self.gates
        hangs = nx.Graph()
        apart = [[(n, i) if n in outside else (n, -1) for n in pair] for i, pair in enumerate(pairs)]
        hangs.add_edges_from(two for two, own in zip(apart, inside, strict=True) if own)
        estate = {n: i for i, nodes in enumerate(nx.connected_components(hangs)) for n in nodes}
        found: dict[tuple[int, str], list[Node]] = {}
        for number, pair in enumerate(pairs):
            if inside[number]:
                for layer in ("leave", "enter"):
                    found[number, layer] = [(layer, estate[two], two[0]) for two in apart[number]]
            else:
                own = [("open", n, number if n in self.gates else -1) for n in pair]
                found[number, "leave"] = found[number, "enter"] = own
        return found


def _shorter(graph: nx.DiGraph, tail: object, head: object, seconds: float) -> None:
    if seconds < graph.get_edge_data(tail, head, {"s": float("inf")})["s"]:
        graph.add_edge(tail, head, s=seconds)
