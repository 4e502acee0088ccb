"""Which hidden cells can be worked back from sums, and which more must be hidden so that none can.

Pure. A table with its totals is a network: each sum that is known is a node, each cell that occurs in two sums is an
edge, and people flow along it from one to the other. A hidden cell can be worked back exactly when no round trip through
other hidden cells passes along it, for only along a round trip can something be added to one cell and taken from the next
without changing any sum. Source: D. Gusfield, "A graph theoretic approach to statistical data security", SIAM Journal on
Computing 17 (1988); the cheapest round trip is sought as in the shortest-path heuristics of the tau-Argus handbook.

Nor may a cell be narrowed to fewer numbers than the rule itself leaves: whoever knows that a hidden count is small, 1 to 4,
must not learn from the sums that it is not, say, 4. So round trips must carry enough, upwards and downwards, where a cell
lends at most the people in it. Source: J. P. Kelly, B. L. Golden and A. A. Assad, "Cell suppression: disclosure protection
for sensitive tabular data", Networks 22 (1992), whose protection levels up and down these are; L. H. Cox, "Suppression
methodology and statistical disclosure control", JASA 75 (1980), for the feasibility interval of a cell.

Cells that hold nobody cannot lend anything; only hidden cells with members keep a cell from being worked back.
"""

import heapq
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

Node = Hashable


@dataclass
class Edge:
    """A cell between the two sums that it belongs to.

    Attributes:
        ends: The two sums, in the direction in which people flow: of those flowing into a sum and those flowing out of it
            the difference is known.
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
    """The cells of one table and those it is linked with.

    Attributes:
        least, most: The small counts: a hidden one must be able to be any of them.
    """

    def __init__(self, least: int = 1, most: int = 0) -> None:
        self.least, self.most = least, most
        self.edges: list[Edge] = []
        self._at: dict[Node, list[int]] = {}
        self._narrow: set[int] = set()

    def add(self, edge: Edge) -> int:
        """Add a cell and return its number."""
        number = len(self.edges)
        self.edges.append(edge)
        for node in edge.ends:
            self._at.setdefault(node, []).append(number)
        return number

    def protect(self) -> list[int]:
        """Hide further cells until no hidden cell lies on no round trip, and none that is small is narrowed.

        Returns:
            The numbers of the cells that cannot be protected by hiding cells of this network.
        """
        given_up: set[int] = set()
        settled: set[int] = set()
        while waiting := [
            number
            for number, edge in enumerate(self.edges)
            if edge.hidden and edge.guarded and number not in settled
        ]:
            for number in waiting:
                # whatever is hidden later only opens more ways, so no cell needs to be looked at twice
                settled.add(number)
                path = self._path(number, hide_more=True)
                if path is None:
                    given_up.add(number)
                    continue
                widening = self._widening(number)
                if widening is None:
                    self._narrow.add(number)
                self._hide([*path, *(widening or ())])
        return sorted(given_up)

    def _hide(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.edges[number].hidden = True

    def narrowed(self) -> list[int]:
        """The numbers of the small hidden cells that `protect` could not keep from being narrowed."""
        return sorted(self._narrow)

    def _widening(self, number: int) -> set[int] | None:
        """Cells to hide so that a small cell can be any small number; None where that cannot be had."""
        edge = self.edges[number]
        if not self.least <= edge.value <= self.most:
            return set()
        up = self._carrying(number, self.most - edge.value, back=True)
        down = self._carrying(number, edge.value - self.least, back=False)
        return None if up is None or down is None else up | down

    def _carrying(self, number: int, wanted: int, *, back: bool) -> set[int] | None:
        """The cheapest cells that carry so many people from one end of a cell to the other without it, or back."""
        start, goal = self.edges[number].ends[:: -1 if back else 1]
        moved: dict[int, int] = {}
        while wanted > 0:
            found = self._carrying_path(number, start, goal, moved)
            if found is None:
                return None
            room = min(
                [wanted, *(self.edges[step].value + moved.get(step, 0) for step, sign in found if sign < 0)]
            )
            for step, sign in found:
                moved[step] = moved.get(step, 0) + sign * room
            wanted -= room
        return set(moved)

    def _carrying_path(
        self, number: int, start: Node, goal: Node, moved: Mapping[int, int]
    ) -> list[tuple[int, int]] | None:
        """Cells on the way, with 1 where people are added to a cell and -1 where they are taken from it."""
        best: dict[Node, float] = {start: 0.0}
        came: dict[Node, tuple[Node, int, int]] = {}
        queue: list[tuple[float, int, Node]] = [(0.0, 0, start)]
        pushed = 0
        while queue:
            cost, _, node = heapq.heappop(queue)
            if node == goal:
                break
            if cost > best[node]:
                continue
            for step in self._at[node]:
                edge = self.edges[step]
                sign = 1 if edge.ends[0] == node else -1
                is_open = edge.hidden or step in moved
                if step == number or (edge.fixed and not is_open):
                    continue
                if sign < 0 and edge.value + moved.get(step, 0) <= 0:
                    continue
                further, price = edge.ends[1 if sign > 0 else 0], cost + (0.0 if is_open else edge.cost)
                if price < best.get(further, inf):
                    best[further] = price
                    came[further] = (node, step, sign)
                    pushed += 1
                    heapq.heappush(queue, (price, pushed, further))
        if goal not in came:
            return None
        way, node = [], goal
        while node != start:
            node, step, sign = came[node]
            way.append((step, sign))
        return way

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
