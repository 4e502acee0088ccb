"""The pages of providers and facilitators: one blueprint, to which the rooms above add their routes too."""

from flask import Blueprint

blueprint = Blueprint("cohorts", __name__, template_folder="../templates")

UNCHANGED = 422
STALE = 409
