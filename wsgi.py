"""The application that servers and the `flask` command load."""

from lms.site.app import create_app

app = create_app()
