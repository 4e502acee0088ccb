"""Where the product's templates are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = [str(folder) for folder in sorted(ROOT.glob("*/*/templates"))]
