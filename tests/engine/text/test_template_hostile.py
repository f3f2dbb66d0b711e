"""Row 42: a template that came with a model is a program by a stranger. It is rendered apart, or not at
all.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from engine.errors import DamagedModel, PonderError, TemplateFailed, UnsafeModel, UnsupportedModel
from engine.template import ChatTemplate, find_template, load_template
from engine.types import JsonObject

MESSAGES: list[JsonObject] = [{"role": "user", "content": "hi"}]
SSTI = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.system('touch PWNED') }}",
    "{{ lipsum.__globals__['os'].popen('touch PWNED').read() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').system('touch PWNED') }}",
    "{{ messages.append(1) }}",
    "{{ (''|attr('__class__')).mro() }}",
    "{% include '/etc/passwd' %}",
    "{{ raise_exception('no') }}",
    "{{ undefined.attribute }}",
    "{% for %}",
    "{{ 1/0 }}",
]
HUNGRY = [
    "{{ (['a']*10**8)|join|length }}",
    "{{ 'a'*10**10 }}",
    "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% for i in range(99999) %}{{ 'a'*100000 }}{% endfor %}",
    "{{ '%999999999999s' % 'a' }}",
]
ENDLESS = [
    "{% for i in range(99999) %}" * 3 + "{% endfor %}" * 3,
    "{{ (10**9)**(10**9) }}",
    "{% macro f(n) %}{% for i in range(9) %}{{ f(n) }}{% endfor %}{% endmacro %}"
    "{% for i in range(99999) %}{% for j in range(99999) %}{{ i ** j }}{% endfor %}{% endfor %}{{ f(1) }}",
]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not (tmp_path / "PWNED").exists()
    gc.collect()
    assert not multiprocessing.active_children()


def fails(source: str, time_limit_s: float = 2.0) -> float:
    """Seconds until the rendering failed, the start of the process left out."""
    template = ChatTemplate(source, time_limit_s=time_limit_s)
    assert not template.trusted
    try:
        assert template._process is not None
        with template._process._lock:
            template._process._running_child()
        begun = time.monotonic()
        with pytest.raises(TemplateFailed):
            template.render(MESSAGES)
        return time.monotonic() - begun
    finally:
        template.close()


@pytest.mark.parametrize("source", SSTI)
def test_row_42_reaching_python_fails(workplace: Path, source: str) -> None:
    fails(source)


@pytest.mark.parametrize("source", HUNGRY)
def test_row_42_taking_memory_fails_in_time(workplace: Path, source: str) -> None:
    assert fails(source) < 3.5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces the limit for certain")
def test_row_42_memory_is_capped_by_the_system(workplace: Path) -> None:
    template = ChatTemplate(HUNGRY[0])
    with pytest.raises(TemplateFailed, match="too much memory"):
        template.render(MESSAGES)
    template.close()


@pytest.mark.parametrize("source", ENDLESS)
def test_row_42_looping_is_ended_in_time(workplace: Path, source: str) -> None:
    assert fails(source, time_limit_s=1.0) < 2.5


def test_the_process_is_kept_and_replaced_after_a_failure(workplace: Path) -> None:
    template = ChatTemplate("{% if messages[0].content == 'loop' %}{{ 1/0 }}{% endif %}{{ messages[0].content }}!")
    assert template.render(MESSAGES) == "hi!"
    (child,) = multiprocessing.active_children()
    assert template.render(MESSAGES) == "hi!"
    assert [each.pid for each in multiprocessing.active_children()] == [child.pid]
    with pytest.raises(TemplateFailed, match="ZeroDivisionError"):
        template.render([{"role": "user", "content": "loop"}])
    assert template.render(MESSAGES) == "hi!"
    child = multiprocessing.active_children()[0]
    child.kill()
    child.join()
    assert template.render(MESSAGES) == "hi!"
    template.close()
    template.close()
    assert template.render(MESSAGES) == "hi!"
    del template  # its finaliser ends the process; the fixture looks


def half_an_answer(connection: Connection) -> None:
    """A child that was taken over: it announces a long answer and never finishes it."""
    connection.send_bytes(b"ready")
    connection.recv_bytes()
    os.write(connection.fileno(), struct.pack("!i", 1000) + b"{")
    time.sleep(60)


def pickled_answer(connection: Connection) -> None:
    connection.send_bytes(b"ready")
    connection.recv_bytes()
    connection.send({"text": "no JSON"})
    time.sleep(60)


@pytest.mark.skipif(sys.platform == "win32", reason="writes to the pipe as POSIX does")
@pytest.mark.parametrize(("child", "problem"), [(half_an_answer, "longer"), (pickled_answer, "ended")])
def test_a_child_that_was_taken_over_is_ended(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, child: Callable[[Connection], None], problem: str
) -> None:
    monkeypatch.setattr("engine.template_process.serve", child)
    template = ChatTemplate("{{ messages }}", time_limit_s=0.5)
    begun = time.monotonic()
    with pytest.raises(TemplateFailed, match=problem):
        template.render(MESSAGES)
    assert time.monotonic() - begun < 10
    template.close()


def test_output_is_bounded_for_input_of_any_size(workplace: Path) -> None:
    template = ChatTemplate("{% for m in messages %}{{ m.content }}{% endfor %}")
    long: list[JsonObject] = [{"role": "user", "content": "é\ud800\x00<>'&\"\\" * 200_000}]
    assert template.render(long) == long[0]["content"]
    template.close()


def test_foreign_templates_render_as_in_transformers(workplace: Path) -> None:
    template = ChatTemplate(
        "{{ bos_token }}{% for m in messages %}\n"
        "    {% if loop.index0 > 1 %}{% break %}{% endif %}\n"
        "    {% generation %}{{ m | tojson }}{% endgeneration %}\n"
        "{% endfor %}\n"
        "{{ strftime_now('%Y') | length }}{{ tools is none }}{{ enable_thinking is defined }}",
        {"bos_token": "<s>"},
    )
    messages: list[JsonObject] = [{"role": "user", "content": "<é & 'ü'>", "a": 1}, {"b": 2}, {"c": 3}]
    text = template.render(messages)
    template.close()
    assert text == '<s>{"role": "user", "content": "<é & \'ü\'>", "a": 1}{"b": 2}4TrueFalse'


def test_nothing_is_left_when_the_interpreter_ends_without_close(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        "from engine.template import ChatTemplate\n"
        "import multiprocessing\n"
        "if __name__ == '__main__':\n"
        "    keep = ChatTemplate('{{ messages[0].content }}')\n"
        "    print(keep.render([{'role': 'user', 'content': 'ok'}]))\n"
        "    print(multiprocessing.active_children()[0].pid)\n",
        encoding="utf-8",
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(root), "PATH": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    text, pid = done.stdout.split()
    assert text == "ok"
    assert not Path(f"/proc/{pid}").exists()


def test_the_child_imports_nothing_heavy() -> None:
    code = (
        "import sys, engine.template_process\n"
        "print([name for name in ('torch', 'transformers', 'tokenizers', 'numpy') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"


def test_finding_the_template(tmp_path: Path) -> None:
    config = tmp_path / "tokenizer_config.json"
    assert find_template(tmp_path) is None
    assert load_template(tmp_path) is None
    config.write_text("{}", encoding="utf-8")
    assert find_template(tmp_path) is None
    config.write_text(json.dumps({"chat_template": "one"}), encoding="utf-8")
    assert find_template(tmp_path) == "one"
    named = [{"name": "tool_use", "template": "no"}, {"name": "default", "template": "two"}]
    config.write_text(json.dumps({"chat_template": named}), encoding="utf-8")
    assert find_template(tmp_path) == "two"
    config.write_text(json.dumps({"chat_template": named[:1]}), encoding="utf-8")
    assert find_template(tmp_path) is None
    (tmp_path / "chat_template.jinja").write_text("three", encoding="utf-8")
    assert find_template(tmp_path) == "three"


def test_special_tokens_come_from_the_configuration(tmp_path: Path) -> None:
    config = {
        "chat_template": "{{ bos_token }}{{ eos_token }}",
        "bos_token": {"content": "<s>"},
        "eos_token": "</s>",
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    template = load_template(tmp_path)
    assert template is not None
    assert template.render(MESSAGES) == "<s></s>"
    template.close()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("chat_template.jinja", b"\xff\xff", DamagedModel),
        ("chat_template.jinja", b"a" * 1_100_000, UnsupportedModel),
        ("tokenizer_config.json", b"{", DamagedModel),
        ("tokenizer_config.json", b"[]", DamagedModel),
        ("tokenizer_config.json", b'{"chat_template": 5}', DamagedModel),
        ("tokenizer_config.json", json.dumps({"chat_template": "a" * 1_100_000}).encode(), UnsupportedModel),
    ],
)
def test_bad_template_files_are_refused(tmp_path: Path, name: str, content: bytes, error: type[PonderError]) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error):
        load_template(tmp_path)


def test_row_41_a_template_that_is_a_link_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "chat_template.jinja").symlink_to(tmp_path / "secret")
    with pytest.raises(UnsafeModel):
        load_template(tmp_path / "model")
