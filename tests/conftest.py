"""What all tests share: properties are tried on the same examples each time, and none for its speed."""

from hypothesis import settings

settings.register_profile("build", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("build")
