// The one line of a terminal that shows progress: its text at a given time, and the drawing of it.

import Foundation

/// What the line says at a time: the stage, what of it is done now, and how much.
struct ProgressText: Sendable {
  /// The stage.
  var stage = ""
  /// What of it is done now; may be empty.
  var detail = ""
  /// How much of it is done; nil where nothing is counted.
  var count: StageCount?

  /// The line, cut so that it does not wrap: a wrapped line cannot be cleared.
  ///
  /// - Parameters:
  ///   - now: the time, for rates.
  ///   - columns: the width of the terminal.
  func line(at now: ContinuousClock.Instant, columns: Int) -> String {
    let head = detail.isEmpty ? stage : "\(stage): \(detail)"
    let tail = count.map { "  " + $0.text(at: now) } ?? " …"
    let room = max(0, columns - 1 - tail.count)
    let shown = head.count > room ? String(head.prefix(max(0, room - 1))) + "…" : head
    return String((shown + tail).prefix(max(0, columns - 1)))
  }
}

/// A line that is drawn anew: as a stage begins, as its pieces and their names are told, and by a thread that sleeps in
/// between while whoever works only counts. So every stage is seen, however short it is.
///
/// Unchecked: every stored property is read and written under `lock`.
final class ProgressLine: @unchecked Sendable {
  private let lock = NSCondition()
  private var text = ProgressText()
  private var noun = ""
  private var isDrawing = false
  /// Counts ends, so that a thread that slept through one does not go on beside its successor.
  private var ends = 0

  /// Seconds between drawings.
  private static let interval = 0.25

  /// A stage begins.
  func begin(_ stage: String, noun: String) {
    locked {
      (text, self.noun) = (ProgressText(stage: stage), noun)
      draw()
      guard !isDrawing else { return }
      isDrawing = true
      Thread.detachNewThread { [ends] in self.draw(untilEnd: ends) }
    }
  }

  /// The stage goes on in so many pieces.
  func count(_ total: Int) {
    locked {
      text.count = total > 0 && !noun.isEmpty ? StageCount(noun: noun, total: total, started: .now) : nil
      draw()
    }
  }

  /// Pieces are done.
  func advance(by pieces: Int) { locked { text.count?.done += pieces } }

  /// What of the stage is done now.
  func detail(_ text: String) {
    locked {
      self.text.detail = text
      draw()
    }
  }

  /// Clears the line; what is printed next begins where it did.
  func end() {
    locked {
      guard isDrawing else { return }
      isDrawing = false
      ends += 1
      lock.broadcast()
      write("")
    }
  }

  private func locked(_ body: () -> Void) {
    lock.lock()
    defer { lock.unlock() }
    body()
  }

  private func draw(untilEnd number: Int) {
    locked {
      while ends == number {
        _ = lock.wait(until: Date(timeIntervalSinceNow: Self.interval))
        if ends == number { draw() }
      }
    }
  }

  /// Draws the line as it is now; under the lock.
  private func draw() { write(text.line(at: .now, columns: columns())) }

  private func write(_ line: String) {
    FileHandle.standardError.write(Data("\r\u{1B}[2K\(line)".utf8))
  }
}

/// The width of the terminal at standard error; 80 where it does not say.
private func columns() -> Int {
  var size = winsize()
  guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}
