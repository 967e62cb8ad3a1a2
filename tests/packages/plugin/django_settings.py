"""Settings for a sample of Django's own tests, without a database: those for one need the module sqlite3."""

SECRET_KEY = "a key for tests"
USE_TZ = False
