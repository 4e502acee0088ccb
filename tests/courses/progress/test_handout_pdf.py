"""A module's handout on paper, read back by somebody else's library."""

import io
import itertools
import re
from datetime import UTC, datetime

import pikepdf
import pypdf
import pytest

from courses.content import loader
from courses.progress.handout_pdf import Handout, as_pdf, find_handout
from lms.core.scripts import Undrawable
from lms.people.roles import Role
from tests.factories import learning
from tests.factories.people import make_user

AT = datetime(2026, 5, 25, 9, 30, tzinfo=UTC)
POINTS_LARGE = 16


@pytest.fixture(scope="module")
def course():
    return loader.load(loader.LIBRARY / "families-going-forward").document


@pytest.fixture
def handout(course):
    def made(module_id="convey-and-coach", *, is_large=False, markdown=None):
        found = find_handout(course, module_id, provider="Aire Valley", at=AT, is_large=is_large)
        assert found is not None
        text = found.markdown if markdown is None else markdown
        return Handout(found.course, found.module, text, found.provider, found.made_at, is_large)

    return made


def read(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def sizes_in(pdf):
    """Every size of type in a document, in points, with the fonts it is set in."""
    found = set()

    def note(text, _page_matrix, _text_matrix, font, size):
        if text.strip():
            found.add((round(size, 1), str(font["/BaseFont"]).partition("+")[2] if font else ""))

    for page in read(pdf).pages:
        page.extract_text(visitor_text=note)
    return found


def branches(pdf):
    """The structure as nested lists of names."""

    def walk(element):
        element = element.get_object()
        inner = element.get("/K", [])
        children = inner if isinstance(inner, list) else []
        return [element["/S"], *(walk(child) for child in children)]

    return walk(read(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"][0])


@pytest.mark.parametrize("is_large", [False, True])
def test_all_the_words_stand_in_the_order_of_the_page(handout, is_large):
    said = text_of(as_pdf(handout(is_large=is_large)))
    wanted = [
        "Convey and coach", "Handout. Module 7: Families Going Forward", "Good information",
        "True today. Fits what they chose. They can picture it: the door", "How they get there", "What you do", "When",
        "And then", "Signpost", "They can, and want to", "Ask how it went", "Go along",
        "1. who it is, and what they do", "5. that no is fine", "A warm handover", "• Be there when they hear it.",
        "Who would miss it most if I stopped?", "A child not seen and a worry, or it feels wrong? The lead, today",
    ]  # fmt: skip
    places = [said.find(words) for words in wanted]
    assert -1 not in places, wanted[places.index(-1)]
    assert places == sorted(places)


def test_the_document_names_itself_and_says_who_made_it(handout):
    about = read(as_pdf(handout(is_large=True))).metadata
    assert about.title == "Handout: Convey and coach: good help, and standing beside (large print)"
    assert about.author == "Aire Valley"
    assert about.subject == "Module 7: Families Going Forward"


@pytest.mark.parametrize("module", ["clarify-and-construct", "convey-and-coach", "community-and-partners"])
def test_print_takes_two_sides_of_a4_at_most(handout, module):
    pdf = as_pdf(handout(module))
    assert len(read(pdf).pages) <= 2
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in read(pdf).pages} == {(595, 842)}


def test_large_print_has_nothing_under_16_points_no_serif_and_no_italics(handout):
    found = sizes_in(as_pdf(handout(is_large=True)))
    assert min(size for size, _ in found) >= POINTS_LARGE
    assert (18.0, "SourceSans3-Regular") in found
    assert {font for _, font in found} == {"SourceSans3-Regular", "SourceSans3-Bold"}
    assert (11.5, "Literata-Italic") in sizes_in(as_pdf(handout()))


def test_lines_of_large_print_begin_at_the_left_and_stand_apart(handout):
    lines = {}

    def note(text, _page_matrix, text_matrix, _font, size):
        if text.strip() and round(size) == 18:
            lines.setdefault(round(text_matrix[5], 1), round(text_matrix[4], 1))

    markdown = "One plain paragraph. " * 30
    read(as_pdf(handout(is_large=True, markdown=markdown))).pages[0].extract_text(visitor_text=note)
    heights = sorted(lines, reverse=True)[1:]
    assert set(lines.values()) == {56.7}
    assert {round(a - b, 1) for a, b in itertools.pairwise(heights)} == {26.1}


def test_lists_tables_and_headings_are_tagged_as_such(handout):
    markdown = "## Two\n\nWords:\n\n1. one\n2. two\n   - in two\n\n| Who | When |\n| --- | --- |\n| A | B |\n\n> “Yes.”\n"
    assert branches(as_pdf(handout(markdown=markdown))) == [
        "/Document", ["/H1"], ["/P"], ["/H2"], ["/P"],
        ["/L", ["/LI", ["/Lbl"], ["/LBody", ["/P"]]],
               ["/LI", ["/Lbl"], ["/LBody", ["/P"], ["/L", ["/LI", ["/Lbl"], ["/LBody", ["/P"]]]]]]],
        ["/Table", ["/TR", ["/TH"], ["/TH"]], ["/TR", ["/TD"], ["/TD"]]],
        ["/BlockQuote", ["/P"]],
    ]  # fmt: skip


def test_a_list_that_goes_over_the_page_stays_one_list(handout):
    pdf = as_pdf(handout(markdown="\n".join(f"- Line {number}" for number in range(90))))
    assert len(read(pdf).pages) == 3
    _, _, _, *lists = branches(pdf)
    assert [(each[0], len(each) - 1) for each in lists] == [("/L", 90)]


def test_every_mark_of_every_page_leads_to_its_place_in_the_structure(handout):
    with pikepdf.open(io.BytesIO(as_pdf(handout(is_large=True)))) as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        found = {int(numbers[n]): list(numbers[n + 1]) for n in range(0, len(numbers), 2)}
        assert list(found) == list(range(len(pdf.pages)))
        for place, page in enumerate(pdf.pages):
            drawn = b"".join(part.read_bytes() for part in page.Contents)
            marks = [int(mark) for mark in re.findall(rb"<</MCID (\d+)>>", drawn)]
            assert marks == list(range(len(found[place])))
            for mark, element in zip(marks, found[place], strict=True):
                assert int(element.K) == mark
                assert element.Pg.objgen == page.obj.objgen
                assert f"/{str(element.S).strip('/')} <</MCID {mark}>>".encode() in drawn


def test_a_heading_is_never_the_last_thing_on_a_page(handout):
    for lines in range(30, 50):
        markdown = "\n\n".join(["Line."] * lines) + "\n\n## The next thing\n\nFollows.\n\n" + "More.\n\n" * 9
        for page in read(as_pdf(handout(markdown=markdown))).pages:
            body = page.extract_text().strip().split("\n")
            assert body[-1] != "The next thing"
            assert not body[-1].startswith("Families Going Forward. Page") or body[-2] != "The next thing"


def test_a_long_word_is_broken_and_a_table_too_wide_is_set_row_by_row(handout):
    address = "https://example.org/" + "a" * 120
    said = text_of(as_pdf(handout(is_large=True, markdown=f"See [the list]({address}).")))
    assert address in said.replace(" ", "")
    wide = "| Multidisciplinary | Safeguarding | Responsibilities | Proportionate |\n| - | - | - | - |\n| a | b | c | d |\n"
    assert "Multidisciplinary: a Safeguarding: b Responsibilities: c Proportionate: d" in text_of(
        as_pdf(handout(is_large=True, markdown=wide))
    )


def test_letters_that_nobody_can_print_are_named(handout):
    with pytest.raises(Undrawable) as caught:
        as_pdf(handout(markdown="Smile 🙂 here."))
    assert caught.value.letters == "🙂"


def test_the_same_words_give_the_same_bytes(handout):
    assert as_pdf(handout(is_large=True)) == as_pdf(handout(is_large=True))


# ---- on the pages


def test_a_practitioner_fetches_both_from_the_module(client):
    document = learning.course_document(to_come=("contract",))
    learner = learning.make_learner(learning.make_cohort(document=document))
    client.sign_in(learner.user)
    page = client.see("progress.module", module_id="convey-and-coach")
    address = "/my-course/modules/convey-and-coach/handout.pdf"
    assert {address, f"{address}?print=large"} <= set(page.links())
    assert {address, f"{address}?print=large"} <= set(
        client.see("progress.handout", module_id="convey-and-coach").links()
    )
    plain = client.see("progress.handout_pdf_own", module_id="convey-and-coach").response
    large = client.see("progress.handout_pdf_own", module_id="convey-and-coach", print="large").response
    assert plain.mimetype == large.mimetype == "application/pdf"
    assert 'filename="convey-and-coach-handout.pdf"' in plain.headers["Content-Disposition"]
    assert 'filename="convey-and-coach-handout-large-print.pdf"' in large.headers["Content-Disposition"]
    assert len(read(large.get_data()).pages) > len(read(plain.get_data()).pages)
    client.see("progress.handout_pdf_own", module_id="contract", status=404)
    client.see("progress.handout_pdf_own", module_id="no-such", status=404)


def test_a_facilitator_fetches_both_from_the_plan_and_a_strangers_are_not_found(client):
    cohort = learning.make_cohort()
    client.sign_in(learning.facilitator_of(cohort))
    where = {"cohort_ref": cohort.ref, "module_id": "convey-and-coach"}
    address = f"/cohorts/{cohort.ref}/session-plans/convey-and-coach/handout.pdf"
    assert {address, f"{address}?print=large"} <= set(client.see("progress.session_plan", **where).links())
    pdf = client.see("progress.handout_pdf_to_print", **where).response.get_data()
    assert read(pdf).metadata.author == cohort.provider.name
    client.sign_in(make_user(Role.FACILITATOR))
    client.see("progress.handout_pdf_to_print", status=404, **where)
