// The one line of a terminal that shows progress, drawn anew by a thread of its own four times a second.

import Foundation

/// A line that is drawn anew. Whoever works only counts; drawing is a thread's that sleeps in between.
///
/// Unchecked: every stored property is read and written under `lock`.
final class ProgressLine: @unchecked Sendable {
  private let lock = NSCondition()
  private var text = ""
  private var detail = ""
  private var noun = ""
  private var count: StageCount?
  private var isDrawing = false
  /// Counts ends, so that a thread that slept through one does not go on beside its successor.
  private var ends = 0

  /// Seconds between drawings.
  private static let interval = 0.25

  /// A stage begins.
  func begin(_ text: String, noun: String) {
    locked {
      (self.text, self.noun, detail, count) = (text, noun, "", nil)
      guard !isDrawing else { return }
      isDrawing = true
      Thread.detachNewThread { [ends] in self.draw(untilEnd: ends) }
    }
  }

  /// The stage goes on in so many pieces.
  func count(_ total: Int) {
    locked { count = total > 0 && !noun.isEmpty ? StageCount(noun: noun, total: total) : nil }
  }

  /// Pieces are done.
  func advance(by pieces: Int) { locked { count?.done += pieces } }

  /// What of the stage is done now.
  func detail(_ text: String) { locked { detail = text } }

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
        write(line(at: .now, columns: columns()))
        _ = lock.wait(until: Date(timeIntervalSinceNow: Self.interval))
      }
    }
  }

  /// The line, cut so that it does not wrap: a wrapped line cannot be cleared.
  private func line(at now: ContinuousClock.Instant, columns: Int) -> String {
    let head = detail.isEmpty ? text : "\(text): \(detail)"
    let tail = count.map { "  " + $0.text(at: now) } ?? " …"
    let room = max(0, columns - 1 - tail.count)
    let shown = head.count > room ? String(head.prefix(max(0, room - 1))) + "…" : head
    return String((shown + tail).prefix(max(0, columns - 1)))
  }

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
