"""The pages of written answers: one blueprint, to which each part of the work adds its routes."""

from flask import Blueprint

blueprint = Blueprint("themes", __name__)
