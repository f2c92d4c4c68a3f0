"""What to do about a failed finding, in words: pure, so that a terminal, a page and a paper say the same."""

from __future__ import annotations

from standards.model import Rule, Text

TO_DO: dict[str, Text] = {
    "replace": {
        "vi": "Chọn thiết bị đáp ứng yêu cầu: {expected}.",
        "en": "Choose a device that meets this: {expected}.",
    },
    "survey": {
        "vi": "Đối chiếu tài liệu kỹ thuật để xác định thiết bị có đáp ứng yêu cầu này không: {expected}.",
        "en": "See on site, or in the device's papers, whether it can meet this: {expected}.",
    },
}
"""Where the device cannot meet a rule, or does not say if it can: the same for all rules."""


def to_do(rule: Rule, fix: str | None, expected: Text) -> Text:
    """What the rule says to do; `TO_DO` where the rule would change a setting that the device does not have."""
    if rule.within is not None and fix in TO_DO:
        return {language: text.format(expected=expected[language]) for language, text in TO_DO[fix].items()}
    return rule.fix_text
