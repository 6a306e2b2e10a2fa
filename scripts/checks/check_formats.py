"""Reads a real file of every scan format with `swivel inspect` and compares with the numbers that the program itself printed.

    python scripts/checks/check_formats.py [--swivel .build/release/swivel] [--public FOLDER] [--write docs/formats.md]

The numbers are taken from the files by this script's own few lines a format, and not by Swivel's readers. Files of
Tests/Fixtures/scans are always there; those of ../shared/data/samples and of --public (cclib's data/, whose Gaussian and ORCA scans
are real) where they lie. Ends with 1 where a number differs in its last printed digit. --write puts the table into the page.
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/Fixtures/scans"
SAMPLES = ROOT.parent / "shared/data/samples"
HARTREE = 627.5094740631


def text(path):
    return gzip.open(path, "rt").read() if str(path).endswith(".gz") else Path(path).read_text(errors="replace")


def relative(values, unit=HARTREE):
    return [(v - min(values)) * unit for v in values]


def reference(path):
    return relative([p["energy"] for p in json.loads((FIXTURES / "reference.json").read_text())["points"]])


def gaussian_summary(path):
    """ "Summary of Optimized Potential Surface Scan (add -382.0 to energies)": five decimals."""
    energies = []
    for line in text(path).split("Summary of Optimized")[-1].splitlines():
        if "Eigenvalues --" in line:
            energies += [float(x) for x in re.findall(r"-?\d+\.\d{5}", line.split("--", 1)[1])]
    return relative(energies)


def gaussian_converged(path):
    """The last SCF energy before each stationary point."""
    energies, last = [], None
    for line in text(path).splitlines():
        if "SCF Done:" in line:
            last = float(line.split("=")[1].split()[0])
        elif "-- Stationary point found." in line:
            energies.append(last)
    return relative(energies)


def gaussian_rigid(path):
    rows = text(path).split("Summary of the potential surface scan:")[1].splitlines()[3:]
    values = []
    for row in rows:
        fields = row.split()
        if len(fields) != 3 or fields[0].startswith("-"):
            break
        values.append(float(fields[2]))
    return relative(values)


def orca_surface(path):
    rows = text(path).split("The Calculated Surface using the 'Actual Energy'")[1].splitlines()[1:]
    values = []
    for row in rows:
        fields = row.split()
        if len(fields) != 2:
            break
        values.append(float(fields[1]))
    return relative(values)


def fchk_points(path):
    """The last of each optimisation's results: nine digits, 1e-6 hartree."""
    content, values = text(path).splitlines(), []
    for i, line in enumerate(content):
        found = re.match(r"Opt point +\d+ Results for each geome +R +N= +(\d+)", line)
        if found:
            numbers, row = [], i + 1
            while len(numbers) < int(found.group(1)):
                numbers += content[row].split()
                row += 1
            values.append(float(numbers[-2]))
    return relative(values)


def psi4_final(path):
    return relative([float(x) for x in re.findall(r"Final energy is +(-\d+\.\d+)", text(path))])


def psi4_mp2(path):
    return relative([float(x) for x in re.findall(r"\n\s+Total Energy +=\s+(-\d+\.\d+) \[Eh\]", text(path))])


def comments(pattern, unit=HARTREE):
    return lambda path: relative([float(x) for x in re.findall(pattern, text(path))], unit)


def qcengine_drive(path):
    data = json.loads(text(path))
    values = data.get("final_energies") or {k: v["return_energy"] for k, v in data["scan_properties"].items()}
    order = sorted(values, key=lambda k: [float(x) for x in re.findall(r"-?\d+", k)])
    return relative([values[k] for k in order])


def qcengine_points(path):
    return relative([
        json.loads(text(p))["energies"][-1]
        for p in sorted(Path(path).glob("*/out.json.gz"), key=lambda p: int(p.parent.name))
    ])


def yammbs(path):
    first = json.loads(text(path))["qm_torsions"][0]["energies"]
    return relative([first[k] for k in sorted(first, key=float)], 1)


def rows(public):
    f, s, c = FIXTURES, SAMPLES, public
    own = "own run"
    found = [
        ("Gaussian 16 log, relaxed", c and c / "Gaussian/basicGaussian16/dvb_scan_relaxed.log", "cclib", gaussian_summary, 1e-5, []),
        ("Gaussian 09 log, relaxed", c and c / "Gaussian/basicGaussian09/dvb_scan_relaxed.log", "cclib", gaussian_summary, 1e-5, []),
        ("Gaussian 16 log, rigid", c and c / "Gaussian/basicGaussian16/dvb_scan_unrelaxed.log", "cclib", gaussian_rigid, 1e-5, []),
        ("Gaussian 16 log, 37 points", s / "gaussian/CT_CT_C_OH_multiplicity_1.log", "MoSDeF", gaussian_converged, 1e-9, []),
        ("Gaussian 09 log, title says MP2", s / "gaussian/pyrrole-MPR.scan1.neg.log", "MoSDeF", gaussian_converged, 1e-9, []),
        ("Gaussian fchk of a scan", c and c / "FChk/basicGaussian16/dvb_scan_relaxed.fchk", "cclib", fchk_points, 1e-9, []),
        ("Gaussian fchk, one point", f / "gaussian.fchk", "layout", lambda p: [0.0], 1e-9, []),
        ("ORCA 6.0.1 output, rigid", c and c / "ORCA/basicORCA6.0/dvb_scan_unrelaxed.out", "cclib", orca_surface, 1e-8, []),
        ("ORCA 5.0.0 output, rigid", c and c / "ORCA/basicORCA5.0/dvb_scan_unrelaxed.out", "cclib", orca_surface, 1e-8, []),
        ("ORCA output, relaxed", f / "orca/peroxide.out", "layout", orca_surface, 1e-8, []),
        ("ORCA .relaxscanact.dat + .allxyz", f / "orca/peroxide.relaxscanact.dat", "layout", reference, 1e-8, []),
        ("ORCA _trj.xyz", f / "orca_trj.xyz", "layout", reference, 1e-11, []),
        ("ORCA .engrad (by xtb)", f / "xtb/grad/03/frame.engrad", own, lambda p: [0.0], 1e-9, []),
        ("Turbomole gradient (by xtb)", f / "xtb/grad/03/gradient", own, lambda p: [0.0], 1e-9, []),
        ("QCSchema TorsionDriveResult v1", f / "qcengine-torsiondrive.json.gz", own, qcengine_drive, 1e-12, []),
        ("QCSchema TorsionDriveResult v2", f / "qcengine-torsiondrive-v2.json.gz", own, qcengine_drive, 1e-12, []),
        ("QCSchema OptimizationResults, a file a point", f / "qcengine-points", own, qcengine_points, 1e-12, []),
        ("QCSchema AtomicResult (Psi4)", f / "psi4-gradient.json", own, lambda p: [0.0], 1e-9, []),
        ("QCPortal TorsiondriveRecord", f / "qcportal-record.json", "layout", reference, 1e-11, []),
        ("yammbs qm_torsions", f / "yammbs.json", "layout", yammbs, 1e-10, []),
        ("Psi4 1.3.2 text, relaxed", f / "psi4-relaxed.out.gz", own, psi4_final, 1e-12, []),
        ("Psi4 1.3.2 text, MP2 single points", f / "psi4-single.out.gz", own, psi4_mp2, 1e-12, []),
        ("Psi4 1.0 text, MP2 optimisation", s / "psi4/butane_60.out", "torsionfit", psi4_final, 1e-12, []),
        ("xtb 6.5.1 xtbscan.log", f / "xtb/xtbscan.log", own, comments(r"energy: (-\d+\.\d+) xtb"), 1e-11, []),
        ("CREST ensemble", f / "crest_ensemble.xyz", "layout", reference, 1e-8, []),
        ("geomeTRIC scan-final.xyz", f / "geometric-scan-final.xyz", own, comments(r"[Ee]nergy\s+(-\d+\.\d+)"), 1e-9, []),
        ("TorsionDrive qdata.txt (ForceBalance)", s / "forcebalance-biphenyl/biphenyl_qdata.txt", "ForceBalance", comments(r"ENERGY (-\d+\.\S+)"), 1e-11, []),
        ("ASE extended XYZ", f / "ase.extxyz", own, reference, 1e-9, ["--convention", "ase"]),
        ("ASE .traj", f / "ase.traj", own, reference, 1e-9, []),
        ("ASE database, JSON", f / "ase-db.json", own, reference, 1e-9, []),
        ("extended XYZ, .gz", f / "scan.extxyz.gz", own, reference, 1e-11, []),
        ("SDF with energies", f / "conformers.sdf", own, reference, 1e-10, []),
        ("multi-model PDB", f / "models.pdb", own, reference, 1e-10, []),
        ("table of angles and energies, CSV", f / "angles.csv", own, reference, 1e-7, []),
        ("SPICE's HDF5", f / "spice.hdf5", "layout", reference, 1e-11, []),
    ]
    return [row for row in found if row[1]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--swivel", default=str(ROOT / ".build/release/swivel"))
    parser.add_argument("--public", type=Path)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    lines = ["| format | file | from | read | largest difference, hartree | last printed digit |", "|---|---|---|---|---|---|"]
    failed = 0
    for name, path, origin, numbers, digit, options in rows(arguments.public):
        if not path.exists():
            print(f"not here: {path}")
            continue
        run = subprocess.run([arguments.swivel, "inspect", str(path), "--json", *options], capture_output=True, text=True)
        if run.returncode:
            print(f"{name}: {run.stderr}")
            failed += 1
            continue
        scan = json.loads(run.stdout)["scan_files"][0]
        read, known = scan["relative_energies"], numbers(path)
        if path.is_dir():  # names are in no order of angles
            read, known = sorted(read), sorted(known)
        difference = max(abs(a - b) for a, b in zip(read, known)) / HARTREE if len(read) == len(known) else float("inf")
        # Differences of two rounded numbers are off by a digit at most.
        good = difference <= digit * 1.001 + 2e-12
        failed += not good
        what = f"{scan['points']} points, {'forces' if scan['points_with_forces'] == scan['points'] else 'no forces'}"
        lines.append(f"| {name} | {path.name} | {origin} | {what} | {difference:.1e} | {digit:.0e} |{'' if good else ' differs'}")
    table = "\n".join(lines)
    print(table)
    if arguments.write:
        page = arguments.write.read_text()
        start, end = "<!-- formats: made by scripts/checks/check_formats.py -->", "<!-- end of formats -->"
        before, rest = page.split(start)
        arguments.write.write_text(before + start + "\n" + table + "\n" + end + rest.split(end)[1])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
