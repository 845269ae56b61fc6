"""A file with other names is mapped; expressions reach nothing but the file."""

from pathlib import Path

import pytest

from analytics.errors import RequestError
from analytics.store import Mapping, Store, load, preview
from analytics.store.mapping import is_single_expression, mapping_from
from tests.store.bench import load_one, reasons, tickets

LOG = """nr,line,kind,in,out,result,person,prio
1,A,PS,2026-03-02 09:00:00,2026-03-02 09:01:00,AGENT,77,2
2,A,PS,2026-03-02 09:05:00,2026-03-02 09:06:00,HANG,,0
3,A,NW,2026-03-02 09:07:00,,PHANTOM,,0
4,B,NW,2026-03-02 09:08:00,2026-03-02 09:10:00,AGENT,0,1
"""
MAPPING = """
table = "visits"
timezone = "Asia/Shanghai"
keep = "result <> 'PHANTOM'"
[columns]
service = "kind"
arrived_at = "in"
segment = "prio"
[expressions]
ticket_id = "line || '-' || nr"
called_at = "case when result = 'AGENT' then out end"
left_at = "case when result = 'HANG' then out end"
customer_id = "nullif(person, '0')"
[values.segment]
"2" = "VIP"
"0" = ""
[constants]
branch_id = "B1"
"""


@pytest.fixture
def log(tmp_path) -> Path:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "log.toml").write_text(MAPPING)
    return tmp_path / "log.csv"


def test_columns_expressions_values_constants_and_keep(log, tmp_path):
    report = load_one(log, tmp_path / "store", mapping=tmp_path / "log.toml")
    assert (report.rows_read, report.loaded, reasons(report)) == (4, 3, {("left_out", None): 1})
    assert report.reasons[0].reason == "left out by the mapping"
    assert report.unused == ()
    found = tickets(
        tmp_path / "store", columns="ticket_id, service, segment, wait_min, patience_min, customer_id is null"
    )
    assert found == [
        ("A-1", "PS", "VIP", 1.0, None, False),
        ("A-2", "PS", "ordinary", None, 1.0, True),
        ("B-4", "NW", "1", 2.0, None, True),
    ]


def test_a_mapping_that_worked_is_kept_for_files_of_the_same_columns(log, tmp_path):
    load([log], tmp_path / "store", mapping=tmp_path / "log.toml")
    later = tmp_path / "april.csv"
    later.write_text(LOG.replace("2026-03", "2026-04"))
    assert preview(later, folder=tmp_path / "store").mapping.keep == "result <> 'PHANTOM'"
    assert load_one(later, tmp_path / "store").loaded == 3


def test_a_mapping_that_did_not_work_is_not_kept(log, tmp_path):
    (tmp_path / "bad.toml").write_text(MAPPING.replace("|| nr", "|| number"))
    with pytest.raises(RequestError, match=r"ticket_id.*number"):
        load([log], tmp_path / "store", mapping=tmp_path / "bad.toml")
    assert preview(log, folder=tmp_path / "store").mapping is None


def test_row_numbers_count_faulty_lines_and_the_file_has_its_name(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("mark\n5\n4,4\n3\n")
    (tmp_path / "m.toml").write_text(
        """
        table = "surveys"
        [columns]
        overall = "mark"
        [expressions]
        response_id = "_file || '/' || _row"
        [constants]
        branch_id = "B1"
        """
    )
    report = load_one(path, tmp_path / "store", mapping=tmp_path / "m.toml")
    assert reasons(report) == {("columns", None): 1}
    rows = Store.open(tmp_path / "store").rows("select response_id, overall from surveys order by 1")
    assert rows == [("answers.csv/1", 5.0), ("answers.csv/3", 3.0)]


def test_scales_are_brought_to_ours_and_the_longest_prefix_wins(tmp_path):
    path = tmp_path / "surveys.csv"
    path.write_text(
        "response_id,branch_id,overall,recommend,perceived_empathy,perceived_empathy_2,expected_empathy\n"
        "1,B1,10,9,0,5,4\n2,B1,0,11,10,1,4\n3,B1,5,,5,3,\n4,B1,5,10,11,3,\n"
    )
    (tmp_path / "m.toml").write_text(
        "[scales]\noverall = [0, 10]\nperceived = [0, 10]\nperceived_empathy_2 = [1, 5]\n"
    )
    report = load_one(path, tmp_path / "store", mapping=tmp_path / "m.toml")
    assert reasons(report) == {("range", "recommend"): 1, ("range", "perceived_empathy"): 1}
    rows = Store.open(tmp_path / "store").rows(
        "select overall, overall_scale_low, overall_scale_high, perceived, expected from surveys order by response_id"
    )
    assert rows == [
        (5.0, 0.0, 10.0, {"empathy": 1.0, "empathy_2": 7.0}, {"empathy": 4.0}),
        (3.0, 0.0, 10.0, {"empathy": 4.0, "empathy_2": 4.0}, {}),
    ]


@pytest.mark.parametrize(
    ("expression", "is_one"),
    [
        ("a", True),
        ("case when a = 'x;y' then b end -- why", True),
        ("a in ('x', 'y')", True),
        ("", False),
        ("a, b", False),
        ("a), (b", False),
        ("1; drop table read", False),
        ("1) from read where (true", False),
        ("1) limit (1", False),
        ("1) union select (2", False),
        ("*", False),
        ("columns('.*')", False),
    ],
)
def test_only_one_expression_is_taken(expression, is_one):
    assert is_single_expression(expression) is is_one


@pytest.mark.parametrize(
    "expression",
    [
        "(select content from read_text('SECRET'))",
        "(select count(*) from read_csv('SECRET'))",
        "(select max(value) from glob('/*') as g(value))",
        "(select ticket_id from visits)",
        "unnest(['1', '2'])",
        "count(*)",
        "error('no')",
    ],
)
def test_an_expression_reaches_nothing_outside_and_gives_one_value_a_row(log, tmp_path, expression):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    quoted = expression.replace("SECRET", str(secret))
    (tmp_path / "m.toml").write_text(MAPPING.replace("line || '-' || nr", quoted.replace('"', '\\"')))
    with pytest.raises(RequestError) as error:
        load([log], tmp_path / "store", mapping=tmp_path / "m.toml")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "store").glob("*.duckdb"))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"tabel": "visits"}, "tabel"),
        ({"table": "visit"}, "visit"),
        ({"table": ["visits"]}, "visits"),
        ({"timezone": "Mars/Olympus"}, "Mars"),
        ({"columns": ["a"]}, "columns"),
        ({"columns": {"service": "a"}, "constants": {"service": "b"}}, "service"),
        ({"scales": {"overall": [5, 1]}}, "overall"),
        ({"keep": "a; b"}, "keep"),
        ({"expressions": {"service": "a, b"}}, "service"),
    ],
)
def test_a_mapping_that_says_nothing_sensible_is_refused(content, what):
    with pytest.raises(RequestError, match=what):
        mapping_from(content)


@pytest.mark.parametrize(
    ("old", "new", "what"), [('"kind"', '"art"', "art"), ("service =", "servise =", "servise"), ("[columns]", "[columns", "TOML")]
)  # fmt: skip
def test_names_that_the_file_or_the_table_lacks_are_refused(log, tmp_path, old, new, what):
    (tmp_path / "m.toml").write_text(MAPPING.replace(old, new))
    with pytest.raises(RequestError, match=what):
        load([log], tmp_path / "store", mapping=tmp_path / "m.toml")


def test_a_mapping_made_elsewhere_is_checked_all_the_same(log, tmp_path):
    sly = Mapping("visits", expressions={"ticket_id": "nr), (line"}, columns={"arrived_at": "in", "service": "kind"},
                  constants={"branch_id": "B1"})  # fmt: skip
    with pytest.raises(RequestError, match="one expression"):
        load([log], tmp_path / "store", mapping=sly)


def test_times_of_other_makes_can_be_read_by_an_expression(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("ticket_id,branch_id,service,day,clock\n1,B1,cash,20260302,90501\n")
    (tmp_path / "m.toml").write_text(
        "[expressions]\narrived_at = \"strptime(day || lpad(clock, 6, '0'), '%Y%m%d%H%M%S')\"\n"
    )
    load_one(path, tmp_path / "store", mapping=tmp_path / "m.toml")
    assert tickets(tmp_path / "store", columns="arrived_at::varchar") == [("2026-03-02 09:05:01",)]


@pytest.mark.parametrize(
    "name",
    ["{source}", "$zone", "$v0", "x'); drop table visits; --", "read_csv('/etc/passwd')", "../../etc/passwd", "_row", "rowid", "=service",
     "t:service", "kept", "problem"],
)  # fmt: skip
@pytest.mark.parametrize("is_computed", [False, True])
def test_a_column_name_is_a_name_and_nothing_else(tmp_path, name, is_computed):
    path = tmp_path / "visits.csv"
    path.write_text(
        f'ticket_id,branch_id,service,arrived_at,"{name}"\n1,B1,cash,2026-03-02 09:00,odd\n2,B1,,2026-03-02 09:00,odd\n'
    )
    mapping = Mapping(expressions={"service": "upper(service)"} if is_computed else {})
    report = load_one(path, tmp_path / "store", mapping=mapping)
    assert (report.loaded, reasons(report)) == (1, {("missing", "service"): 1})
    expected = "CASH" if is_computed else "cash"
    assert tickets(tmp_path / "store", columns="service") == [(expected,)]
