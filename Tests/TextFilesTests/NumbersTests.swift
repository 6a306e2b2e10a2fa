// Numbers as text: what is written is the number to so many digits, and looks like one.

import Foundation
import TextFiles
import Testing

@Suite struct NumbersTests {
  @Test func decimalsAreFixed() {
    #expect(fixedPoint(1.25, 1) == "1.3" && fixedPoint(-1.25, 1) == "-1.3")
    #expect(fixedPoint(0.05, 3) == "0.050" && fixedPoint(12, 0) == "12")
    #expect(fixedPoint(-0.0004, 3) == "0.000", "no negative zero")
    #expect(fixedPoint(999.9996, 3) == "1000.000")
  }

  @Test func hugeNumbersKeepTheirSize() {
    #expect(Double(fixedPoint(1e17, 4)) == 1e17)
    #expect(Double(fixedPoint(-3e25, 2)) == -3e25)
    #expect(fixedPoint(.infinity, 2) == "inf" && fixedPoint(.nan, 2) == "nan")
  }

  /// Read back, the text is within half a unit of its last digit.
  @Test func textIsTheNumber() throws {
    var value = 1e-9
    while value < 1e12 {
      for digits in 0...8 {
        for sign in [1.0, -1.0] {
          let read = try #require(Double(fixedPoint(sign * value, digits)))
          let unit = 0.5 * pow(10, -Double(digits)) + 1e-15 * value
          #expect(abs(read - sign * value) <= unit, "\(sign * value) \(digits)")
        }
      }
      value *= 3.7
    }
  }

  @Test func roundedToDecimalsAndTens() {
    #expect(rounded(1.23456, 3) == 1.235 && rounded(-1.23456, 2) == -1.23)
    #expect(rounded(1234.5, -2) == 1200)
    #expect(rounded(-0.00001, 3).sign == .plus, "no negative zero")
  }
}
