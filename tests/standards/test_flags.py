"""Yes and no in words: every fact of that kind has both, in both languages."""

from standards.flags import FLAGS, flag
from standards.view import known_paths


def test_every_flag_says_what_yes_and_no_mean():
    """No flag of a camera is left out, and no other fact has such words; papers say a plain yes or no."""
    flags = {path.path for path in known_paths().values() if path.kind == "flag" and path.subject != "model"}
    assert set(FLAGS) == flags
    for yes, no in FLAGS.values():
        assert all(yes[language] != no[language] != "" for language in ("vi", "en"))


def test_a_flag_is_read_by_its_path():
    """True is the first sentence; what is no flag has none."""
    assert flag("image.black", value=True)["en"] == "the picture is black"
    assert flag("image.black", value=False)["en"] == "the picture is not black"
    assert flag("measured.fps", value=True) is None
