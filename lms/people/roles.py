"""The nine roles and what each may do: the whole table, on one page.

An administrator of the operator works everywhere; a commissioner reads programmes; everybody else works inside
the organisations in which they hold the role. What a person may do to *this* object (their own work, their own
allocation, their own staff) is decided by the loader of the object.
"""

from __future__ import annotations

from enum import StrEnum

from lms.core.permissions import Permission


class Role(StrEnum):
    """A person's role in one organisation."""

    PRACTITIONER = "practitioner"
    FACILITATOR = "facilitator"
    ASSESSOR = "assessor"
    IQA = "iqa"
    EQA = "eqa"
    PROVIDER_ADMINISTRATOR = "provider-administrator"
    EMPLOYER = "employer"
    COMMISSIONER = "commissioner"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        """The role as people say it."""
        return WORDS[self]


WORDS: dict[Role, str] = {
    Role.PRACTITIONER: "Practitioner",
    Role.FACILITATOR: "Facilitator",
    Role.ASSESSOR: "Assessor",
    Role.IQA: "Internal quality assurer",
    Role.EQA: "External quality assurer",
    Role.PROVIDER_ADMINISTRATOR: "Provider administrator",
    Role.EMPLOYER: "Children's centre manager",
    Role.COMMISSIONER: "Commissioner",
    Role.ADMINISTRATOR: "Administrator",
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PRACTITIONER: frozenset(
        {
            Permission.CASES_CASE_OPEN_OWN,
            Permission.CERTIFICATES_CERTIFICATE_READ_OWN,
            Permission.PORTFOLIO_EVIDENCE_WRITE_OWN,
            Permission.PROGRESS_COURSE_LEARN_OWN,
            Permission.PROGRESS_JOURNAL_WRITE_OWN,
            Permission.QUESTIONNAIRES_RESPONSE_WRITE_OWN,
        }
    ),
    Role.FACILITATOR: frozenset(
        {
            Permission.COHORTS_COHORT_READ,
            Permission.COHORTS_REGISTER_TAKE,
            Permission.CONTENT_SESSION_PLAN_READ,
        }
    ),
    Role.ASSESSOR: frozenset({Permission.CASES_CASE_ANSWER, Permission.MARKING_SUBMISSION_DECIDE}),
    Role.IQA: frozenset(
        {
            Permission.CASES_CASE_ANSWER,
            Permission.VERIFICATION_SAMPLE_DECIDE,
            Permission.VERIFICATION_STAFF_RECORD,
        }
    ),
    Role.EQA: frozenset(
        {
            Permission.VERIFICATION_VISIT_CHOOSE_OWN,
            Permission.VERIFICATION_VISIT_READ_OWN,
            Permission.VERIFICATION_VISIT_REPORT_OWN,
        }
    ),
    Role.PROVIDER_ADMINISTRATOR: frozenset(
        {
            Permission.CASES_CASE_ANSWER,
            Permission.CASES_CASE_MANAGE,
            Permission.CASES_NEED_READ,
            Permission.CERTIFICATES_CERTIFICATE_ISSUE,
            Permission.COHORTS_COHORT_CREATE,
            Permission.COHORTS_COHORT_READ,
            Permission.COHORTS_LEARNERS_IMPORT,
            Permission.COHORTS_REGISTER_TAKE,
            Permission.COHORTS_SESSION_MANAGE,
            Permission.CONTENT_SESSION_PLAN_READ,
            Permission.CONTENT_VERSION_READ,
            Permission.EVALUATION_COHORT_READ,
            Permission.MARKING_ASSESSOR_ALLOCATE,
            Permission.PEOPLE_TEAM_MANAGE,
            Permission.PORTFOLIO_EXTENSION_GIVE,
            Permission.PORTFOLIO_PROGRESS_READ,
            Permission.QUESTIONNAIRES_RESPONSES_IMPORT,
            Permission.QUESTIONNAIRES_WAVE_OPEN,
            Permission.QUESTIONNAIRES_WAVE_READ,
            Permission.VERIFICATION_DIRECT_CLAIMS_RECORD,
            Permission.VERIFICATION_STAFF_RECORD,
            Permission.VERIFICATION_VISIT_OPEN,
        }
    ),
    Role.EMPLOYER: frozenset({Permission.EMPLOYER_STAFF_READ}),
    Role.COMMISSIONER: frozenset({Permission.EVALUATION_PROGRAMME_READ, Permission.THEMES_ANSWER_CODE}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.ADMIN_AUDIT_READ,
            Permission.ADMIN_HEALTH_READ,
            Permission.ADMIN_ORGANISATION_MANAGE,
            Permission.CONTENT_COURSE_PUBLISH,
            Permission.CONTENT_VERSION_READ,
            Permission.EVALUATION_PROGRAMME_READ,
            Permission.PEOPLE_TEAM_MANAGE,
            Permission.THEMES_ANSWER_CODE,
            Permission.THEMES_ANSWER_REDACT,
        }
    ),
}

EVERYWHERE = frozenset({Role.ADMINISTRATOR})
"""Roles whose permissions reach every organisation."""
