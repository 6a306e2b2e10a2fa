# SPDX-License-Identifier: GPL-3.0-or-later
"""A QCFractal server with one compute manager on this machine, for checks; needs PostgreSQL's programs.

    python3 scripts/checks/fractal_server.py FOLDER     makes and starts one, prints its address, ends with standard input

QCFractal goes into an environment of its own (.build/qcfractal), with the plugin of `swivel doctor --qcengine-plugin`.
"""
import getpass
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SWIVEL = ROOT / ".build" / "release" / "swivel"
ENVIRONMENT = ROOT / ".build" / "qcfractal"
PACKAGES = ("qcfractal==0.71", "qcfractalcompute==0.71")
# Seconds until a part that does not start is given up.
STARTS_WITHIN = 120


def environment() -> Path:
    """The folder of programs of QCFractal's environment, with the plugin of this Swivel; made where it is not there."""
    programs = ENVIRONMENT / "bin"
    if not (programs / "qcfractal-server").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", *PACKAGES], check=True)
    wheel = subprocess.run([SWIVEL, "doctor", "--qcengine-plugin", ENVIRONMENT, "--quiet"], check=True, text=True,
                           capture_output=True).stdout.strip()
    subprocess.run([programs / "pip", "install", "--quiet", wheel], check=True)
    return programs


def postgres_program(name: str) -> str:
    """Where a program of PostgreSQL lies; Debian has them off the PATH."""
    found = shutil.which(name) or next((str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    if found is None:
        raise FileNotFoundError(f"no {name}: apt-get install postgresql")
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """Database, server and manager; each can be stopped and started again."""

    def __init__(self, folder: Path, workers: int = 2, update: float = 1.0):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.programs = environment()
        self.port, self.database_port = free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.password = secrets.token_urlsafe(12)
        self.parts: dict[str, subprocess.Popen] = {}
        self._start_database()
        self._configure(workers, update)
        self.run("qcfractal-server", "--config", "server.yaml", "init-db")
        for user, role in (("swivel", "submit"), ("manager", "compute")):
            self.run("qcfractal-server", "--config", "server.yaml", "user", "add", user, "--role", role, "--password",
                     self.password)

    def run(self, program: str, *arguments: str) -> None:
        """Runs one of QCFractal's programs to its end."""
        done = subprocess.run([self.programs / program, *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program} {arguments}: {done.stdout}{done.stderr}")

    def _start_database(self) -> None:
        """PostgreSQL, which refuses root: then as nobody."""
        self.owner = "nobody" if os.geteuid() == 0 else getpass.getuser()
        self.as_owner = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        data = self.folder / "db"
        if not data.exists():
            data.mkdir()
            if os.geteuid() == 0:
                shutil.chown(data, "nobody")
            subprocess.run([*self.as_owner, postgres_program("initdb"), "-D", data, "-A", "trust", "-U", "postgres"],
                           check=True, cwd="/", stdout=subprocess.DEVNULL)
        command = [*self.as_owner, postgres_program("postgres"), "-D", data, "-p", str(self.database_port), "-k", data,
                   "-c", "fsync=off"]
        self._begin("database", command, cwd="/")
        self._await(lambda: socket.create_connection(("127.0.0.1", self.database_port), timeout=1).close(), "database")

    def _configure(self, workers: int, update: float) -> None:
        (self.folder / "server.yaml").write_text(
            f"name: check\nenable_security: true\nheartbeat_frequency: 30\nbase_folder: {self.folder}\n"
            f"database: {{own: false, host: 127.0.0.1, port: {self.database_port}, username: postgres, password: '',"
            f" database_name: check}}\n"
            f"api: {{host: 127.0.0.1, port: {self.port}, num_threads_per_worker: 4, worker_timeout: 120,"
            f" secret_key: {secrets.token_urlsafe(32)}, jwt_secret_key: {secrets.token_urlsafe(32)},"
            f" user_session_cookie_secure: false}}\n")
        (self.folder / "manager.yaml").write_text(
            f"cluster: check\nupdate_frequency: {update}\nbase_folder: {self.folder}\n"
            f"server: {{fractal_uri: '{self.address}', username: manager, password: {self.password}, verify: false}}\n"
            f"executors: {{here: {{type: local, max_workers: {workers}, cores_per_worker: 1, memory_per_worker: 1,"
            f" compute_tags: ['*']}}}}\n")

    def _begin(self, part: str, command: list, cwd: str | Path) -> None:
        # The manager asks the python3 of its PATH which programs there are.
        known = os.environ | {"PATH": f"{self.programs}:{os.environ['PATH']}"}
        with open(self.folder / f"{part}.log", "a") as log:
            self.parts[part] = subprocess.Popen(command, cwd=cwd, env=known, stdin=subprocess.DEVNULL, stdout=log,
                                                stderr=subprocess.STDOUT)

    def _await(self, answers, part: str) -> None:
        ends = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                return answers()
            except OSError:
                if self.parts[part].poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"{part} does not start: {(self.folder / f'{part}.log').read_text()[-2000:]}") from None
                time.sleep(0.2)

    def start_server(self) -> None:
        self._begin("server", [self.programs / "qcfractal-server", "--config", "server.yaml", "start"], self.folder)
        self._await(lambda: urllib.request.urlopen(f"{self.address}/api/v1/ping", timeout=5).close(), "server")

    def start_manager(self) -> None:
        self._begin("manager", [self.programs / "qcfractal-compute-manager", "--config", "manager.yaml"], self.folder)

    def stop(self, *parts: str) -> None:
        """Ends the parts, or all of them."""
        for part in parts or ("manager", "server", "database"):
            process = self.parts.pop(part, None)
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    here = Server(Path(sys.argv[1]).resolve())
    try:
        here.start_server()
        here.start_manager()
        print(f"QCPORTAL_USERNAME=swivel QCPORTAL_PASSWORD={here.password} {here.address}", flush=True)
        sys.stdin.read()
    finally:
        here.stop()
