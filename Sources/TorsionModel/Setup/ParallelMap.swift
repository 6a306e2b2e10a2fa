// Work over an index range on several threads, with results in index order whatever the thread count.

/// `transform` of 0 ..< count, at most `threads` at a time; tells `progress` how many there are, and of each that is
/// done.
func parallelMap<Result: Sendable>(
  _ count: Int, threads: Int, progress: @escaping @Sendable (FitStage) -> Void,
  _ transform: @escaping @Sendable (Int) -> Result
) async -> [Result] {
  progress(.counting(count))
  return await parallelMap(count, threads: threads) { index in
    defer { progress(.advanced(1)) }
    return transform(index)
  }
}

/// `transform` of 0 ..< count, at most `threads` at a time.
func parallelMap<Result: Sendable>(
  _ count: Int, threads: Int, _ transform: @escaping @Sendable (Int) -> Result
) async -> [Result] {
  let workers = max(1, min(threads, count))
  if workers == 1 { return (0..<count).map(transform) }
  return await withTaskGroup(of: [(Int, Result)].self) { group in
    for worker in 0..<workers {
      // Strided, so that long and short jobs mix.
      group.addTask { stride(from: worker, to: count, by: workers).map { ($0, transform($0)) } }
    }
    var results = [Result?](repeating: nil, count: count)
    for await share in group { for (index, result) in share { results[index] = result } }
    return results.map { $0! }
  }
}
