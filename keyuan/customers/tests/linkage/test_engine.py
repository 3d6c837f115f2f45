"""``keyuan linkage`` on files with a known truth, of our own making (CUS-8)."""

import csv
import json

import pytest
import xlsxwriter
from django.core.management import call_command

from keyuan.customers.drivers.linkage.sample import write_sample
from keyuan.kernel.errors import Refused
from keyuan.platform import wording


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("linkage") / "persons.csv"
    return path, write_sample(path, records=600, seed=7, doubles=0.25)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def linked(tmp_path, capsys, *arguments, **files):
    """Run the command and return its report and the rows it wrote."""
    out, report = tmp_path / "out.csv", tmp_path / "report.json"
    call_command("linkage", *arguments, out=out, report=report, **files)
    capsys.readouterr()
    with out.open(encoding="utf-8", newline="") as stream:
        return json.loads(report.read_text(encoding="utf-8")), list(csv.DictReader(stream))


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_doubles_are_found_without_being_told_the_columns(sample, tmp_path, capsys):
    path, true_pairs = sample
    pairs = tmp_path / "pairs.csv"

    report, rows = linked(tmp_path, capsys, input=path, truth="真实人", pairs=pairs)

    truth = report["truth"]
    assert truth["right"] + truth["missed"] == true_pairs
    assert truth["precision"] >= 0.98
    assert truth["recall"] >= 0.96
    assert [row["记录号"] for row in rows] == [row["记录号"] for row in rows_of(path)]
    assert report["expected"]["precision"] == pytest.approx(truth["precision"], abs=0.03)
    heaviest = rows_of(pairs)[0]
    assert heaviest["decision"] == "link"
    assert heaviest["level_given"] in {"same", "same sound and tones"}
    assert {row["cluster_size"] for row in rows} >= {"1", "2"}


def test_the_same_file_gives_the_same_groups(sample, tmp_path, capsys):
    path, _ = sample
    config = tmp_path / "config.toml"
    config.write_text('threads = 1\n[columns]\n"证件号码" = "ignore"\n', encoding="utf-8")

    first, again = (linked(tmp_path, capsys, input=path, config=config) for _ in range(2))

    assert first[1] == again[1]
    assert first[0]["model"] == again[0]["model"]
    assert "id_number" not in {each["comparison"] for each in first[0]["model"]}


def test_two_files_are_linked_across_kinds_and_formats(sample, tmp_path, capsys):
    rows = rows_of(sample[0])
    seen, first, second = set(), [], []
    for row in rows:
        (second if row["真实人"] in seen else first).append(row)
        seen.add(row["真实人"])
    book = tmp_path / "second.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["no", "holder", "born", "mobile", "id card", "真实人"])
        for line, row in enumerate(second, 1):
            sheet.write_row(
                line, 0, [line, row["姓名"], row["出生日期"], row["手机号"], row["证件号码"], row["真实人"]]
            )
    names = tmp_path / "first.csv"
    with names.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(first)
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"link_columns": {"holder": "name", "born": "birth_date", "id card": "id_number"}}))

    report, linked_rows = linked(tmp_path, capsys, input=names, link=book, config=config, truth="真实人")

    assert report["truth"]["precision"] >= 0.98
    assert report["truth"]["recall"] >= 0.9
    assert {row["source_file"] for row in linked_rows} == {"1", "2"}
    assert report["records"] == [len(first), len(second)]


def test_a_file_without_doubles_and_a_tiny_one_give_no_groups(tmp_path, capsys):
    path = tmp_path / "single.csv"
    write_sample(path, records=60, seed=3, doubles=0.0)

    report, rows = linked(tmp_path, capsys, input=path, truth="真实人")

    assert report["truth"]["wrong"] == 0
    assert len({row["cluster_id"] for row in rows}) == 60


@pytest.mark.parametrize(
    "name,text,code",
    [
        ("none.csv", None, "linkage.file_missing"),
        ("a.csv", "name,phone\n", "linkage.file_empty"),
        ("a.doc", "x", "linkage.file_kind"),
        ("a.csv", "colour,size\nred,1\n", "linkage.nothing_to_compare"),
        ("a.parquet", "x", "linkage.file_unreadable"),
    ],
)
def test_bad_files_are_refused(tmp_path, name, text, code):
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as caught:
        call_command("linkage", input=path, out=tmp_path / "out.csv")

    assert caught.value.code == code


def test_files_without_a_kind_in_common_are_refused(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("name\nJohn Smith\n", encoding="utf-8")
    second.write_text("email\na@b.example\n", encoding="utf-8")

    with pytest.raises(Refused) as caught:
        call_command("linkage", input=first, link=second, out=tmp_path / "out.csv")

    assert caught.value.code == "linkage.nothing_shared"


def test_a_wrong_target_is_refused_before_the_work_in_a_sentence(sample, tmp_path):
    with pytest.raises(Refused) as caught:
        call_command("linkage", input=sample[0], out=tmp_path / "out.doc")

    assert wording.say(caught.value) == "out.doc 无法写入：文件名须以 .csv, .parquet, .xlsx 之一结尾。"
