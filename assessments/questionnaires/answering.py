"""The pages on which somebody answers, wherever they come from: signed in, or by a link of their own.

A view says who is asked and what its addresses are (`Answering`) and gives its request to one of the functions here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from flask import flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from assessments.questionnaires import forms, queries, routing, service, translations
from assessments.questionnaires.posted import Posted, read_part
from assessments.questionnaires.queries import Asked, Given, Standing
from assessments.questionnaires.questions import SHOWN, Typed, fingerprint, questions, with_faults
from assessments.questionnaires.schema import Item, Section
from assessments.questionnaires.translations import Language, Spoken
from assessments.questionnaires.written import Written
from lms.core import clock
from lms.core.access import Actor
from lms.core.errors import NotFound, Refused
from lms.core.text import clock_time
from lms.core.web import render

SAVED_AT = "answers-saved-at"
"""Kept in the person's own cookie only: no table knows when somebody answered."""
SEEN = "answers-seen"
"""Fingerprints of the written answers that this browser has saved or shown, of one wave only; in the cookie too."""
LANGUAGE = "answers-language"


@dataclass(frozen=True)
class Answering:
    """Somebody at a questionnaire.

    Attributes:
        asked: what is asked, and of whom.
        by: the practitioner; None for anybody else.
        endpoint: the endpoint of a page, with {} for its name: "questionnaires.{}".
        address: what every address of these pages holds.
        is_signed_in: whether there are other pages of theirs to go to.
        list_page: the endpoint of the page that lists what they can answer; empty where their link opens one thing only.
    """

    asked: Asked
    by: Actor | None
    endpoint: str
    address: Mapping[str, Any] = field(default_factory=dict)
    is_signed_in: bool = True
    list_page: str = "questionnaires.index"

    def to(self, page: str, **values: Any) -> str:
        """The address of one of the pages: show, part, save_part, autosave, review, finish, thanks, take_back, withdraw."""
        return url_for(self.endpoint.format(page), **self.address, **values)

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages to choose from."""
        return translations.offered(self.asked.instrument)

    @cached_property
    def spoken(self) -> Spoken:
        """The questionnaire in the language that was chosen."""
        return translations.spoken(self.asked.instrument, session.get(LANGUAGE))

    @cached_property
    def answers(self) -> dict[str, Given]:
        """What has been answered when the page is asked for."""
        return queries.own_answers(self.asked)

    @cached_property
    def route(self) -> frozenset[str]:
        """Codes of the questions that are asked, given those answers."""
        return routing.asked_codes(self.asked.instrument, self.answers)

    @cached_property
    def parts(self) -> tuple[tuple[int, Section, tuple[Item, ...]], ...]:
        """The parts that are asked, in the language that was chosen."""
        return routing.asked_sections(self.spoken.instrument, self.route)

    @property
    def answered(self) -> int:
        """How many of the questions that are asked have an answer."""
        return sum(code in self.answers for code in self.route)

    @property
    def next_part(self) -> int:
        """The first part with a question that has no answer, else the last."""
        unanswered = (
            number for number, _, items in self.parts if any(item.code not in self.answers for item in items)
        )
        return next(unanswered, self.parts[-1][0])

    def place_of(self, number: int) -> int:
        """Which of the parts that are asked a part is, from 0.

        Raises:
            NotFound: it is none of them.
        """
        numbers = [each for each, _, _ in self.parts]
        if number not in numbers:
            raise NotFound
        return numbers.index(number)


def show(at: Answering) -> ResponseReturnValue:
    """What the questionnaire is about, in which language to answer it, and where the person stands with it."""
    if request.args.get("language") in {each.code for each in at.languages}:
        session[LANGUAGE] = request.args["language"]
    return render(
        "assessments/questionnaires/show.html",
        at=at,
        asked=at.asked,
        spoken=at.spoken,
        w=at.spoken.language.words,
        standing=queries.standing_for(at.asked),
    )


def part(at: Answering, number: int) -> ResponseReturnValue:
    """One part to answer; once the wave has closed, on to where the answers can be read."""
    _section(at, number)
    if not queries.standing_for(at.asked).may_answer:
        return redirect(at.to("show"), code=303)
    if number not in [each for each, _, _ in at.parts]:
        return redirect(at.to("part", number=at.next_part), code=303)
    return _part_page(at, number)


def save_part(at: Answering, number: int) -> ResponseReturnValue:
    """Save a part and go where the person chose."""
    posted = read_part(_section(at, number), request.form)
    clashes = _clashes(at, posted)
    if posted.faults or clashes:
        return _again(at, number, posted, clashes), (409 if clashes else 422)
    try:
        service.save_answers(at.asked, posted.answers, by=at.by)
    except Refused as refusal:
        return _part_page(at, number, told=refusal.message), 422
    _note_saved(at, posted)
    return redirect(_onward(_anew(at), number, request.form.get("go", "next")), code=303)


def autosave(at: Answering, number: int) -> ResponseReturnValue:
    """Save what is there so far, and say when; what cannot be kept as it is, is told and stays on the page."""
    posted = read_part(_section(at, number), request.form)
    version = request.form.get("version", 0, type=int) + 1
    clashes = _clashes(at, posted)
    if clashes:
        _note_seen(at, clashes)
        values = {f"answer-{code}": written.text for code, written in clashes.items()}
        return jsonify(version=version, values=values), 409
    try:
        service.save_answers(at.asked, posted.answers, by=at.by)
    except Refused as refusal:
        return jsonify(message=refusal.message), 422
    told = [fault for code, fault in posted.faults.items() if code not in posted.unfinished]
    return jsonify(version=version, saved_at=_note_saved(at, posted), message=" ".join(told) or None)


def review(at: Answering) -> ResponseReturnValue:
    """Everything the person answered, to check, change or read."""
    parts = [
        {
            "number": number,
            "section": section,
            "questions": [
                each
                for each in questions(at.spoken, section, at.answers, at.route, kept=at.answers)
                if each.is_asked
            ],
        }
        for number, section, _ in at.parts
    ]
    return render(
        "assessments/questionnaires/review.html",
        form=forms.PartForm(),
        at=at,
        asked=at.asked,
        spoken=at.spoken,
        w=at.spoken.language.words,
        parts=parts,
        standing=queries.standing_for(at.asked),
        unanswered=len(at.route) - at.answered,
    )


def finish(at: Answering) -> ResponseReturnValue:
    """The person has finished."""
    service.finish(at.asked, by=at.by)
    return redirect(at.to("thanks"), code=303)


def thanks(at: Answering) -> ResponseReturnValue:
    """Thanks, and what the person can still do."""
    if queries.standing_for(at.asked) is not Standing.FINISHED:
        return redirect(at.to("show"), code=303)
    return render("assessments/questionnaires/thanks.html", at=at, asked=at.asked)


def take_back(at: Answering) -> ResponseReturnValue:
    """What taking one's answers back means, before it is done."""
    if queries.find_own_response(at.asked) is None:
        return redirect(at.to("show"), code=303)
    return render("assessments/questionnaires/take_back.html", form=forms.PartForm(), at=at, asked=at.asked)


def withdraw(at: Answering) -> ResponseReturnValue:
    """Delete the person's own answers."""
    service.withdraw(at.asked, by=at.by)
    session.pop(SAVED_AT, None)
    session.pop(SEEN, None)
    flash("Your answers are deleted. Nothing of them is kept.", "success")
    return redirect(url_for(at.list_page) if at.list_page else at.to("show"), code=303)


def _section(at: Answering, number: int) -> Section:
    if not 1 <= number <= len(at.asked.instrument.sections):
        raise NotFound
    return at.asked.instrument.sections[number - 1]


def _anew(at: Answering) -> Answering:
    """The same person, whose answers have just changed."""
    return replace(at)


def _part_page(at: Answering, number: int, *, posted: Posted | None = None, told: str = "") -> str:
    place = at.place_of(number)
    _, section, _ = at.parts[place]
    posted = posted or Posted()
    sent = {code: answer for code, answer in {**at.answers, **posted.answers}.items() if answer is not None}
    asked = with_faults(
        questions(at.spoken, section, sent, at.route, kept=at.answers), posted.faults, posted.typed
    )
    return render(
        "assessments/questionnaires/part.html",
        form=forms.PartForm(),
        at=at,
        asked=at.asked,
        spoken=at.spoken,
        w=at.spoken.language.words,
        number=number,
        place=place + 1,
        section=section,
        questions=asked,
        has_more="more" in request.args,
        saved_at=session.get(SAVED_AT) if at.answers else None,
        told=told,
    )


def _again(at: Answering, number: int, posted: Posted, clashes: Mapping[str, Written]) -> str:
    """The part with what was typed, and what needs another look: nothing is saved, and nothing that was typed is lost."""
    _note_seen(at, clashes)
    for code, kept in clashes.items():
        mine = posted.answers.pop(code)
        both = "\n\n".join(each.text for each in (kept, mine) if isinstance(each, Written) and each.text)
        posted.faults[code] = "You wrote here in two places. Both are in the box. Keep what is to stand."
        posted.typed[code] = Typed(both, may_quote=kept.may_quote, was=fingerprint(kept))
    return _part_page(at, number, posted=posted)


def _clashes(at: Answering, posted: Posted) -> dict[str, Written]:
    """Words that are kept and that this page has never seen, where it brings others: neither may be lost."""
    seen = _seen(at)
    return {
        code: kept
        for code, new in posted.answers.items()
        if isinstance(new, Written)
        and code in posted.was
        and isinstance(kept := at.answers.get(code), Written)
        and kept.text != new.text
        and fingerprint(kept) not in {posted.was[code], seen.get(code)}
    }


def _seen(at: Answering) -> dict[str, str]:
    kept = session.get(SEEN) or {}
    return dict(kept.get(at.asked.wave.ref, {}))


def _note_seen(at: Answering, written: Mapping[str, Given | None]) -> None:
    marks = {code: fingerprint(each) for code, each in written.items() if isinstance(each, Written)}
    if marks:
        session[SEEN] = {at.asked.wave.ref: {**_seen(at), **marks}}


def _note_saved(at: Answering, posted: Posted) -> str:
    _note_seen(at, posted.answers)
    session[SAVED_AT] = clock_time(clock.now())
    return str(session[SAVED_AT])


def _onward(at: Answering, number: int, go: str) -> str:
    """The address to go on to from a part that was saved."""
    numbers = [each for each, _, _ in at.parts]
    before = [each for each in numbers if each < number]
    after = [each for each in numbers if each > number]
    if go == "later":
        flash("Your answers so far are saved. Come back when it suits you.", "success")
        return at.to("show")
    if go == "back":
        return at.to("part", number=before[-1]) if before else at.to("show")
    unmet = _unmet(at, number)
    if unmet is not None:
        return at.to("part", number=number, more=1, _anchor=f"answer-{unmet}")
    if go == "review" or not after:
        return at.to("review")
    return at.to("part", number=after[0])


def _unmet(at: Answering, number: int) -> str | None:
    """The first question of a part that the answers just given bring, and that was not on the page yet."""
    shown = set(request.form.getlist(SHOWN))
    items = next((items for each, _, items in at.parts if each == number), ())
    return next(
        (
            item.code
            for item in items
            if item.asked_if is not None and item.code not in shown | at.answers.keys()
        ),
        None,
    )
