"""The rules by which the site itself assesses and quality-assures, in words, for whoever visits."""

from __future__ import annotations

POLICIES = (
    (
        "Separation of duties",
        "Nobody assesses their own work, and nobody verifies a decision that they made. The database refuses such a row.",
    ),
    (
        "Decisions",
        (
            "Each criterion is decided as met or not yet met, by the five rules of evidence; not yet met needs feedback. A decision is "
            "never changed: a later one stands beside it."
        ),
    ),
    (
        "Sampling",
        (
            "Red 100, amber 50 and green 20 of every 100 portfolios by default, and at least one for every assessor; always what was sent "
            "again and first portfolios. Each draw keeps its seed, rule and reasons, so that anybody can repeat it."
        ),
    ),
    (
        "Families",
        "Families stand under a code. What could identify somebody is looked for before evidence is added.",
    ),
    (
        "Claims",
        (
            "The provider claims and the awarding body issues. A claim needs a visitor’s sign-off of the portfolio, or direct claims in "
            "force on its day."
        ),
    ),
)
