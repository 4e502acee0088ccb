"""What is kept of certificates."""

from __future__ import annotations

from certificates.models import Certificate, CertificateEvent, LiveCertificate, PrintedName
from lms.core.retention import Kept

KEPT = (
    Kept(
        (Certificate, CertificateEvent, LiveCertificate, PrintedName),
        "Certificates, the name printed on them, and whether they still hold",
        until="as long as the installation",
        why="Whoever is shown one, even in twenty years, must be able to check it.",
    ),
)
