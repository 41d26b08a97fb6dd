"""What a name says in a narrow list."""

import pytest

from mtp_tui.defender.incident_name import brief_name


@pytest.mark.parametrize(
    ("name", "brief"),
    [
        (
            "Multi-stage incident involving Initial access & Command and control on multiple endpoints reported by "
            "multiple sources",
            "… Initial access & Command and control on multiple endpoints …",
        ),
        ("Multi-stage incident involving Execution on one endpoint", "… Execution on one endpoint"),
        ("→ 42  Multi-stage incident involving Execution", "→ 42  … Execution"),
        ("Multi-stage incident involving ", "Multi-stage incident involving "),
        ("Suspicious PowerShell command line on one endpoint", "Suspicious PowerShell command line on one endpoint"),
        ("reported by multiple sources", "reported by multiple sources"),
        ("", ""),
    ],
)
def test_the_words_that_all_names_share_are_left_out(name: str, brief: str) -> None:
    assert brief_name(name) == brief
