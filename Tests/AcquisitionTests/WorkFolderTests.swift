// The folder of a family's jobs: one process at a time, and nobody's worker left over.

import Foundation
import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct WorkFolderTests {
  private let recipe: LevelRecipe
  init() throws { recipe = try LevelRecipe("GFN2-xTB") }

  @Test func aSecondProcessIsToldToWait() throws {
    try Folders.temporary { family in
      let first = try WorkFolder(family: family, recipe: recipe)
      #expect(first.path == "\(family)/acquire/gfn2-xtb")
      // A lock belongs to the open file, so that a second opening stands for a second process.
      let error = #expect(throws: InputError.self) { try WorkFolder(family: family, recipe: recipe) }
      #expect(error?.message == "another swivel acquire works on this family at this level")
      #expect(error?.place?.file == first.path)
      #expect(error?.hint == "wait for it, or look with `swivel acquire FAMILY --status`")
      // At another level it is another folder.
      #expect(try WorkFolder(family: family, recipe: LevelRecipe("GFN1-xTB")).path != first.path)
    }
  }

  @Test func whatCannotBeAFolderIsNamed() throws {
    try Folders.temporary { family in
      try Folders.write("a file", to: "\(family)/acquire")
      let error = #expect(throws: InputError.self) { try WorkFolder(family: family, recipe: recipe) }
      #expect(error?.message == "is a file where a folder is to be written")
      #expect(error?.place?.file == "\(family)/acquire")
    }
  }

  @Test func workersOfAnEarlierRunAreWaitedForAndThenNamed() throws {
    try Folders.temporary { family in
      let work = try WorkFolder(family: family, recipe: recipe)
      let lock = "\(work.path)/worker-0.lock"
      try Folders.write("", to: lock)
      try work.awaitOldWorkers(seconds: 0)
      let held = open(lock, O_RDWR | O_CLOEXEC)
      #expect(held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0)
      let error = #expect(throws: InputError.self) { try work.awaitOldWorkers(seconds: 0.2) }
      #expect(error?.message == "a worker of an earlier run still holds it" && error?.place?.file == lock)
      #expect(error?.hint == "end that process, then run the same command again")
      // What the hint says helps.
      close(held)
      try work.awaitOldWorkers(seconds: 0)
    }
  }

  /// Jobs lie beside their results, under names without slashes.
  @Test func filesOfJobsAreNamedByTheirScan() throws {
    try Folders.temporary { family in
      let work = try WorkFolder(family: family, recipe: recipe)
      let task = work.task("3f2a/up-03")
      #expect(task.id == "3f2a/up-03" && task.input == "\(work.path)/jobs/3f2a-up-03.json")
      #expect(task.result == "\(work.path)/results/3f2a-up-03.json")
    }
  }
}
