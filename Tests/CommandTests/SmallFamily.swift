// A family that fits in a second, for tests of the command.

import Foundation
import Support

/// A small family in `folder`/families/small.
func makeSmallFamily(in folder: String) throws -> String {
  let family = "\(folder)/families/small"
  let source = "\(Folders.root)/families/alkanes"
  for name in ["butane", "pentane"] {
    try Folders.write(
      try String(contentsOfFile: "\(source)/molecules/\(name).prmtop", encoding: .utf8),
      to: "\(family)/molecules/\(name).prmtop")
  }
  for name in ["butane-0-1-2-3", "butane-4-0-1-2", "pentane-0-1-2-3"] {
    try Folders.write(
      try String(contentsOfFile: "\(source)/scans/\(name).extxyz", encoding: .utf8),
      to: "\(family)/scans/\(name).extxyz")
  }
  try Folders.write(
    """
    name: small
    level_of_theory: GFN2-xTB
    date: 2026-11-25
    license: CC0-1.0
    molecules:
      - id: butane
        topology: molecules/butane.prmtop
        scans:
          - scans/butane-0-1-2-3.extxyz
          - scans/butane-4-0-1-2.extxyz
      - id: pentane
        topology: molecules/pentane.prmtop
        scans:
          - scans/pentane-0-1-2-3.extxyz

    """, to: "\(family)/family.yaml")
  return family
}
