// `swivel acquire` from its first job to the scan file, with a worker whose chemistry is a cosine: what is kept, tried again and said.

import Foundation
import Support
import Testing

@Suite struct AcquireTests {
  /// Plays worker.py for hydrogen peroxide; the environment's FAKE says what goes wrong.
  private static let worker = #"""
    #!/usr/bin/env python3
    import json, math, os, sys
    fault = os.environ.get("FAKE", "")
    print("ready", flush=True)
    for line in sys.stdin:
        source, target = line.rstrip("\n").split("\t")
        job = json.load(open(source))
        positions = [list(atom) for atom in job["positions"]]
        if job["kind"] == "relax":
            start = math.atan2(positions[0][1], positions[0][0])
            turn = start + math.radians(job["angle"])
            positions[3] = [math.cos(turn), math.sin(turn), 1.6]
        energy = -100 + 2 * math.cos(math.radians(job["angle"]))
        answer = {"ok": True, "energy": energy, "positions": positions, "forces": [[0, 0, 0.1], [0, 0, 0], [0, 0, 0], [0, 0, -0.1]],
                  "provenance": {"program": "cosine", "version": "1", "seconds": 0.5}}
        if fault == "everywhere" or fault == "at 60" and job["angle"] == 60:
            answer = {"ok": False, "error": "SCF: not converged, attempt %d" % job["attempt"]}
        if fault == "short":
            answer["forces"] = [[0, 0, 0]]
        with open(target, "w") as file:
            file.write("{" if fault == "garbage" else json.dumps(answer))
        print(target, flush=True)
    """#

  private static let drives = """
    {"schema": "swivel.drives/1", "name": "fakes", "base": "GAFF2", "spacing": 60, "versions": {},
     "molecules": [{"id": "hooh", "smiles": "OO", "key": "[H]OO[H]", "symbols": ["H", "O", "O", "H"],
      "bonds": [[0, 1], [1, 2], [2, 3]], "charge": 0, "ranks": [2, 0, 1, 3],
      "positions": [[0.6, 0.8, 0], [0, 0, 0], [0, 0, 1.4], [0.985, -0.172, 1.6]],
      "topology": "molecules/hooh.prmtop", "structure": "molecules/hooh.sdf", "drives": [{"quartet": [0, 1, 2, 3]}]}]}
    """

  /// A family and a worker; commands are run with a fault, or none.
  private struct Place {
    var folder: String
    var scan: String { "\(folder)/fakes/scans/hooh-0-1-2-3.extxyz" }

    func run(_ options: String..., fault: String = "") throws -> Folders.Outcome {
      try Folders.run(
        swivelPath, ["acquire", "fakes", "--level", "GFN2-xTB", "--no-store", "--workers", "2"] + options, in: folder,
        environment: ["SWIVEL_PYTHON": "\(folder)/python", "SWIVEL_CACHE": "\(folder)/cache", "FAKE": fault])
    }
  }

  private func with(_ body: (Place) throws -> Void) throws {
    try Folders.temporary { folder in
      try Folders.write(Self.worker, to: "\(folder)/python")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/python")
      try Folders.write(Self.drives, to: "\(folder)/fakes/drives.json")
      try Folders.write("name: fakes\n", to: "\(folder)/fakes/family.yaml")
      try body(Place(folder: folder))
    }
  }

  private func frames(_ text: String) -> [(angle: Double, energy: Double)] {
    text.matches(of: #/energy=(\S+) .*grid_angle=(\S+) /#).compactMap { match in
      Double(match.2).flatMap { angle in Double(match.1).map { (angle, $0) } }
    }
  }

  @Test func aScanIsComputedOnce() throws {
    try with { place in
      let outcome = try place.run()
      #expect(outcome.status == 0 && outcome.errors.contains("scan done: hooh 0-1-2-3"), "\(outcome.errors)")
      #expect(
        outcome.output.contains("1 scans in fakes/scans; the same command goes on where it was"), "\(outcome.output)")
      let text = try String(contentsOfFile: place.scan, encoding: .utf8)
      let points = frames(text)
      #expect(points.map(\.angle).sorted() == [-120, -60, 0, 60, 120, 180])
      for point in points { #expect(abs(point.energy + 100 - 2 * cos(point.angle * .pi / 180)) < 1e-6) }
      // family.yaml lists it, with the level.
      let manifest = try String(contentsOfFile: "\(place.folder)/fakes/family.yaml", encoding: .utf8)
      #expect(manifest.contains("level_of_theory: GFN2-xTB") && manifest.contains("- scans/hooh-0-1-2-3.extxyz"))
      // Again: nothing is computed, and nothing changes, though every job would fail now.
      let again = try place.run("--json", fault: "everywhere")
      #expect(again.status == 0 && again.output.contains("scans/hooh-0-1-2-3.extxyz"), "\(again.errors)")
      #expect(try String(contentsOfFile: place.scan, encoding: .utf8) == text)
      let status = try place.run("--status")
      #expect(status.output.contains("jobs done, nothing left"), "\(status.output)")
      // No file of a job is left behind.
      for part in ["jobs", "results"] {
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(place.folder)/fakes/acquire/gfn2-xtb/\(part)")
        #expect(left.isEmpty, "\(part): \(left)")
      }
    }
  }

  /// A point that fails at every attempt is left out; what is said names it, and --retry computes it after all.
  @Test func aPointThatFailsIsParkedAndTriedAgain() throws {
    try with { place in
      let outcome = try place.run("--attempts", "2", fault: "at 60")
      #expect(
        outcome.status == 0 && outcome.errors.contains("scan done: hooh 0-1-2-3, 1 points missing"), "\(outcome.errors)"
      )
      #expect(
        outcome.errors.contains("once more, gentler: ") && outcome.errors.contains("SCF: not converged, attempt 0"),
        "\(outcome.errors)")
      #expect(
        outcome.errors.contains("parked: ") && outcome.errors.contains("SCF: not converged, attempt 1"),
        "\(outcome.errors)")
      #expect(
        frames(try String(contentsOfFile: place.scan, encoding: .utf8)).map(\.angle).sorted() == [
          -120, -60, 0, 120, 180,
        ])
      let status = try place.run("--status")
      #expect(status.output.contains("parked: ") && status.output.contains("SCF: not converged"), "\(status.output)")
      let retried = try place.run("--retry")
      #expect(retried.status == 0, "\(retried.errors)")
      #expect(frames(try String(contentsOfFile: place.scan, encoding: .utf8)).count == 6)
    }
  }

  @Test(arguments: [
    ("everywhere", "SCF: not converged"), ("short", "the worker's result is incomplete"),
    ("garbage", "the worker's result cannot be read"),
  ]) func scansWithoutPointsAreNamed(_ fault: String, words: String) throws {
    try with { place in
      let outcome = try place.run("--attempts", "1", fault: fault)
      #expect(outcome.status == 1 && outcome.errors.contains("scan failed: hooh 0-1-2-3: "), "\(outcome.errors)")
      #expect(
        outcome.errors.contains(words) && outcome.errors.contains("points failed, such as: "), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: place.scan))
      let json = try place.run("--json", "--attempts", "1", fault: fault)
      #expect(
        json.status == 1 && json.output.contains("\"failed\"") && json.output.contains("hooh 0-1-2-3"), "\(json.output)"
      )
    }
  }

  /// An interpreter that ends before it reads a job: the command goes on to say why, and is not ended by the broken pipe.
  @Test(arguments: ["", "sleep 0.2; "]) func workersThatDoNotStartAreNamed(_ pause: String) throws {
    try with { place in
      try Folders.write(
        "#!/bin/sh\n\(pause)echo \"No module named 'numpy'\" >&2\nexit 1\n", to: "\(place.folder)/python")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(place.folder)/python")
      let outcome = try place.run()
      #expect(outcome.status == 2, "\(outcome.status) \(outcome.errors)")
      #expect(outcome.errors.contains("/python: a worker does not start: No module named 'numpy'"), "\(outcome.errors)")
      #expect(outcome.errors.contains("hint: `swivel doctor --install` makes an environment"), "\(outcome.errors)")
      // Mended, the same command goes on.
      try Folders.write(Self.worker, to: "\(place.folder)/python")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(place.folder)/python")
      #expect(try place.run("--quiet").status == 0)
    }
  }

  /// What a budget leaves is said, and done by the same command without one.
  @Test func aBudgetIsKeptAndGoneOnFrom() throws {
    try with { place in
      let outcome = try place.run("--budget", "0.000001s")
      #expect(outcome.status == 1, "\(outcome.output)")
      #expect(
        outcome.errors.contains("the budget is spent with 1 scans unfinished (hooh 0-1-2-3): the same command goes on"),
        "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: place.scan))
      #expect(try place.run("--quiet").status == 0 && FileManager.default.fileExists(atPath: place.scan))
    }
  }

  /// A second command on the same family ends at once, and harms nothing.
  @Test func twoAtATimeAreRefused() throws {
    try with { place in
      let lock = "\(place.folder)/fakes/acquire/gfn2-xtb/lock"
      try Folders.write("", to: lock)
      let held = open(lock, O_RDWR | O_CLOEXEC)
      #expect(held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0)
      defer { close(held) }
      let outcome = try place.run()
      #expect(
        outcome.status == 2 && outcome.errors.contains("another swivel acquire works on this family at this level"),
        "\(outcome.errors)")
      #expect(outcome.errors.contains("hint: wait for it, or look with `swivel acquire FAMILY --status`"))
      // As the hint says.
      let status = try place.run("--status")
      #expect(status.status == 0 && status.output.contains("jobs done"), "\(status.errors)")
    }
  }
}
