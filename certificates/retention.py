"""What is kept of certificates."""

from __future__ import annotations

from certificates.claim_models import CreditClaim
from certificates.models import Certificate, CertificateEvent, LiveCertificate, PrintedName
from lms.core.retention import Kept

KEPT = (
    Kept(
        (CreditClaim,),
        "Claims of a unit's credit, and what each rested on",
        until="at least 3 years after certification",
        why="Awarding bodies ask for it.",
    ),
    Kept(
        (Certificate, CertificateEvent, LiveCertificate, PrintedName),
        "Certificates, the name printed on them, and whether they still hold",
        until="as long as the installation",
        why="Whoever is shown one, even in twenty years, must be able to check it.",
    ),
)
