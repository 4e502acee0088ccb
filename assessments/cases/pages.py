"""What the pages of one case show: to its practitioner, and to those who answer."""

from __future__ import annotations

from typing import Any

from assessments.cases import answering, opening, parts, queries, words
from assessments.cases.forms import AnswerForm, FurtherForm, PersonForm, WordsForm
from assessments.cases.models import Case, CaseStep
from assessments.cases.standing import WRONGS, Phase, Stage, Standing, StepKind
from lms.core import clock
from lms.core.access import current_actor
from lms.core.forms import BaseForm
from lms.core.text import day_year
from lms.core.web import render
from lms.people.roles import Role

ICONS = {
    StepKind.OPENED: "envelope-open",
    StepKind.PUT: "chat-left-text",
    StepKind.RESPONDED: "chat-left-dots",
    StepKind.LAPSED: "hourglass-bottom",
    StepKind.NAMED: "person-check",
    StepKind.ANSWERED: "reply",
    StepKind.TAKEN_FURTHER: "arrow-up-right",
    StepKind.TOLD: "bank",
    StepKind.WITHDRAWN: "arrow-counterclockwise",
    StepKind.CLOSED: "check-lg",
}


def _story(steps: list[CaseStep], *, unnamed: bool, me: int) -> list[dict[str, Any]]:
    """What happened, newest first, as the timeline draws it.

    Whoever something is alleged of reads what was put to them, not who raised it or looked into it.
    """
    return [
        {
            "state": "done",
            "icon": ICONS[one.kind],
            "strong": words.step_words(one.kind, one.stage, one.outcome, _person_of(one, unnamed=unnamed))
            + ".",
            "text": one.words,
            "when": f"{one.by.name if one.by_id == me or not unnamed else 'The training provider'}, {day_year(one.created_at)}",
        }
        for one in reversed(steps)
    ]


def _person_of(step: CaseStep, *, unnamed: bool) -> str:
    if step.person is None:
        return ""
    return "Somebody" if unnamed else step.person.name


def _common(case: Case) -> tuple[Standing, list[CaseStep], dict[str, Any]]:
    steps = queries.steps_of(case.id)
    standing = queries.standing_of(case, steps)
    due = queries.due_on(standing, steps)
    me = current_actor().id
    asked = case.about or case
    is_told_unnamed = asked.kind in WRONGS and asked.against_id == me
    is_asker = case.opened_by_id == me
    is_wrong = case.kind in WRONGS
    is_late = due is not None and due < clock.today()
    appeal = queries.appeal_against(case.id)
    return (
        standing,
        steps,
        {
            "case": case,
            "title": words.title(case.kind, case.criterion),
            "outcomes": words.OUTCOMES,
            "standing": standing,
            "due_on": due,
            "is_late": is_late,
            "asked": asked,
            "is_asker": is_asker,
            "now": words.now_words(standing, due),
            "story": _story(steps, unnamed=is_told_unnamed, me=me),
            "about_story": _story(queries.steps_of(asked.id), unnamed=is_told_unnamed, me=me)
            if case.about
            else [],
            "answer": next((one for one in reversed(steps) if one.kind is StepKind.ANSWERED), None),
            "is_told_unnamed": is_told_unnamed,
            "adjustment": queries.adjustment_of(asked.id),
            "appeal": appeal,
            "is_wrong": is_wrong,
            "can_respond": standing.phase is Phase.RESPONSE and case.against_id == me,
            "can_go_further": answering.why_not_further(case, steps, me) is None,
            "can_accept": answering.why_not_accept(case, steps, me) is None,
            "can_withdraw": is_asker and not is_wrong and standing.phase is Phase.ANSWER,
            "can_appeal": opening.why_not_appeal(case, steps, me) is None,
        },
    )


def own(case: Case, form: BaseForm | None = None, act: str = "") -> str:
    """The practitioner's page of a case. `form` is what they sent and could not be taken, for the act it was sent for."""
    _, _, shown = _common(case)
    return render(
        "assessments/cases/own.html",
        **shown,
        form=form,
        act=act,
        respond_form=form if act == "respond" else WordsForm(formdata=None),
        further_form=form if act == "further" else FurtherForm(formdata=None),
        appeal_form=form if act == "appeal" else WordsForm(formdata=None),
        need=queries.need_of(case.id) if shown["is_asker"] else None,
    )


def staff(case: Case, form: BaseForm | None = None, act: str = "") -> str:
    """The page of a case for whoever answers or manages it."""
    standing, steps, shown = _common(case)
    me = current_actor()
    roles = queries.roles_of(me.id)
    provider_id = case.enrolment.cohort.provider_id
    manages = provider_id in roles[Role.PROVIDER_ADMINISTRATOR] and not parts.is_of(case, me.id)
    can_name = manages and standing.needs_a_name
    why_not = parts.why_not_answer(case, standing, me.id)
    return render(
        "assessments/cases/show.html",
        **shown,
        form=form,
        act=act,
        why_not=why_not if standing.phase is Phase.ANSWER else None,
        answer_form=form if act == "answer" else AnswerForm(formdata=None, kind=case.kind),
        further_form=_apart(form if act == "further" and form else FurtherForm(formdata=None), "further"),
        tell_form=_apart(form if act == "tell" and form else WordsForm(formdata=None), "tell"),
        words_form=form if act in {"put", "respond", "appeal"} else WordsForm(formdata=None),
        person_form=form
        if act == "name"
        else PersonForm(formdata=None, people=parts.independent(case, standing, steps) if can_name else ()),
        can_answer=why_not is None,
        can_put=manages and standing.phase is Phase.TO_PUT,
        can_lapse=manages and standing.phase is Phase.RESPONSE and shown["is_late"],
        can_name=can_name,
        can_tell=manages
        and standing.is_open
        and not standing.is_told
        and (shown["is_wrong"] or standing.stage is Stage.AWARDING_BODY),
        can_hold=manages and answering.why_not_hold(case) is None,
        can_close=manages
        and standing.phase is Phase.ANSWERED
        and (shown["is_late"] or shown["due_on"] is None)
        and not queries.is_under_appeal(case.id),
        has_need=queries.need_of(case.id) is not None and manages,
        affected=queries.affected(case.id),
        can_look_again=provider_id in roles[Role.IQA],
        me=me.id,
    )


def _apart(form: BaseForm, act: str) -> BaseForm:
    """A form whose boxes have ids of their own, for it stands on a page with another of the same names."""
    for box in form:
        box.id = f"{act}-{box.id}"
    return form
