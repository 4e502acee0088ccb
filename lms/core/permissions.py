"""The names of everything a person may be allowed to do: `area:thing:verb`, in alphabetical order.

Which role holds which is one page: `lms/people/roles.py`. Words for things on every floor stand here together
because one list is easier to audit than nine; words are not imports.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a person may be allowed to do. Names ending in `OWN` reach only the person's own things."""

    ADMIN_AUDIT_READ = "admin:audit:read"
    ADMIN_HEALTH_READ = "admin:health:read"
    ADMIN_ORGANISATION_MANAGE = "admin:organisation:manage"
    CASES_CASE_ANSWER = "cases:case:answer"
    CASES_CASE_MANAGE = "cases:case:manage"
    CASES_CASE_OPEN_OWN = "cases:case:open-own"
    CASES_NEED_READ = "cases:need:read"
    CERTIFICATES_CERTIFICATE_ISSUE = "certificates:certificate:issue"
    CERTIFICATES_CERTIFICATE_READ_OWN = "certificates:certificate:read-own"
    COHORTS_COHORT_CREATE = "cohorts:cohort:create"
    COHORTS_COHORT_READ = "cohorts:cohort:read"
    COHORTS_LEARNERS_IMPORT = "cohorts:learners:import"
    COHORTS_REGISTER_TAKE = "cohorts:register:take"
    COHORTS_SESSION_MANAGE = "cohorts:session:manage"
    CONTENT_COURSE_PUBLISH = "content:course:publish"
    CONTENT_SESSION_PLAN_READ = "content:session-plan:read"
    CONTENT_VERSION_READ = "content:version:read"
    EMPLOYER_STAFF_READ = "employer:staff:read"
    EVALUATION_COHORT_READ = "evaluation:cohort:read"
    EVALUATION_PROGRAMME_READ = "evaluation:programme:read"
    MARKING_ASSESSOR_ALLOCATE = "marking:assessor:allocate"
    MARKING_SUBMISSION_DECIDE = "marking:submission:decide"
    PEOPLE_TEAM_MANAGE = "people:team:manage"
    PORTFOLIO_EVIDENCE_WRITE_OWN = "portfolio:evidence:write-own"
    PORTFOLIO_EXTENSION_GIVE = "portfolio:extension:give"
    PORTFOLIO_PROGRESS_READ = "portfolio:progress:read"
    PROGRESS_COURSE_LEARN_OWN = "progress:course:learn-own"
    PROGRESS_JOURNAL_WRITE_OWN = "progress:journal:write-own"
    QUESTIONNAIRES_RESPONSES_IMPORT = "questionnaires:responses:import"
    QUESTIONNAIRES_RESPONSE_WRITE_OWN = "questionnaires:response:write-own"
    QUESTIONNAIRES_WAVE_OPEN = "questionnaires:wave:open"
    QUESTIONNAIRES_WAVE_READ = "questionnaires:wave:read"
    THEMES_ANSWER_CODE = "themes:answer:code"
    THEMES_ANSWER_REDACT = "themes:answer:redact"
    VERIFICATION_DIRECT_CLAIMS_RECORD = "verification:direct-claims:record"
    VERIFICATION_SAMPLE_DECIDE = "verification:sample:decide"
    VERIFICATION_STAFF_RECORD = "verification:staff:record"
    VERIFICATION_VISIT_CHOOSE_OWN = "verification:visit:choose-own"
    VERIFICATION_VISIT_OPEN = "verification:visit:open"
    VERIFICATION_VISIT_READ_OWN = "verification:visit:read-own"
    VERIFICATION_VISIT_REPORT_OWN = "verification:visit:report-own"
