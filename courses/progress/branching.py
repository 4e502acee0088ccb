"""The way somebody went through a scenario, from what they chose. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from courses.content.scenarios import Choice, Scenario, Scene


@dataclass(frozen=True, slots=True)
class Stretch:
    """One scene on the way, and what was chosen in it; None where nothing is chosen yet, which is the last."""

    scene: Scene
    chosen: Choice | None

    @property
    def others(self) -> tuple[Choice, ...]:
        """What might have been chosen instead."""
        return tuple(choice for choice in self.scene.choices if choice != self.chosen)


def field_name(scene_id: str) -> str:
    """The form field of a scene's question; the opening has no id."""
    return f"choice_{scene_id.replace('-', '_')}" if scene_id else "choice"


def way_through(scenario: Scenario, values: Mapping[str, object]) -> tuple[Stretch, ...]:
    """The scenes gone through, in order, up to the end or to the first question without an answer.

    Args:
        scenario: the scenario.
        values: choice ids by the names of `field_name`; what belongs to scenes off the way is passed over.
    """
    scenes = {scene.id: scene for scene in scenario.all_scenes}
    stretches: list[Stretch] = []
    following: str | None = ""
    while following is not None:
        scene = scenes[following]
        given = values.get(field_name(scene.id))
        chosen = next((choice for choice in scene.choices if choice.id == given), None)
        stretches.append(Stretch(scene, chosen))
        following = chosen.leads_to if chosen else None
    return tuple(stretches)


def is_at_its_end(way: tuple[Stretch, ...]) -> bool:
    """Whether nothing is left to choose."""
    return way[-1].chosen is not None
