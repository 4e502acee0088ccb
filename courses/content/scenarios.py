"""A scenario as an author writes it: a moment from practice that may branch. Pure."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from courses.content.description import ActivityBase, Description, Identifier, Line, Prose

VERDICTS: dict[str, str] = {
    "strong": "A good way in",
    "partly": "Part of the way",
    "think-again": "Think again",
}
"""How well a choice fits, as people read it."""


class Choice(Description):
    """One thing a practitioner might do in a scenario."""

    id: Identifier
    """Unique in its scene."""
    text: Line
    """What you would do, in the first person."""
    fit: Literal["strong", "partly", "think-again"]
    """How well it fits: strong, partly, or think-again. Shown in words beside the feedback."""
    feedback: Prose
    """What would probably happen, and why. Kind, practical, and never only "wrong"."""
    leads_to: Identifier | None = None
    """Id of the scene that follows this choice; without it the scenario ends here."""

    @property
    def verdict(self) -> str:
        """How well it fits, in words."""
        return VERDICTS[self.fit]


Choices = Annotated[tuple[Choice, ...], Field(min_length=2, max_length=6)]


class Scene(Description):
    """What happens next in a scenario, after a choice that leads here."""

    id: Identifier
    """Unique in the scenario; named by the `leads_to` of a choice that comes before it."""
    situation: Prose
    """What is happening now, in Markdown."""
    question: Line
    """What the practitioner is asked to decide."""
    choices: Choices
    """Two to six things to do."""


class Scenario(ActivityBase):
    """A moment from practice with several things one might do. Families are codes, such as Family A."""

    kind: Literal["scenario"]
    """Always `scenario`."""
    situation: Prose
    """What is happening, in Markdown."""
    question: Line
    """What the practitioner is asked to decide."""
    choices: Choices
    """Two to six things to do. At least one is strong."""
    scenes: tuple[Scene, ...] = ()
    """What follows, scene by scene, for a scenario that branches; in an order in which none leads back."""
    learning: Prose
    """What to take from it whichever way was gone, in Markdown."""
    discuss: tuple[Line, ...] = ()
    """Questions to talk over with a colleague or in the session."""
    source: Line | None = None
    """Where the facts come from, for a scenario drawn from a published study."""

    @property
    def first(self) -> Scene:
        """The opening, as a scene like the others; its id is empty, so no choice can lead back to it."""
        return Scene.model_construct(
            id="", situation=self.situation, question=self.question, choices=self.choices
        )

    @property
    def all_scenes(self) -> tuple[Scene, ...]:
        """The opening and every scene that may follow."""
        return (self.first, *self.scenes)

    @model_validator(mode="after")
    def _choices_are_fair(self) -> Self:
        if not any(choice.fit == "strong" for choice in self.choices):
            raise ValueError("no choice has the fit 'strong': a scenario needs at least one good way to act")
        for scene in self.all_scenes:
            if len({choice.id for choice in scene.choices}) < len(scene.choices):
                raise ValueError("two choices have the same id")
        return self

    @model_validator(mode="after")
    def _scenes_go_forward(self) -> Self:
        later = [scene.id for scene in self.scenes]
        if len(set(later)) < len(later):
            raise ValueError("two scenes have the same id")
        reached: set[str] = set()
        for place, scene in enumerate(self.all_scenes):
            for choice in scene.choices:
                if choice.leads_to is not None and choice.leads_to not in later[place:]:
                    raise ValueError(
                        f"the choice '{choice.id}' leads to '{choice.leads_to}', which is not a scene after its own"
                    )
                reached.add(choice.leads_to or "")
        for name in later:
            if name not in reached:
                raise ValueError(f"no choice leads to the scene '{name}'")
        return self
