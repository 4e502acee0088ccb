"""The address under which an internal quality assurer works."""

from flask import Blueprint

blueprint = Blueprint("verification", __name__, url_prefix="/verification")
