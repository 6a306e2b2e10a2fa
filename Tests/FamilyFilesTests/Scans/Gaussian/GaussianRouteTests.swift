// Gaussian's route sections: which level the energies are at, what kind of job it is, and what a title says against it.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct GaussianRouteTests {
  @Test(
    arguments: [
      ("#p opt=modredundant HF/STO-3G", "HF/STO-3G"), ("#P B3LYP/6-31G(d) Opt", "B3LYP/6-31G(d)"),
      ("# opt b3lyp/6-31g* scf=tight", "b3lyp/6-31g*"),
      ("#n MP2/aug-cc-pVTZ//HF/6-31G* SP", "MP2/aug-cc-pVTZ"),
      ("#p B3LYP/6-31G(d) EmpiricalDispersion=GD3BJ opt", "B3LYP/6-31G(d)-GD3BJ"),
      ("#p opt EmpiricalDispersion(gd3) PBE1PBE/def2TZVP", "PBE1PBE/def2TZVP-GD3"),
      ("#p wB97XD/6-311+G(d,p) SCRF=(SMD,Solvent=Water)", "wB97XD/6-311+G(d,p), SCRF=(SMD,Solvent=Water)"),
      ("#pHF/STO-3G opt", "HF/STO-3G"), ("#p opt geom=/tmp/start", nil), ("#p opt", nil), ("", nil),
      ("#p HF/ opt", nil), ("#p iop(3/33=1) opt", nil), ("#p iop(3/33=1) HF/STO-3G", "HF/STO-3G"),
    ] as [(String, String?)])
  func levelsAreThoseOfTheEnergies(_ route: String, level: String?) {
    #expect(GaussianRoute(route).level == level)
  }

  @Test(arguments: [
    ("#p opt=modredundant HF/STO-3G", true, false), ("#p Opt HF/STO-3G", true, false),
    ("#p popt=z-matrix HF/STO-3G", true, false), ("#p scan HF/STO-3G", false, true),
    ("#p Scan HF/STO-3G nosymm", false, true), ("#p HF/STO-3G force", false, false),
    ("#p HF/STO-3G scf=(tight) title-opt", false, false),
  ])
  func jobsAreTold(_ route: String, optimises: Bool, isRigid: Bool) {
    #expect(GaussianRoute(route).isOptimisation == optimises && GaussianRoute(route).isRigidScan == isRigid)
  }

  @Test func titlesThatNameAnotherMethodAreNoticed() {
    let route = GaussianRoute("#p opt=modredundant HF/STO-3G")
    #expect(route.methodNamed(in: "MP2 scan of a peroxide") == "MP2")
    #expect(route.methodNamed(in: "B3LYP-D3 scan") == "B3LYP")
    #expect(route.methodNamed(in: "an HF scan") == nil && route.methodNamed(in: "half of it") == nil)
    #expect(route.methodNamed(in: "PBE0/def2, CCSD later") == "CCSD")
  }

  /// The route decides, not the title: the fixture says MP2 where HF was computed.
  @Test func theFileSaysTheRoutesLevelAndTheTitleIsNoted() throws {
    let raw = try readRawScan("\(PeroxideReference.folder)/gaussian-relaxed.log", statement: ScanStatement())
    #expect(raw.levels == ["HF/STO-3G"] && raw.program?.contains("16") == true)
    #expect(raw.remarks.contains { $0.contains("MP2") }, "\(raw.remarks)")
    #expect(raw.driven == Quartet(0, 1, 2, 3) && raw.drivenPlace?.line != nil)
  }

  /// Energies under other words of Gaussian's: of several in a step the one of the method counts.
  @Test func lastEnergiesOfAStepCount() throws {
    let text = try readText("\(PeroxideReference.folder)/gaussian-relaxed.log")
    let plain = try GaussianRouteTests.frames(text)
    let more = try GaussianRouteTests.frames(
      text.replacing(" SCF Done:  E(RHF) =  ", with: " some other line\n SCF Done:  E(RHF) =  "))
    #expect(more.map(\.energy) == plain.map(\.energy))
  }

  private static func frames(_ text: String) throws -> [RawFrame] {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/g.log")
      return try readRawScan("\(folder)/g.log", statement: ScanStatement()).frames
    }
  }
}
