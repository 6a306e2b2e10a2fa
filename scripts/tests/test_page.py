# SPDX-License-Identifier: GPL-3.0-or-later
"""The committed report pages in a real browser: no errors, no sideways scrolling, working sorting, filtering and
enlarging at phone and desktop width; and their numbers against summary.json."""
import functools
import http.server
import json
import re
import shutil
import subprocess
import threading
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from conftest import HANGS_AFTER

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = sorted(path.parent.name for path in (ROOT / "reports").glob("*/index.html"))
XHTML = "{http://www.w3.org/1999/xhtml}"
CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)

# Runs in a page around the report, which it holds in frames as wide as a phone and a desktop.
HARNESS = """<!DOCTYPE html><html><body><pre id="result">unfinished</pre><script>
const results = {};
function check(width, frame) {
  const w = frame.contentWindow, d = frame.contentDocument, found = {errors: frame.errors};
  const all = (s) => Array.from(d.querySelectorAll(s));
  found.sideways = d.documentElement.scrollWidth - d.documentElement.clientWidth;
  found.scans = all(".panel .profile").length;
  found.sketches = all(".sketch").length;
  // Sorting by the mean, twice: up, then down.
  const table = d.getElementById("parameter-table");
  const column = Array.from(table.tHead.rows[0].cells).findIndex((c) => c.textContent === "mean");
  const means = () => Array.from(table.tBodies[0].rows).map((r) => Number(r.cells[column].dataset.value));
  const ascending = (list) => list.every((v, i) => i === 0 || v >= list[i - 1]);
  const button = table.tHead.rows[0].cells[column].querySelector("button");
  button.click(); found.sortedUp = ascending(means());
  button.click(); found.sortedDown = ascending(means().reverse());
  // Filtering by periodicity.
  const filter = d.getElementById("filter");
  filter.value = "n = 3"; filter.dispatchEvent(new w.Event("input"));
  const shown = Array.from(table.tBodies[0].rows).filter((r) => !r.hidden);
  found.filtered = shown.length; found.filteredRight = shown.every((r) => r.cells[1].textContent === "3");
  filter.value = ""; filter.dispatchEvent(new w.Event("input"));
  found.unfiltered = Array.from(table.tBodies[0].rows).filter((r) => !r.hidden).length;
  // Values under the pointer, by keyboard, large and back.
  const plot = d.querySelector(".plot");
  plot.dispatchEvent(new w.KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
  found.tip = d.getElementById("tip").textContent;
  plot.dispatchEvent(new w.KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
  const dialog = d.getElementById("large");
  found.opened = dialog.open && dialog.querySelector(".profile") !== null;
  d.getElementById("large-close").click();
  // The pair of constants under the pointer.
  const map = d.querySelector(".heat-map");
  if (map) {
    const at = new w.DOMPoint(Number(map.dataset.left) + 0.5 * map.dataset.size, Number(map.dataset.top) + 1.5 * map.dataset.size)
      .matrixTransform(map.getScreenCTM());
    map.dispatchEvent(new w.PointerEvent("pointermove", {clientX: at.x, clientY: at.y, bubbles: true}));
    found.pair = d.getElementById("tip").textContent;
    // Down and up again by keyboard comes back to it.
    for (const key of ["ArrowDown", "ArrowUp"]) { map.dispatchEvent(new w.KeyboardEvent("keydown", {key, bubbles: true})); }
    found.pairByKeys = d.getElementById("tip").textContent;
  }
  results[width] = found;
}
const widths = [390, 1300];
let open = widths.length;
for (const width of widths) {
  const frame = document.createElement("iframe");
  frame.errors = [];
  frame.width = width; frame.height = 900;
  frame.onload = () => {
    frame.contentWindow.addEventListener("error", (e) => frame.errors.push(String(e.message)));
    try { check(width, frame); } catch (e) { frame.errors.push(String(e)); results[width] = {errors: frame.errors}; }
    // Closing a dialog tells its listeners a moment later.
    setTimeout(() => {
      const d = frame.contentDocument;
      results[width].closed = !d.getElementById("large").open && d.querySelector(".panel .plot .profile") !== null;
      if (--open === 0) document.getElementById("result").textContent = JSON.stringify(results);
    }, 200);
  };
  frame.src = "index.html";
  document.body.append(frame);
}
</script></body></html>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "no browser: apt-get install chromium"

    def open_page(folder: Path, harness: str) -> tuple[dict, str]:
        """What the harness says of folder/index.html, and everything that reached the console."""
        (folder / "harness.html").write_text(harness)
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            run = subprocess.run(
                [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--log-level=0",
                 f"--user-data-dir={folder / 'profile'}", "--window-size=1400,1000", "--virtual-time-budget=20000",
                 "--dump-dom", f"http://127.0.0.1:{server.server_port}/harness.html"],
                capture_output=True, text=True, timeout=HANGS_AFTER)
        finally:
            server.shutdown()
        dom = re.search(r'<pre id="result">(.*?)</pre>', run.stdout, re.S)
        assert dom and dom[1] != "unfinished", run.stdout[:500] + run.stderr[-2000:]
        text = dom[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        console = "\n".join(line for line in run.stderr.splitlines() if "CONSOLE" in line)
        return json.loads(text), console

    return open_page


@pytest.mark.parametrize("family", FAMILIES)
def test_page_works_at_phone_and_desktop_width(family, browser, tmp_path):
    shutil.copy(ROOT / "reports" / family / "index.html", tmp_path)
    summary = json.loads((ROOT / "reports" / family / "summary.json").read_text())
    found, console = browser(tmp_path, HARNESS)
    assert console == ""
    for width in ("390", "1300"):
        page = found[width]
        assert page["errors"] == [], page
        assert page["sideways"] <= 0, f"{width} pixels wide it scrolls sideways by {page['sideways']}"
        assert page["scans"] == len(summary["scans"]) == page["sketches"]
        assert page["sortedUp"] and page["sortedDown"]
        threefold = sum(p["periodicity"] == 3 for p in summary["parameters"])
        assert page["filtered"] == threefold and page["filteredRight"]
        assert page["unfiltered"] == len(summary["parameters"])
        assert "QM:" in page["tip"] and "kcal/mol" in page["tip"]
        assert page["opened"] and page["closed"]
        if len(summary["parameters"]) > 1:
            assert re.search(r"-?[01]\.\d\d$", page["pair"]), page["pair"]
            assert page["pairByKeys"] == page["pair"]


@pytest.mark.parametrize("family", FAMILIES)
def test_links_of_the_page_lead_somewhere(family):
    text = (ROOT / "reports" / family / "index.html").read_text()
    places = re.findall(r' id="([^"]+)"', text)
    assert len(places) == len(set(places))
    links = re.findall(r'<a [^>]*href="([^"]+)"', text)
    assert len(links) > 10 and all(link.startswith("#") and link[1:] in places for link in links)


@pytest.mark.parametrize("family", FAMILIES)
def test_page_shows_the_numbers_of_the_summary(family):
    text = (ROOT / "reports" / family / "index.html").read_text()
    # 5 MB is what a page may weigh.
    assert len(text) < 5_000_000
    page = ElementTree.fromstring(text.split("\n", 1)[1])
    summary = json.loads((ROOT / "reports" / family / "summary.json").read_text())

    def rows(table):
        body = next(e for e in page.iter(XHTML + "table") if e.get("id") == table).find(XHTML + "tbody")
        return [["".join(cell.itertext()) for cell in row] for row in body]

    def shown(value, digits):
        text = f"{value:.{digits}f}"
        return text.replace("-", "" if not text.strip("-0.") else "−")

    def near(text, value, digits):
        if value is None:
            return text == "–"
        # Ties of the last digit may be rounded either way.
        return abs(float(text.replace("−", "-")) - value) <= 0.5000001 * 10 ** -digits

    parameters = rows("parameter-table")
    assert len(parameters) == len(summary["parameters"])
    for row, p in zip(parameters, summary["parameters"]):
        assert row[0].replace(" sin", "") == (p["smarts"] or "-".join(p["types"])) and row[1] == str(p["periodicity"])
        assert near(row[2], p["mean"], 3) and near(row[3], p["sd"], 3) and near(row[5], p["base"], 3)
    cards = ["".join(e.itertext()) for e in page.iter(XHTML + "p") if e.get("class") == "big"]
    assert any(f"{shown(summary['rmse_base'], 2)} → {shown(summary['rmse_fit'], 2)}" in card for card in cards)
    validation = summary["validation"]
    if validation is None:
        # `make demo` has fitted the family anew and not validated it.
        assert any("Not measured in this run" in "".join(e.itertext()) for e in page.iter(XHTML + "p"))
    else:
        lead = ["".join(e.itertext()) for e in page.iter(XHTML + "p") if e.get("class") == "lead"]
        assert any(f"{shown(validation['rmse_base'], 2)} → {shown(validation['rmse'], 2)} kcal/mol" in text
                   and f"CRPS {shown(validation['crps'], 3)}" in text for text in lead)
        held = {row[0]: row for row in rows("held-out-table")}
        for molecule in summary["validation"]["molecules"]:
            row = held[molecule["held_out"]]
            assert near(row[1], molecule["rmse_base"], 2) and near(row[2], molecule["rmse"], 2)
            assert near(row[3], molecule["crps"], 3)
    derived = rows("derived-table")
    records = [d for scan in summary["scans"] for d in scan["derived"]]
    assert len(derived) == len(records)
    for row, d in zip(derived, records):
        assert row[1].startswith(d["kind"]) and near(row[2], d["qm"], 2) and near(row[4], d["mean"], 2)
