"""Questionnaires in other languages: wordings by code, read strictly, laid over the English. Pure but for reading files.

`instruments/translations/page.<language>.yaml` names a language and holds the words of the answering pages, all of them;
`<slug>.<language>.yaml` beside it holds the words of one version of a questionnaire. A code that the questionnaire does not
have is an error with its line. What is not translated is asked in English and listed by `untranslated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import Field

from assessments.questionnaires import library
from assessments.questionnaires.items import Code, Item, Slug, Strict, Text
from assessments.questionnaires.library import InstrumentFault, Place
from assessments.questionnaires.page_words import ENGLISH
from assessments.questionnaires.schema import Instrument

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
FOLDER = library.FOLDER / "translations"


class Language(Strict):
    """A language in which questionnaires can be answered.

    Attributes:
        code: as in the attribute `lang` of a page ("cy").
        name: what its speakers call it.
        direction: how it is written.
        words: the words of the answering pages, by the keys of `page_words.ENGLISH`.
    """

    code: LanguageCode
    name: Text
    direction: Literal["ltr", "rtl"] = "ltr"
    words: dict[str, Text]


class SectionWords(Strict):
    """The words of one part."""

    title: Text | None = None
    lead: Text | None = None


class ItemWords(Strict):
    """The words of one question."""

    wording: Text | None = None
    hint: Text | None = None
    options: dict[Code, Text] = Field(default_factory=dict)
    lowest_words: Text | None = None
    highest_words: Text | None = None
    unit: Text | None = None


class Translation(Strict):
    """The words of one version of a questionnaire in one language.

    Attributes:
        slug, number: which version.
        language: the code of the language.
        checked_by_native_speaker: whether somebody who grew up with the language has read it.
        title, intro: of the questionnaire.
        scales: words of the shared scales, by code of the scale and of the option.
        sections: words of the parts, by their number from 1.
        items: words of the questions, by their code.
    """

    slug: Slug
    number: int = Field(ge=1)
    language: LanguageCode
    checked_by_native_speaker: bool
    title: Text | None = None
    intro: Text | None = None
    scales: dict[Slug, dict[Code, Text]] = Field(default_factory=dict)
    sections: dict[int, SectionWords] = Field(default_factory=dict)
    items: dict[Code, ItemWords] = Field(default_factory=dict)


@dataclass(frozen=True)
class Spoken:
    """A questionnaire in the language of whoever answers.

    Attributes:
        instrument: its words in that language, English where they are missing; codes and order are the same.
        language: the language.
        english: codes of the questions whose wording is still English.
    """

    instrument: Instrument
    language: Language
    english: frozenset[str]


IN_ENGLISH = Language(code="en-GB", name="English", words=dict(ENGLISH))


@lru_cache
def languages() -> Mapping[str, Language]:
    """Every language that there are pages in, English first, by code.

    Raises:
        InstrumentFault: a file that is not as it should be, or lacks a word.
    """
    found = {IN_ENGLISH.code: IN_ENGLISH}
    for path in sorted(FOLDER.glob("page.*.yaml")):
        read = library.parse(path, Language)
        faults = list(_page_faults(read.value))
        if faults:
            raise InstrumentFault([read.fault(place, what) for place, what in faults])
        found[read.value.code] = read.value
    return found


@lru_cache
def shipped() -> tuple[Translation, ...]:
    """Every translation in the product's own folder.

    Raises:
        InstrumentFault: as `read`.
    """
    files = (path for path in sorted(FOLDER.glob("*.yaml")) if not path.name.startswith("page."))
    return tuple(read(path, library.shipped()) for path in files)


def read(path: Path, instruments: tuple[Instrument, ...]) -> Translation:
    """One translation from its file, checked against the questionnaire that it translates.

    Raises:
        InstrumentFault: anything that the schema refuses, a questionnaire, language or code that is not there; each with
            its line.
    """
    parsed = library.parse(path, Translation)
    translation = parsed.value
    instrument = next(
        (each for each in instruments if (each.slug, each.number) == (translation.slug, translation.number)),
        None,
    )
    if instrument is None:
        faults: list[tuple[Place, str]] = [
            (("number",), f"there is no {translation.slug} {translation.number}")
        ]
    else:
        faults = list(_strangers(translation, instrument))
    if translation.language not in languages():
        faults.append((("language",), f"there is no page.{translation.language}.yaml"))
    if faults:
        raise InstrumentFault([parsed.fault(place, what) for place, what in faults])
    return translation


def offered(instrument: Instrument) -> tuple[Language, ...]:
    """The languages in which a questionnaire can be answered, English first."""
    spoken = {each.language for each in shipped() if _is_of(each, instrument)}
    return tuple(
        language for code, language in languages().items() if language is IN_ENGLISH or code in spoken
    )


def spoken(instrument: Instrument, language: str | None) -> Spoken:
    """A questionnaire in a language, or in English when there is no translation into it."""
    found = next((each for each in shipped() if each.language == language and _is_of(each, instrument)), None)
    if found is None:
        return Spoken(instrument, IN_ENGLISH, frozenset())
    english = {
        item.code
        for item in instrument.items
        if item.code not in found.items or found.items[item.code].wording is None
    }
    document = _laid_over(library.to_document(instrument), found)
    return Spoken(library.from_document(document), languages()[found.language], frozenset(english))


def untranslated(translation: Translation, instrument: Instrument) -> tuple[str, ...]:
    """Where a translation has no words yet, as places in its file ("items.length.hint")."""
    missing = [name for name in ("title", "intro") if getattr(translation, name) is None]
    for scale in instrument.scales:
        known = translation.scales.get(scale.code, {})
        missing += [f"scales.{scale.code}.{each.code}" for each in scale.options if each.code not in known]
    for number, _ in enumerate(instrument.sections, 1):
        part = translation.sections.get(number, SectionWords())
        missing += [f"sections.{number}.{name}" for name in ("title", "lead") if getattr(part, name) is None]
    for item in instrument.items:
        words = translation.items.get(item.code, ItemWords())
        missing += [
            f"items.{item.code}.{name}"
            for name in ("wording", "hint", "lowest_words", "highest_words", "unit")
            if getattr(item, name) is not None and getattr(words, name) is None
        ]
        missing += [
            f"items.{item.code}.options.{each.code}"
            for each in item.options
            if each.asked and not each.declines and each.code not in words.options
        ]
    return tuple(missing)


def report() -> tuple[str, ...]:
    """What can be said of every shipped questionnaire: its languages, what is untranslated, and who has read it.

    Raises:
        InstrumentFault: as `read`.
    """
    lines: list[str] = []
    for instrument in library.shipped():
        lines.append(f"{instrument.slug} {instrument.number}: {len(instrument.items)} questions")
        for each in (each for each in shipped() if _is_of(each, instrument)):
            missing = untranslated(each, instrument)
            state = f"{len(missing)} missing, asked in English" if missing else "complete"
            checked = "" if each.checked_by_native_speaker else "; no native speaker has checked it yet"
            lines.append(f"  {languages()[each.language].name}: {state}{checked}")
            lines += [f"    {place}" for place in missing]
    return tuple(lines)


def _is_of(translation: Translation, instrument: Instrument) -> bool:
    return (translation.slug, translation.number) == (instrument.slug, instrument.number)


def _page_faults(language: Language) -> Iterator[tuple[Place, str]]:
    for key in sorted(set(language.words) - set(ENGLISH)):
        yield ("words", key), f"the pages have no words {key!r}"
    for key in sorted(set(ENGLISH) - set(language.words)):
        yield ("words",), f"the words {key!r} are missing: {ENGLISH[key]}"
    for key in sorted(set(ENGLISH) & set(language.words)):
        wanted = _gaps(ENGLISH[key])
        if _gaps(language.words[key]) != wanted:
            yield ("words", key), f"must have the gaps {', '.join(sorted(wanted)) or '(none)'}"


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _strangers(translation: Translation, instrument: Instrument) -> Iterator[tuple[Place, str]]:
    """Every code of a translation that its questionnaire does not have, with its place in the file."""
    scales = {scale.code: {option.code for option in scale.options} for scale in instrument.scales}
    for scale, options in translation.scales.items():
        if scale not in scales:
            yield ("scales", scale), f"there is no scale {scale}"
        for code in sorted(set(options) - scales.get(scale, set(options))):
            yield ("scales", scale, code), f"the scale {scale} has no {code}"
    for number in translation.sections:
        if not 1 <= number <= len(instrument.sections):
            yield ("sections", number), f"there is no part {number}"
    for code, words in translation.items.items():
        if code in instrument.by_code:
            yield from _strange_words(words, instrument.by_code[code])
        else:
            yield ("items", code), f"there is no question {code}"


def _strange_words(words: ItemWords, item: Item) -> Iterator[tuple[Place, str]]:
    for option in sorted(set(words.options) - {option.code for option in item.options}):
        yield ("items", item.code, "options", option), f"{item.code} has no answer {option}"
    for name in ("hint", "lowest_words", "highest_words", "unit"):
        if getattr(words, name) is not None and getattr(item, name) is None:
            yield ("items", item.code, name), f"{item.code} has no {name} in English"


def _laid_over(document: dict[str, Any], translation: Translation) -> dict[str, Any]:
    """The document of an instrument with the words of a translation in place of the English."""
    words = translation.model_dump(exclude_none=True)
    for name in ("title", "intro"):
        document[name] = words.get(name, document[name])
    for scale in document.get("scales", ()):
        _name(scale["options"], words["scales"].get(scale["code"], {}))
    for number, section in enumerate(document["sections"], 1):
        section.update(words["sections"].get(number, {}))
        for item in section["items"]:
            own = words["items"].get(item["code"], {})
            _name(item.get("options", ()), own.pop("options", {}))
            item.update(own)
    return document


def _name(options: list[dict[str, Any]] | tuple[()], labels: Mapping[str, str]) -> None:
    for option in options:
        option["label"] = labels.get(option["code"], option["label"])
