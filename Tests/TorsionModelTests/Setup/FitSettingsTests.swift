// The choices of a fit are written in one way and read back as they were.

import Testing

@testable import TorsionModel

@Suite struct FitSettingsTests {
  /// Options none of which is the default.
  private var others: FitOptions {
    var options = FitOptions()
    options.likelihood = .energy
    options.model.priorCentre = .zero
    options.model.noise = .studentT
    options.model.bagsMolecules = false
    options.model.effectivePoints = .infinity
    options.energyWeighting = EnergyWeighting(scheme: .openff, upper: 7.125)
    (options.chains, options.warmup, options.draws, options.rounds, options.every) = (3, 17, 23, 2, 5)
    options.relaxation.cartesianRestraint = 0.3
    options.relaxation.torsionRestraint = 1e-7
    options.wellWidth = 33.3
    options.geometryDraws = 4
    options.heldOut = ["pentane", "butane"]
    options.setsAsideMolecules = true
    return options
  }

  @Test func whatIsWrittenIsReadAgain() {
    var read = FitOptions()
    #expect(read.make(others.settings).isEmpty)
    #expect(read == others)
    var plain = others
    #expect(plain.make(FitOptions().settings).isEmpty)
    #expect(plain == FitOptions())
  }

  @Test func wordsAreOfWhatIsNotTheDefault() {
    #expect(FitOptions().words.isEmpty)
    let words = others.words
    for setting in FitSetting.all {
      #expect(words.contains(setting.name == "bagging" ? "--no-bagging" : setting.flag), "\(setting.name)")
    }
    #expect(
      words.firstIndex(of: "--hold-out").map { Array(words[$0...($0 + 2)]) } == [
        "--hold-out", "butane", "pentane",
      ])
  }

  @Test func limitOfASchemeIsNoChoiceOfItsOwn() {
    var options = FitOptions()
    options.energyWeighting.scheme = .forcebalance
    #expect(options.settings["energy_upper"] == "30.0")
    #expect(options.words == ["--energy-weight", "forcebalance"])
  }

  @Test func whatIsUnknownIsNamed() {
    var options = FitOptions()
    #expect(
      options.make(["noise": "loud", "chains": "many", "colour": "red", "draws": "5"]) == [
        "chains", "colour", "noise",
      ])
    #expect(options.draws == 5 && options.chains == FitOptions().chains)
  }

  /// Degrees that radians come from are found again, to the last bit of the radians.
  @Test(arguments: [30, 0.1, 21.7, 33.333333333333336, 179.99999999999997, 1e-5, .infinity])
  func degreesOfWells(_ degrees: Double) {
    var options = FitOptions()
    options.wellWidth = degrees
    let radian = options.relaxation.wellHalfWidth
    #expect(abs(options.wellWidth - degrees) <= 1e-12 * degrees || degrees == .infinity)
    options.wellWidth = options.wellWidth
    #expect(options.relaxation.wellHalfWidth == radian)
  }
}
