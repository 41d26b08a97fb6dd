"""Which test stands for which line of the collected oddities and deviations, and that each of them is there."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from mtp_tui.defender.models import page_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.errors import UnexpectedAnswer
from tests.defender.shapes import incident_json, raw
from tests.oddities import (
    test_alerts_as_seen,
    test_entities_as_seen,
    test_error_bodies_as_seen,
    test_graph_as_seen,
    test_hunting_cells_as_seen,
    test_incidents_as_seen,
    test_times_as_seen,
)
from tests.support.clocks import NOON

TESTS = Path(__file__).parent.parent

GROUPS = {"A": 16, "B": 14, "C": 13, "D": 6, "E": 11, "F": 5, "G": 12}
"""How many lines each group of the collection has."""
LINES = [f"{group}{number}" for group, last in GROUPS.items() for number in range(1, last + 1)]

TABLES: dict[str, Iterable[object]] = {
    "A": test_incidents_as_seen.CASES,
    "B": test_alerts_as_seen.CASES,
    "C": test_entities_as_seen.CASES,
    "D": [*test_times_as_seen.GOOD, *test_times_as_seen.NEVER, *test_times_as_seen.ODD],
    "E": test_graph_as_seen.CASES,
    "F": test_hunting_cells_as_seen.CASES,
    "G": test_error_bodies_as_seen.CASES,
}
"""Rows that say what is seen, each with its line at the head of its name."""

MORE = {
    "A1": "oddities/test_incidents_as_seen.py::test_only_resolved_and_merged_ones_are_not_open",
    "A2": "ui/test_reading_incidents.py::test_a_merged_incident_leads_to_its_survivor",
    "A3": "oddities/test_incidents_as_seen.py::test_severity_has_a_rank_for_none_and_the_unknown_come_last",
    "A4": "oddities/test_incidents_as_seen.py::test_what_has_no_time_sorts_last_either_way",
    "A6": "defender/test_update.py::test_the_words_are_the_documented_ones",
    "A7": "defender/test_update.py::test_each_classification_takes_its_own_determinations_and_no_others",
    "A9": "oddities/test_incidents_as_seen.py::test_a_link_is_opened_only_if_it_leads_to_this_incident_in_a_portal",
    "A12": "oddities/test_incidents_as_seen.py::test_mine_compares_whole_addresses_without_case_and_fixed_words_are_nobody",
    "A13": "oddities/test_incidents_as_seen.py::test_one_id_twice_on_a_page_is_one_row_and_the_later_name",
    "A14": "oddities/test_incidents_as_seen.py::test_what_stands_around_the_list_does_not_matter",
    "A16": "oddities/test_incidents_as_seen.py::test_a_page_of_a_million_characters_is_read_and_shown",
    "B2": "oddities/test_alerts_as_seen.py::test_alerts_with_one_id_have_rows_of_their_own",
    "B6": "oddities/test_alerts_as_seen.py::test_the_queue_is_narrowed_by_the_name_of_a_source_whatever_was_sent",
    "B12": "ui/test_incident_timeline.py::test_an_end_before_the_beginning_draws_nothing_backwards",
    "B13": "oddities/test_alerts_as_seen.py::test_what_is_copied_of_a_description_is_what_was_sent",
    "C9": "oddities/test_entities_as_seen.py::test_nothing_is_offered_for_copying_that_did_not_come",
    "C11": "ui/test_incident_opened.py::test_evidence_is_grouped_folds_and_leads_to_other_incidents",
    "D1": "oddities/test_times_as_seen.py::test_times_of_every_precision_stand_in_their_order",
    "D5": "oddities/test_times_as_seen.py::test_incidents_of_one_instant_are_all_kept_and_asked_for_again",
    "E1": "oddities/test_graph_as_seen.py::test_ids_sort_as_numbers_where_all_are_and_as_text_otherwise",
    "E2": "oddities/test_graph_as_seen.py::test_tags_of_the_system_are_never_written_back",
    "E5": "oddities/test_graph_as_seen.py::test_a_link_of_graph_is_used_or_built_anew",
    "E10": "defender/test_client.py::test_a_next_link_is_followed_byte_for_byte",
    "E11": "oddities/test_graph_as_seen.py::test_what_is_no_incident_is_counted_told_and_hides_nothing",
    "F2": "oddities/test_hunting_cells_as_seen.py::test_what_else_an_answer_carries_is_optional",
    "F4": "oddities/test_hunting_cells_as_seen.py::test_a_cell_is_as_wide_as_the_terminal_draws_it",
    "G2": "oddities/test_error_bodies_as_seen.py::test_the_status_decides_whatever_the_code_is",
    "G6": "defender/test_any_json.py::test_any_bytes_as_a_refusal_are_an_error_with_a_next_step",
    "G7": "ui/test_queue_in_trouble.py::test_429_counts_down_and_goes_on_by_itself",
    "G8": "ui/test_queue_in_trouble.py::test_403_marks_the_token_and_stops_the_live_refresh",
    "G9": "services/test_incident_feed_in_trouble.py::test_a_service_with_smaller_pages_is_read_to_its_end",
    "G10": "oddities/test_error_bodies_as_seen.py::test_any_header_is_a_challenge_or_none",
    "G11": "oddities/test_error_bodies_as_seen.py::test_an_outage_that_came_as_400_is_not_asked_again_unasked",
    "G12": "oddities/test_error_bodies_as_seen.py::test_a_good_status_with_a_broken_body_is_no_empty_queue",
}
"""What a table of what is seen cannot say: the order of rows, what is asked, what is written, what the keys do."""

ALSO = {
    "E10": "services/test_incident_feed_in_trouble.py::test_a_refused_link_is_replaced_by_counting",
    "E11": "ui/test_queue_in_trouble.py::test_what_cannot_be_read_is_counted_once_and_is_not_called_empty",
    "G11": "ui/test_queue_in_trouble.py::test_a_lasting_fault_ends_in_a_sentence_and_the_rows_stay",
}

DEVIATIONS = {
    1: "C1",
    2: "B11",
    3: "A15",
    4: "B4",
    5: "A1",
    6: "C7",
    7: "C8",
    8: "E3",
    9: "oddities/test_documented_words.py::test_other_spellings_of_a_determination_are_known_when_writing",
    10: "oddities/test_every_line_is_tested.py::test_a_sample_with_dots_at_its_end_is_no_empty_queue",
    11: "defender/test_update.py::test_only_what_differs_is_sent_in_the_spelling_of_the_service",
    12: "defender/test_quota.py::test_calls_within_the_quota_do_not_wait",
    13: "A14",
    14: "G8",
    15: "identity/test_token_doctor.py::test_each_fault_is_the_cause_with_its_way_out",
}
"""Where the documentation is known to differ from what is sent, by its number in the list: a line, or a test."""


def rows_of(line: str) -> list[str]:
    """The names of the rows that stand for a line in the table of its group."""
    names = [row if isinstance(row, str) else str(getattr(row, "id", "")) for row in TABLES[line[0]]]
    return [name for name in names if name.startswith(f"{line} ")]


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def is_there(place: str) -> bool:
    file, _, name = place.partition("::")
    return (TESTS / file).is_file() and name in functions_of(file)


@pytest.mark.parametrize("line", LINES)
def test_every_line_has_its_rows_or_its_test(line: str) -> None:
    places = [table[line] for table in (MORE, ALSO) if line in table]
    assert rows_of(line) or places
    assert [place for place in places if not is_there(place)] == []


def test_no_row_and_no_entry_stands_for_a_line_that_is_not_there() -> None:
    assert set(MORE) | set(ALSO) <= set(LINES)
    heads = {str(getattr(row, "id", row)).split(" ")[0] for rows in TABLES.values() for row in rows}
    assert {head for head in heads if "/" not in head and head != "E"} <= set(LINES)
    assert not is_there("defender/test_client.py::test_that_nobody_wrote")


@pytest.mark.parametrize("number", DEVIATIONS)
def test_every_known_deviation_has_its_line_or_its_test(number: int) -> None:
    where = DEVIATIONS[number]
    assert rows_of(where) or where in MORE if where in LINES else is_there(where)
    assert list(DEVIATIONS) == list(range(1, 16))


def test_a_sample_with_dots_at_its_end_is_no_empty_queue() -> None:
    """The documentation's own samples end in dots, and people serve them."""
    body = raw({"value": [incident_json()]})[:-2] + b",\n ...\n]}"
    with pytest.raises(UnexpectedAnswer, match="not JSON"):
        page_from(body, IncidentQuery(), NOON)
