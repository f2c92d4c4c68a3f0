"""Settings of all tests: Hypothesis looks for wrong answers, and not for a busy machine."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
