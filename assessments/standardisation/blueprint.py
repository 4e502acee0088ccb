"""The address of standardisation."""

from flask import Blueprint

blueprint = Blueprint("standardisation", __name__, url_prefix="/standardisation")
