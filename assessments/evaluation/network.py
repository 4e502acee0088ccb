"""Which hidden cells can be worked back from sums, and which more must be hidden so that none can.

Pure. A table with its totals is a network: each sum that is known is a node, each cell that occurs in two sums is an
edge. A hidden cell can be worked back exactly when no round trip through other hidden cells passes along it, for
only along a round trip can something be added to one cell and taken from the next without changing any sum. Source:
D. Gusfield, "A graph theoretic approach to statistical data security", SIAM Journal on Computing 17 (1988); the
cheapest round trip is sought as in the shortest-path heuristics of the tau-Argus handbook.

Cells that hold nobody cannot lend anything, so only hidden cells with members carry a round trip.
"""

import heapq
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import inf

Node = Hashable


@dataclass
class Edge:
    """A cell between the two sums that it belongs to.

    Attributes:
        ends: The two sums.
        value: How many people the cell holds.
        hidden: Whether its value is kept back.
        fixed: Shown elsewhere or known by other means, so that hiding it here would protect nothing.
        cost: What is lost by hiding it.
        guarded: Whether it must not be worked back; people who stand in no table need no guard.
    """

    ends: tuple[Node, Node]
    value: int
    hidden: bool
    fixed: bool = False
    cost: float = 1.0
    guarded: bool = True


class Network:
    """The cells of one table and those it is linked with."""

    def __init__(self) -> None:
        self.edges: list[Edge] = []
        self._at: dict[Node, list[int]] = {}

    def add(self, edge: Edge) -> int:
        """Add a cell and return its number."""
        number = len(self.edges)
        self.edges.append(edge)
        for node in edge.ends:
            self._at.setdefault(node, []).append(number)
        return number

    def protect(self) -> list[int]:
        """Hide further cells until no hidden cell lies on no round trip.

        Returns:
            The numbers of the cells that cannot be protected by hiding cells of this network.
        """
        given_up: set[int] = set()
        changed = True
        while changed:
            changed = False
            for number, edge in enumerate(self.edges):
                if not (edge.hidden and edge.guarded) or number in given_up or self.is_safe(number):
                    continue
                path = self._path(number, hide_more=True)
                if path is None:
                    given_up.add(number)
                else:
                    for step in path:
                        self.edges[step].hidden = True
                    changed = True
        return sorted(given_up)

    def is_safe(self, number: int) -> bool:
        """Whether a hidden cell lies on a round trip through hidden cells."""
        return self._path(number, hide_more=False) is not None

    def _path(self, number: int, *, hide_more: bool) -> list[int] | None:
        """The cheapest way from one end of a cell to the other that does not use the cell itself."""
        start, goal = self.edges[number].ends
        best: dict[Node, float] = {start: 0.0}
        came: dict[Node, tuple[Node, int]] = {}
        queue: list[tuple[float, int, Node]] = [(0.0, 0, start)]
        pushed = 0
        while queue:
            cost, _, node = heapq.heappop(queue)
            if node == goal:
                return list(self._walk(came, start, goal))
            if cost > best[node]:
                continue
            for step in self._at[node]:
                edge = self.edges[step]
                if step == number or edge.value <= 0:
                    continue
                price = 0.0 if edge.hidden else (edge.cost if hide_more and not edge.fixed else inf)
                further = edge.ends[1] if edge.ends[0] == node else edge.ends[0]
                if cost + price < best.get(further, inf):
                    best[further] = cost + price
                    came[further] = (node, step)
                    pushed += 1
                    heapq.heappush(queue, (cost + price, pushed, further))
        return None

    @staticmethod
    def _walk(came: dict[Node, tuple[Node, int]], start: Node, goal: Node) -> Iterator[int]:
        node = goal
        while node != start:
            node, step = came[node]
            yield step
