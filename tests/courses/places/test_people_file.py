"""Learners' files: twenty and more ways to get a row wrong, each with its own words."""

import io
import unicodedata
from datetime import date

import openpyxl
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from courses.places.people_file import LAYOUT, Learner, read_people, tidy_name, why_not_email

HEAD = "Name,Email,Setting,Employer,Seeks accreditation,Shares progress with employer,Enrolled on\n"
GOOD = "Fatima Zahra Benali,fatima@leeds.example,St Aidan’s,Leeds City Council,yes,yes,09/03/2026\n"


def read(text, filename="learners.csv"):
    return read_people(text.encode(), filename=filename)


def faults(text):
    return [str(fault) for fault in read(text).faults]


def row(**changes):
    cells = {
        "name": "Bo Ek",
        "email": "bo@leeds.example",
        "setting": "",
        "employer": "",
        "seeks": "no",
        "shares": "no",
        "on": "",
    }
    return ",".join((cells | changes).values()) + "\n"


def test_a_good_row_becomes_a_learner():
    file = read(HEAD + GOOD)
    assert file.faults == ()
    assert file.learners == (
        Learner(
            row=2,
            name="Fatima Zahra Benali",
            email="fatima@leeds.example",
            setting="St Aidan’s",
            employer="Leeds City Council",
            seeks_accreditation=True,
            shares_progress=True,
            enrolled_on=date(2026, 3, 9),
        ),
    )


def test_only_three_columns_are_needed_and_consent_is_never_assumed():
    file = read("Full name;E-mail address;Accreditation\nBo Ek;BO@Leeds.Example;Y\n")
    assert file.faults == ()
    assert file.learners == (
        Learner(row=2, name="Bo Ek", email="bo@leeds.example", seeks_accreditation=True),
    )


@pytest.mark.parametrize(
    "name",
    [
        "தமிழ்ச்செல்வி",
        "Đặng Thùy Linh",
        "فاطمة الزهراء",
        "Ṣadé Adéyẹmí",
        "Owain Llŷr Davies",
        "李小龙",
        "Nuʻu",
        "O’Brien-Núñez",
        "Xi",
    ],
)
def test_names_in_any_script_are_kept_letter_for_letter(name):
    file = read(HEAD + row(name=unicodedata.normalize("NFD", name)))
    assert [learner.name for learner in file.learners] == [unicodedata.normalize("NFC", name)]


def test_marks_that_turn_the_text_are_dropped_and_joiners_that_shape_letters_stay():
    assert tidy_name("\u202bفاطمة\u202c  الزهراء\u200f") == "فاطمة الزهراء"
    assert tidy_name("می\u200cخواهم") == "می\u200cخواهم"


BAD_ROWS = [
    (row(name=""), "the name is empty. Write it as it should stand on the certificate."),
    (row(name="12345"), "“12345” is not a name. Write one person's name, in any script."),
    (row(name='"Ann\nMarie"'), "“Ann Marie” is not a name. Write one person's name, in any script."),
    (
        row(name="A" * 121),
        "the name has 121 letters, and 120 fit on a certificate. Write the name the person goes by.",
    ),
    (row(email=""), "the email is empty. Write the person's own work address, such as sade@example.org."),
    (
        row(email="bo.leeds.example"),
        "“bo.leeds.example” is not an email address. Write the person's own work address, such as sade@example.org.",
    ),
    (
        row(email="bo@leeds"),
        "“bo@leeds” is not an email address. Write the person's own work address, such as sade@example.org.",
    ),
    (
        row(email="bo..ek@leeds.example"),
        "“bo..ek@leeds.example” is not an email address. Write the person's own work address, such as sade@example.org.",
    ),
    (
        row(email="a@b.example c@d.example"),
        "“a@b.example c@d.example” is not one email address. Write the person's own work address, such as sade@example.org.",
    ),
    (row(seeks=""), "“Seeks accreditation” is empty. Write yes or no."),
    (row(seeks="maybe"), "“maybe” under “Seeks accreditation” is neither yes nor no. Write yes or no."),
    (
        row(shares="ask"),
        "“ask” under “Shares progress with employer” is neither yes nor no. Write yes or no.",
    ),
    (row(on="31/02/2011"), "31/02/2011 is not a date in the calendar. Write the day as 09/03/2026."),
    (row(on="last week"), "last week is not a date in the calendar. Write the day as 09/03/2026."),
    (row(on="03/13/2026"), "03/13/2026 is not a date in the calendar. Write the day as 09/03/2026."),
    (row(setting="s" * 161), "the setting has 161 letters. Shorten it to 160."),
    (row(setting="Beck Side", employer="e" * 161), "the employer has 161 letters. Shorten it to 160."),
    (
        row(employer="Leeds City Council"),
        "an employer is given but no setting. Write the centre or office where the person works.",
    ),
    (
        row(email="fatima@leeds.example"),
        "fatima@leeds.example is already in row 2. Keep one of the two rows.",
    ),
    (
        row(email="FATIMA@Leeds.example"),
        "fatima@leeds.example is already in row 2. Keep one of the two rows.",
    ),
]


@pytest.mark.parametrize(("bad", "expected"), BAD_ROWS)
def test_each_bad_row_is_named_by_number_and_nobody_is_read(bad, expected):
    file = read(HEAD + GOOD + bad)
    assert [str(fault) for fault in file.faults] == [f"Row 3: {expected}"]
    assert file.learners == ()


UNWANTED = [
    ("Date of birth", "the date of birth"),
    ("DOB", "the date of birth"),
    ("D.O.B.", "the date of birth"),
    ("NI number", "the National Insurance number"),
    ("Ethnicity", "the ethnic group"),
    ("Gender", "the gender"),
    ("Disability", "the disability"),
    ("Home address", "the home address"),
    ("Password", "the password"),
]


@pytest.mark.parametrize(("heading", "thing"), UNWANTED)
def test_what_we_do_not_need_is_refused_by_the_first_row_that_holds_it(heading, thing):
    lines = [
        HEAD.strip() + f",{heading}",
        *(row(email=f"p{n}@leeds.example").strip() + "," for n in range(5)),
        GOOD.strip() + ",x",
    ]
    assert faults("\n".join(lines)) == [f"Row 7: {thing} is not needed. Take out that column."]


def test_every_fault_of_a_file_is_reported_at_once_in_order_of_rows():
    text = "Name,E-mail,Date of birth\nBo,bo@leeds.example,\n,bo@leeds.example,01/02/1990\nCy,cy,\n"
    assert faults(text) == [
        "Row 1: the column “Seeks accreditation” is missing. Add it, with a value for each person.",
        "Row 3: the date of birth is not needed. Take out that column.",
        "Row 3: the name is empty. Write it as it should stand on the certificate.",
        "Row 3: bo@leeds.example is already in row 2. Keep one of the two rows.",
        "Row 4: “cy” is not an email address. Write the person's own work address, such as sade@example.org.",
    ]


def test_a_workbook_with_dates_and_ticks_reads_like_a_csv():
    book = openpyxl.Workbook()
    book.active.append(
        ["Name", "Email", "Seeks accreditation", "Shares progress with employer", "Enrolled on"]
    )
    book.active.append(["Bo Ek", "bo@leeds.example", True, False, date(2026, 3, 9)])
    out = io.BytesIO()
    book.save(out)
    file = read_people(out.getvalue(), filename="Learners.XLSX")
    assert file.faults == ()
    assert file.learners[0].seeks_accreditation
    assert not file.learners[0].shares_progress
    assert file.learners[0].enrolled_on == date(2026, 3, 9)


def test_no_two_columns_share_a_heading():
    headings = [text.casefold() for column in LAYOUT.columns for text in {column.title, *column.also}]
    headings += [text for thing in LAYOUT.unwanted for text in thing.headings]
    assert len(headings) == len(set(headings))


PARTS = st.text("abzAZ019._+-'@é", max_size=12)


@given(PARTS, PARTS)
@example("0", "00--0")
def test_the_quick_check_never_lets_through_what_the_validator_refuses(local, domain):
    email = f"{local}@{domain}.org"
    if why_not_email(email) is None:
        validate_email(email, check_deliverability=False)
    else:
        with pytest.raises(EmailNotValidError):
            validate_email(email, check_deliverability=False)


@pytest.mark.parametrize(
    "email",
    [
        "x" * 65 + "@leeds.example",
        "a@" + "b" * 64 + ".org",
        "a@" + "bb." * 90 + "org",
        "a@-b.org",
        "a.@b.org",
    ],
)
def test_addresses_beyond_the_limits_of_mail_are_refused(email):
    assert why_not_email(email) == f"“{email}” is not an email address"


def test_an_address_in_another_script_is_accepted():
    assert why_not_email("தமிழ்@xn--clchc0ea0b2g2a9gcd.org") is None
    assert why_not_email("siân@leeds.org") is None
