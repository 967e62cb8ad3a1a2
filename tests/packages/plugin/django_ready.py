"""A pytest plugin: what Django's own runner of tests does first."""

import django

django.setup()
