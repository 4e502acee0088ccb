"""The pages of questionnaires: one blueprint, to which the rooms within add their routes, and who may open them."""

from flask import Blueprint

from lms.core.permissions import Permission

blueprint = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")

OWN = Permission.QUESTIONNAIRES_RESPONSE_WRITE_OWN
READ = Permission.QUESTIONNAIRES_WAVE_READ
OPEN = Permission.QUESTIONNAIRES_WAVE_OPEN
IMPORT = Permission.QUESTIONNAIRES_RESPONSES_IMPORT
