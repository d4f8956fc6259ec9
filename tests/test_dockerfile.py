"""The Dockerfile's steps, replayed without Docker: a folder plays the image, a fresh virtual environment its Python.

What is read from the file is what is done; a step this replay does not know is a failure, not a guess.
"""

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from bot.console import Running
from bot.sandbox.cast import DEMO_TOKEN
from bot.settings import DATABASE_FILE
from tests.stories.house import START_SECONDS, sandbox

ROOT = Path(__file__).parent.parent
AS_ROOT = os.getuid() == 0
PATHS = "/usr/local/bin:/usr/bin:/bin"
NOT_NEEDED = shutil.ignore_patterns("test", "site-packages", "dist-packages", "config-*", "idlelib", "tkinter")

Step = Callable[[str], None]


def steps() -> list[tuple[str, str]]:
    """(instruction, what follows it) in order."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


class Image:
    """A folder as the image's root; built step by step, as whoever runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workdir = folder, "/"
        self.environ: dict[str, str] = {}
        self.uids = {"root": 0}
        self.user = "root"
        self.volumes: list[Path] = []
        self.command: list[str] = []
        self.check: list[str] = []

    def inside(self, path: str) -> Path:
        return self.folder / PurePosixPath(self.workdir, path).relative_to("/")

    def build(self) -> None:
        deeds: dict[str, Step] = {"FROM": self.begin, "WORKDIR": self.enter, "COPY": self.copy, "RUN": self.run}
        deeds |= {"USER": self.become, "ENV": self.keep, "VOLUME": self.mount, "CMD": self.command_is}
        deeds |= {"HEALTHCHECK": self.check_is}
        for word, rest in steps():
            deeds[word](rest)

    def begin(self, base: str) -> None:
        assert re.fullmatch(r"python:3\.\d+-slim", base)
        python = interpreter(self.folder / "python")
        self.environ["LD_LIBRARY_PATH"] = str(python.parent.parent / "lib")
        subprocess.run([python, "-m", "venv", self.folder / "venv"], check=True, timeout=120)

    def enter(self, folder: str) -> None:
        self.workdir = folder
        self.inside(".").mkdir(parents=True, exist_ok=True)

    def copy(self, rest: str) -> None:
        *sources, target = rest.split()
        for source in sources:
            if (ROOT / source).is_dir():  # Docker copies what is in a folder
                shutil.copytree(ROOT / source, self.inside(target), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, self.inside(target))

    def run(self, rest: str) -> None:
        deeds: dict[str, Callable[..., None]] = {"useradd": self.add_user, "python": self.python}
        deeds |= {"mkdir": self.make_folder, "chown": self.give}
        for command in rest.split(" && "):
            program, *arguments = shlex.split(command)
            deeds[program](*arguments)

    def add_user(self, *arguments: str) -> None:
        name = arguments[-1]
        self.uids[name] = int(arguments[arguments.index("--uid") + 1])
        home = self.inside(f"/home/{name}")
        home.mkdir(parents=True)
        self.give(name, f"/home/{name}")
        self.environ["HOME"] = str(home)

    def python(self, *arguments: str) -> None:
        subprocess.run([self.folder / "venv/bin/python", *arguments], cwd=self.inside("."), check=True, timeout=240)

    def make_folder(self, path: str) -> None:
        self.inside(path).mkdir()

    def give(self, name: str, path: str) -> None:
        if AS_ROOT:
            os.chown(self.inside(path), self.uids[name], self.uids[name])

    def become(self, name: str) -> None:
        self.user = name

    def keep(self, rest: str) -> None:
        for name, _, value in (pair.partition("=") for pair in shlex.split(rest)):
            self.environ[name] = str(self.inside(value)) if value.startswith("/") else value

    def mount(self, path: str) -> None:
        self.volumes.append(self.inside(path))

    def command_is(self, rest: str) -> None:
        self.command = self.spelled(rest)

    def check_is(self, rest: str) -> None:
        options, _, command = rest.partition("CMD ")
        assert all(re.fullmatch(r"--[a-z-]+=\d+s?", option) for option in options.split())
        self.check = self.spelled(command)

    def spelled(self, command: str) -> list[str]:
        program, *arguments = json.loads(command)
        assert program == "python"
        return [str(self.folder / "venv/bin/python"), *arguments]

    async def start(self, log: Path, **settings: str) -> asyncio.subprocess.Process:
        """The container: the image's user, its folder, its environment, and the settings given to it."""
        return await self.process(self.command, log, **settings)

    async def checked(self, log: Path) -> int | None:
        """The container's health, as Docker asks for it: 0 is healthy, 1 is not, and there is nothing else."""
        return await (await self.process(self.check, log)).wait()

    async def process(self, command: list[str], log: Path, **settings: str) -> asyncio.subprocess.Process:
        uid = self.uids[self.user] if AS_ROOT else None
        environ = {"PATH": PATHS, **self.environ, **settings}
        with log.open("ab") as out:
            return await asyncio.create_subprocess_exec(
                *command,
                cwd=self.inside("."),
                env=environ,
                stdout=out,
                stderr=out,
                user=uid,
                group=uid,
                extra_groups=[] if AS_ROOT else None,
            )

    def files(self) -> set[str]:
        """Everything outside the volumes; Python's caches are no data."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {str(path) for path in found if not any(path.is_relative_to(volume) for volume in self.volumes)}


def interpreter(copy: Path) -> Path:
    """The Python that runs the tests, or a copy of it where it lives in a home that is closed to others."""
    original = Path(sys.executable).resolve()
    if all(folder.stat().st_mode & 0o005 == 0o005 for folder in original.parents):
        return original
    library = f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
    shutil.copytree(Path(sys.base_prefix) / library, copy / library, ignore=NOT_NEEDED, symlinks=True)
    for shared in (Path(sys.base_prefix) / "lib").glob("libpython*.so*"):
        shutil.copy(shared, copy / "lib")
    (copy / "bin").mkdir()
    return Path(shutil.copy(original, copy / "bin"))


@pytest.fixture
def image() -> Iterator[Image]:
    """Directly in the temporary directory and open to others: pytest's own folders are closed to the image's user."""
    folder = Path(tempfile.mkdtemp(prefix="branchlife-image-"))
    folder.chmod(0o755)
    yield Image(folder)
    shutil.rmtree(folder)


async def healthy(data: Path, process: asyncio.subprocess.Process) -> bool:
    """Whether it becomes healthy; no, as soon as it has ended."""
    async with asyncio.timeout(START_SECONDS):
        while process.returncode is None:
            if (service := Running.find(data)) and await service.healthy():
                return True
            await asyncio.sleep(0.05)
    return False


def said(log: Path) -> str:
    return log.read_text(encoding="utf-8")


@pytest.mark.timeout(420)
async def test_the_image_runs_as_nobody_special_and_keeps_its_data_in_one_volume(image: Image, tmp_path: Path) -> None:
    image.build()
    (data,) = image.volumes
    before, log = image.files(), tmp_path / "container.log"
    async with sandbox(tmp_path) as api:
        assert await image.checked(log) == 1
        process = await image.start(log, BRANCHLIFE_TOKEN=DEMO_TOKEN, BRANCHLIFE_API_BASE_URL=api)
        assert await healthy(data, process), said(log)
        assert await image.checked(log) == 0, said(log)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            assert await process.wait() == 0, said(log)
        assert await image.checked(log) == 1
    assert image.files() == before
    database = data / DATABASE_FILE
    assert database.stat().st_size > 0
    assert image.uids[image.user] >= 1000
    assert not AS_ROOT or database.stat().st_uid == image.uids[image.user]


def test_the_builder_is_given_what_is_copied_and_nothing_else() -> None:
    copied = {source for word, rest in steps() if word == "COPY" for source in rest.split()[:-1]}
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
