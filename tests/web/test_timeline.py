"""The timeline page: what its filters mean, and the files that it saves."""

import csv
import io
import json
import re

import pytest

TIMELINE = "/cases/practice/timeline"


def rows(text):
    return re.findall(r"<tbody>.*</tbody>", text, re.DOTALL)[-1].count("<tr")


def table(desk, question=""):
    answer = desk.client.get(f"{TIMELINE}/save/timeline.csv{question}")
    assert answer.headers["content-disposition"].endswith('"timeline.csv"')
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_file_holds_what_the_page_shows(desk):
    text = desk.client.get(f"{TIMELINE}?kind=request").text
    assert rows(text) == len(table(desk, "?kind=request")) > 0
    assert {row["kind"] for row in table(desk, "?kind=request")} == {"request"}


def test_a_span_leaves_out_what_is_before_and_after_and_counts_whole_days(desk):
    everything = table(desk)
    day = everything[0]["at_utc"][:10]
    told = table(desk, f"?since={day}T00:00:00Z&until={day}T23:59:59Z")
    assert told == [row for row in everything if row["at_utc"].startswith(day)]
    assert 0 < len(told) < len(everything)


def test_strength_and_letters_narrow_the_list(desk):
    observed = table(desk, "?strength=observed")
    assert {row["strength"] for row in observed} == {"observed"}
    letters = observed[0]["place"]
    found = table(desk, f"?text={letters}")
    assert found
    assert all(letters in row["what"] for row in found)


def test_a_payment_leads_to_its_node_in_the_graph(desk):
    text = desk.client.get(f"{TIMELINE}?kind=payment").text
    link = re.search(r'href="(graph\?trace=[^"]+chosen=[^"]+)"', text)[1].replace("&amp;", "&")
    assert 'id="about-title"' in desk.client.get(f"/cases/practice/{link}").text


def test_timesketch_reads_each_line_with_its_three_fields(desk):
    answer = desk.client.get(f"{TIMELINE}/save/timeline.jsonl")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) == len(table(desk))
    assert all({"message", "datetime", "timestamp_desc", "strength"} <= set(line) for line in lines)


@pytest.mark.parametrize("asked", ["since=tomorrow", "until=x", "since=9999-12-31T23:59-23:59"])
def test_a_time_that_is_none_is_refused_in_words(desk, asked):
    for path in (TIMELINE, f"{TIMELINE}/save/timeline.csv"):
        answer = desk.client.get(f"{path}?{asked}")
        assert answer.status_code == 400
        assert "Traceback" not in answer.text


def test_the_end_of_time_is_no_fault(desk):
    assert desk.client.get(f"{TIMELINE}?until=9999-12-31").status_code in {200, 400}


def test_an_unknown_form_is_none(desk):
    assert desk.client.get(f"{TIMELINE}/save/timeline.exe").status_code == 404


def test_a_moment_has_its_own_notes(desk):
    text = desk.client.get(TIMELINE).text
    link = re.search(r'href="(\?[^"]*moment=[^"#]+)#moment"', text)[1].replace("&amp;", "&")
    opened = desk.client.get(f"{TIMELINE}{link}").text
    subject = re.search(r'name="subject" value="(time:[^"]+)"', opened)[1]
    fields = {"subject": subject, "text": "he was at home", "back": "/"}
    assert desk.post("/cases/practice/notes/add", fields).status_code == 303
    again = desk.client.get(f"{TIMELINE}{link}").text
    assert "he was at home" in again
    assert "notes: 1" in desk.client.get(TIMELINE).text
