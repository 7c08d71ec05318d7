from pathlib import Path

import pytest
from typer.testing import CliRunner

import ingest
from tests.support.commands import Run, is_one_line, runner
from tests.support.embedding import EmbeddingServer
from tests.support.places import WritePlan

PLAN = (
    "澜州市2025年水务工作要点\n全年办好两件事。\n一、修好水渠\n清淤干渠12公里。\n"
    "二、建好水厂。新建水厂2座。\n澜州市水务局\n2025年3月11日\n"
)
NEWER = PLAN.replace("2座", "5座")
OTHER = "澜州市2025年林业工作要点\n一、种好树\n造林3.5万亩。\n二、护好林\n设护林员60名。\n"

PREVIEW_KEYS = {
    *("title", "year", "issuer", "doc_number", "date", "kind", "preamble"),
    *("coverage", "warnings", "sections", "targets"),
}


@pytest.fixture
def run(
    tmp_path: Path,
    embedding_server: EmbeddingServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    return runner(tmp_path, embedding_server, monkeypatch, capsys)


# add


def test_added_plans_are_listed(run: Run, write_plan: WritePlan) -> None:
    added = run("add", write_plan("a.txt", PLAN), write_plan("b.txt", OTHER), "--json")
    assert added.status == 0
    assert [(row["file"], row["outcome"], row["plan"]) for row in added.json] == [
        ("a.txt", "new", "a"),
        ("b.txt", "new", "b"),
    ]
    assert [row["plan"] for row in run("list", "--json").json] == ["a", "b"]


def test_a_plan_for_leaders_is_listed_as_theirs(run: Run, write_plan: WritePlan) -> None:
    file, other = write_plan("a.txt", PLAN), write_plan("b.txt", OTHER)
    run("add", other)
    assert "谁" not in run("list").out
    (file.parent / "plans.toml").write_text('["a.txt"]\naudience = "leaders"\n', encoding="utf-8")
    (added,) = run("add", file, "--json").json
    assert "谁能看：领导和管理员。" in added["notes"]
    assert "谁" in run("list").out  # the column stands where there is something to say
    assert {row["plan"]: row["audience"] for row in run("list", "--json").json} == {
        "a": "leaders",
        "b": "all",
    }


def test_a_folder_is_added_in_order_with_what_plans_toml_says(run: Run, samples: Path) -> None:
    assert run("add", samples).status == 0
    assert [(r["plan"], r["year"], r["region"]) for r in run("list", "--json").json] == [
        ("yunxi-2025", 2025, "云溪市"),
        ("yunxi-2024", 2024, "云溪市"),
        ("yunxi-2023", 2023, "云溪市"),
    ]


def test_adding_again_says_unchanged_and_a_new_text_is_a_new_version(
    run: Run, write_plan: WritePlan
) -> None:
    file = write_plan("a.txt", PLAN)
    outcomes = [run("add", file, "--json").json[0]["outcome"] for _ in range(2)]
    write_plan("a.txt", NEWER)
    outcomes.append(run("add", file, "--json").json[0]["outcome"])
    assert outcomes == ["new", "unchanged", "replaced"]
    assert run("list", "--json").json[0]["version"] == 2


def test_a_plan_like_another_is_added_with_a_hint(run: Run, write_plan: WritePlan) -> None:
    run("add", write_plan("a.txt", PLAN))
    (row,) = run("add", write_plan("b.txt", NEWER), "--json").json
    assert row["outcome"] == "new"
    assert any("--replaces a" in note for note in row["notes"])


def test_replaces_makes_the_file_a_new_version(run: Run, write_plan: WritePlan) -> None:
    run("add", write_plan("a.txt", PLAN))
    run("add", write_plan("b.txt", NEWER), "--replaces", "a")
    assert [(r["plan"], r["version"], r["file"]) for r in run("list", "--json").json] == [
        ("a", 2, "b.txt")
    ]


def test_replaces_takes_one_file(run: Run, write_plan: WritePlan, tmp_path: Path) -> None:
    files = [write_plan("b.txt", PLAN), write_plan("c.txt", OTHER)]
    ran = run("add", *files, "--replaces", "a")
    assert ran.status != 0
    assert "--replaces" in ran.err
    assert not (tmp_path / "data").exists()


def test_replacing_an_unknown_plan_is_one_line(run: Run, write_plan: WritePlan) -> None:
    ran = run("add", write_plan("b.txt", PLAN), "--replaces", "nothing")
    assert (ran.status, is_one_line(ran.err)) == (6, True)


def test_a_dry_run_changes_nothing(run: Run, write_plan: WritePlan, tmp_path: Path) -> None:
    file = write_plan("a.txt", PLAN)
    (row,) = run("add", file, "--dry-run", "--json").json
    assert (row["outcome"], row["sections"], row["coverage"]) == ("parsed", 2, 1.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plans"]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9])
def test_a_bad_file_among_good_ones_fails_alone(
    content: bytes, run: Run, write_plan: WritePlan
) -> None:
    good = write_plan("a.txt", PLAN)
    (good.parent / "b.txt").write_bytes(content)
    write_plan("c.txt", OTHER)
    ran = run("add", good.parent, "--json")
    assert ran.status == ingest.SOME_FAILED
    assert [row["outcome"] for row in ran.json] == ["new", "failed", "new"]
    assert ran.json[1]["notes"][0].startswith("b.txt ")
    assert len(run("list", "--json").json) == 2


def test_a_missing_file_is_an_error_that_names_it(run: Run, tmp_path: Path) -> None:
    ran = run("add", tmp_path / "没有.txt", "--json")
    assert (ran.status, is_one_line(ran.err)) == (3, True)
    assert "没有.txt" in ran.err


def test_a_folder_without_plans_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.mp4").write_bytes(b"video")
    ran = run("add", tmp_path / "photos")
    assert (ran.status, is_one_line(ran.err)) == (4, True)
    assert "photos" in ran.err


def test_a_broken_plans_toml_adds_nothing(run: Run, write_plan: WritePlan) -> None:
    file = write_plan("a.txt", PLAN)
    write_plan("plans.toml", '["a.txt"]\nyaer = 2025')
    ran = run("add", file)
    assert (ran.status, is_one_line(ran.err)) == (5, True)
    assert "a.txt.yaer" in ran.err
    assert run("list", "--json").json == []


# preview


def test_preview_has_the_promised_keys_and_stores_nothing(
    run: Run, write_plan: WritePlan, tmp_path: Path
) -> None:
    shown = run("preview", write_plan("a.txt", PLAN + "扫码关注我们\n"), "--json").json
    assert set(shown) == PREVIEW_KEYS
    assert shown["coverage"] == {
        "chars": len("".join((PLAN + "扫码关注我们").split())),
        "kept": len("".join(PLAN.split())),
        "dropped": [{"text": "扫码关注我们", "why": "网站的广告、导航或发布信息"}],
    }
    assert not (tmp_path / "data").exists()


def test_preview_shows_the_facts_and_the_sections(run: Run, write_plan: WritePlan) -> None:
    shown = run("preview", write_plan("a.txt", PLAN), "--json").json
    assert (shown["title"], shown["year"]) == ("澜州市2025年水务工作要点", 2025)
    assert (shown["issuer"], shown["date"]) == ("澜州市水务局", "2025-03-11")
    assert (shown["preamble"], shown["warnings"]) == ("全年办好两件事。", [])
    first, second = shown["sections"]
    assert set(first) >= {"part", "path", "heading", "text"}
    assert (first["part"], first["path"]) == (None, ["一"])
    assert (first["heading"], first["text"]) == ("修好水渠", "清淤干渠12公里。")
    assert second["text"] == "新建水厂2座。\n澜州市水务局\n2025年3月11日"


def test_preview_says_in_words_what_it_found(run: Run, write_plan: WritePlan) -> None:
    shown = run("preview", write_plan("a.txt", PLAN.replace("二、", "三、") + "扫码关注我们\n"))
    for said in ("澜州市水务局", "一 修好水渠", "未收：扫码关注我们", "注意：编号不连续：三"):
        assert said in shown.out


def test_a_preview_of_a_missing_file_is_one_line(run: Run) -> None:
    ran = run("preview", "nothing.txt", "--json")
    assert (ran.status, ran.out, is_one_line(ran.err)) == (3, "", True)


# list, show, remove, rebuild


def test_an_empty_library_says_how_to_fill_it(run: Run) -> None:
    assert "ingest.py add" in run("list").out
    assert run("list", "--json").json == []


def test_show_is_the_preview_and_the_record(run: Run, write_plan: WritePlan) -> None:
    file = write_plan("a.txt", PLAN)
    run("add", file)
    shown = run("show", "a.txt", "--json").json
    previewed = run("preview", file, "--json").json
    assert previewed.items() <= shown.items()
    assert (shown["plan"], shown["version"], shown["file"]) == ("a", 1, "a.txt")


def test_a_removed_plan_is_gone(run: Run, write_plan: WritePlan) -> None:
    run("add", write_plan("a.txt", PLAN))
    assert run("remove", "a", "--json").json == {"removed": "a"}
    assert run("list", "--json").json == []


def test_rebuild_counts_the_passages(run: Run, write_plan: WritePlan) -> None:
    run("add", write_plan("a.txt", PLAN))
    assert run("rebuild", "--json").json == {"passages": 3}


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_plan_is_one_line_that_names_the_known(
    command: str, run: Run, write_plan: WritePlan
) -> None:
    run("add", write_plan("a.txt", PLAN))
    ran = run(command, "nothing")
    assert (ran.status, ran.out, is_one_line(ran.err)) == (6, "", True)
    assert "现有：a。" in ran.err


def test_every_command_speaks_without_json_too(run: Run, write_plan: WritePlan) -> None:
    assert "新增" in run("add", write_plan("a.txt", PLAN)).out
    for command, said in (("list", "水务工作要点"), ("show a", "一 修好水渠")):
        assert said in run(*command.split()).out
    assert "3 段" in run("rebuild").out
    assert "已移除 a" in run("remove", "a").out


def test_a_wrong_setting_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAODIAN_WEB_PORT", "99999")
    ran = run("list")
    assert (ran.status, is_one_line(ran.err)) == (9, True)
    assert "YAODIAN_WEB_PORT" in ran.err


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(ingest.app, ["--help"])
    assert shown.exit_code == 0
    for command in ("add", "preview", "list", "show", "remove", "rebuild"):
        assert f"  {command} " in shown.stdout


def test_prune_takes_out_the_plans_whose_file_is_gone_and_names_them(
    run: Run, write_plan: WritePlan, tmp_path: Path
) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(PLAN, encoding="utf-8")
    assert run("add", folder).status == 0
    (folder / "a.txt").unlink()
    assert "移除" in run("add", folder, "--prune", "--dry-run").out
    assert len(run("list", "--json").json) == 2
    pruned = run("add", folder, "--prune")
    assert (pruned.status, "a.txt" in pruned.out, "移除" in pruned.out) == (0, True, True)
    assert [row["file"] for row in run("list", "--json").json] == ["b.txt"]


def test_first_adds_only_to_a_library_that_never_held_a_plan(
    run: Run, write_plan: WritePlan
) -> None:
    file = write_plan("a.txt", PLAN)
    assert run("add", file, "--first").status == 0
    plan = run("list", "--json").json[0]["plan"]
    assert run("remove", plan).status == 0
    assert run("add", file, "--first").status == 0
    assert run("list", "--json").json == []


def test_diff_and_restore_work_from_the_command_line(run: Run, write_plan: WritePlan) -> None:
    file = write_plan("a.txt", PLAN)
    plan = run("add", file, "--json").json[0]["plan"]
    file.write_text(PLAN.replace("。", "；", 1), encoding="utf-8")
    assert run("add", file).status == 0
    assert "改动" in run("diff", plan).out
    assert "恢复到第 1 版" in run("restore", plan, "1").out
    assert run("show", plan, "--json").json["version"] == 1
    assert run("show", plan, "--version", "9").status == 6


def test_a_plan_that_lost_much_of_its_file_is_listed_with_a_warning(
    run: Run, write_plan: WritePlan
) -> None:
    noise = "更多范文请关注公众号“澜文库”\n" * 3
    assert run("add", write_plan("whole.txt", PLAN)).status == 0
    assert "只收了" not in run("list").out
    assert run("add", write_plan("part.txt", f"{noise}{PLAN}")).status == 0
    assert "请用 show 核对" in run("list").out
    share = {row["plan"]: row["coverage"] for row in run("list", "--json").json}
    assert share["whole"] == 1.0 > 0.98 > share["part"]
