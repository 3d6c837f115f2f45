"""What ``keyuan import`` says of files that it cannot open (PLT-9)."""

import pytest
from django.core.management import call_command

from keyuan.kernel.errors import Refused
from keyuan.platform import wording


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Refused) as refusal:
        call_command("import", str(tmp_path / "missing.csv"))

    assert refusal.value.code == "import.file_missing"
    assert wording.say(refusal.value) == f"找不到文件 {tmp_path / 'missing.csv'}。"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(Refused) as refusal:
        call_command("import", str(tmp_path))

    assert refusal.value.code == "import.file_folder"


def test_a_file_that_this_account_may_not_read_is_refused(tmp_path, monkeypatch):
    def forbidden(_path, _mode):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", forbidden)

    with pytest.raises(Refused) as refusal:
        call_command("import", str(tmp_path / "locked.csv"))

    assert refusal.value.code == "import.file_forbidden"


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["no JSON", "[]"])
def test_a_mapping_file_without_a_mapping_is_refused(tmp_path, content):
    (tmp_path / "some.csv").write_text("客户编号,姓名\n1,王伟\n", encoding="utf-8")
    (tmp_path / "mapping.json").write_text(content, encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        call_command("import", str(tmp_path / "some.csv"), mapping=str(tmp_path / "mapping.json"))

    assert refusal.value.code == "import.mapping_no_json"
