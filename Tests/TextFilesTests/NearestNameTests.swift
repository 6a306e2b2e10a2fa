// Misspelt names: the nearest one is offered, whatever a finger did once; a far one is not.

import Support
import Testing
import TextFiles

@Suite struct NearestNameTests {
  private static let names = ["alkanes", "butane", "ethers", "pentane", "2-methylpropane", "peroxides"]

  @Test(arguments: [
    ("pentan", "pentane"), ("Butane", "butane"), ("ehtane", "ethane"), ("alkan", "alkanes"),
    ("xthane", "ethane"), ("2-methylpropan", "2-methylpropane"),
  ])
  func nearNamesAreFound(word: String, meant: String) {
    let names = ["alkanes", "butane", "ethane", "pentane", "2-methylpropane", "x"]
    #expect(nearestName(to: word, in: names) == meant)
  }

  /// Every single slip of a finger in every name: a letter left out, doubled, replaced, swapped with the next.
  @Test func everySingleSlipIsForgiven() {
    for name in Self.names {
      let letters = Array(name)
      for place in letters.indices {
        var slips: [[Character]] = []
        slips.append(Array(letters[..<place] + letters[(place + 1)...]))
        slips.append(Array(letters[...place] + letters[place...]))
        slips.append(Array(letters[..<place] + ["q"] + letters[(place + 1)...]))
        if place + 1 < letters.count {
          slips.append(
            Array(letters[..<place] + [letters[place + 1], letters[place]] + letters[(place + 2)...]))
        }
        for slip in slips {
          let word = String(slip)
          #expect(nearestName(to: word, in: Self.names) == name, "\(word)")
          #expect(nearestName(to: word.uppercased(), in: Self.names) == name, "\(word)")
          #expect(nearestName(to: word, in: Self.names.reversed()) == name, "\(word): the order is no matter")
        }
      }
    }
  }

  @Test func farNamesAreNot() {
    for word in ["", "abc", "zz", "hexadecane", "ben"] {
      #expect(nearestName(to: word, in: ["butane", "pentane", "ether"]) == nil, "\(word)")
    }
    #expect(nearestName(to: "butane", in: [String]()) == nil)
    // Short words have one edit, longer ones two, and a third of their length.
    #expect(nearestName(to: "ab", in: ["cd"]) == nil && nearestName(to: "abc", in: ["abd"]) == "abd")
    #expect(nearestName(to: "abcd", in: ["abxy"]) == "abxy" && nearestName(to: "abcd", in: ["axyz"]) == nil)
    #expect(nearestName(to: "abcdefghi", in: ["abcdefxyz"]) == "abcdefxyz")
    #expect(nearestName(to: "abcdefghi", in: ["abcdewxyz"]) == nil)
  }

  @Test func equallyNearNamesAreChosenBetween() {
    // Of the same letters before others.
    #expect(nearestName(to: "ehters", in: ["esters", "ethers"]) == "ethers")
    // A swap is one edit; equally near names go by the alphabet.
    #expect(nearestName(to: "ba", in: ["ab"]) == "ab")
    #expect(nearestName(to: "propan", in: ["propanol", "propane", "propana"]) == "propana")
  }

  @Test func pathsAreMendedPartByPart() throws {
    try Folders.temporary { folder in
      try Folders.write("", to: "\(folder)/molecules/butane.prmtop")
      try Folders.write("", to: "\(folder)/molecules/.butane.prmtop~")
      #expect(nearestPath(to: "\(folder)/molecuels/butan.prmtop") == "\(folder)/molecules/butane.prmtop")
      #expect(nearestPath(to: "\(folder)/molecules/other.prmtop") == nil)
      #expect(nearestPath(to: "\(folder)/molecules/butane.prmtop") == nil, "it is there")
      // Hidden files are meant by those alone who write the point.
      #expect(nearestPath(to: "\(folder)/molecules/.butane.prmtop") == "\(folder)/molecules/.butane.prmtop~")
      #expect(nearestPath(to: "\(folder)/molecules/butane.prmtop~") == "\(folder)/molecules/butane.prmtop")
    }
    #expect(nearestPath(to: "") == nil)
    #expect(didYouMean("butane", else: "look again") == "did you mean butane?")
    #expect(didYouMean(nil, else: "look again") == "look again" && didYouMean(nil, else: nil) == nil)
  }
}
