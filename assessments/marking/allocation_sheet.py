"""Who assesses whom, from a spreadsheet: what each row means, and everything that is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.marking.allocating import faults_of
from assessments.marking.allocation_queries import AssessorRow, PersonRow
from lms.core.spreadsheets import Column, Fault, Layout, read_table

LAYOUT = Layout(
    columns=(
        Column("name", "Name", ("practitioner", "learner", "full name"), required=False),
        Column("email", "Email", ("e-mail", "email address", "practitioner email", "learner email")),
        Column("assessor", "Assessor", ("assessor email", "assessor’s email", "assessor's email")),
    )
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says: the assessor's reference by the enrolment's. To be used only when there is no fault."""

    chosen: Mapping[str, str]
    faults: tuple[Fault, ...]


def read(
    data: bytes, *, filename: str, people: Sequence[PersonRow], assessors: Sequence[AssessorRow]
) -> Sheet:
    """Read a file for a cohort. A row without an assessor leaves that person as they are.

    Args:
        data: the whole file.
        filename: the name it came with.
        people: who works towards the unit in the cohort.
        assessors: who assesses for its provider.
    """
    table = read_table(data, filename=filename, layout=LAYOUT)
    by_email = {row.email: row for row in people}
    who = {row.email: row for row in assessors}
    faults = list(table.faults)
    chosen: dict[str, str] = {}
    rows: dict[str, int] = {}
    for row in table.rows:
        person = by_email.get(row.values["email"].lower())
        assessor = who.get(row.values["assessor"].lower())
        if person is None:
            what = f"nobody in this cohort works towards the unit under {row.values['email'] or 'an empty address'}"
            faults.append(Fault(what, "Use the address they sign in with.", row=row.number, column="Email"))
        elif person.ref in rows:
            what = f"{person.name} stands in row {rows[person.ref]} already"
            faults.append(Fault(what, "Take one of the two rows out.", row=row.number, column="Email"))
        elif row.values["assessor"]:
            rows[person.ref] = row.number
            if assessor is None:
                what = f"no assessor of yours has the address {row.values['assessor']}"
                accepted = f"Write one of: {_listed(who)}."
                faults.append(Fault(what, accepted, row=row.number, column="Assessor"))
            else:
                chosen[person.ref] = assessor.ref
    found = faults_of({one.ref: one for one in people}, {one.ref: one for one in assessors}, chosen)
    faults += [Fault(words.rstrip("."), "", row=rows[ref], column="Assessor") for ref, words in found.items()]
    return Sheet(chosen, tuple(sorted(faults, key=lambda fault: fault.row or 0)))


def _listed(addresses: Iterable[str]) -> str:
    return ", ".join(sorted(addresses))
