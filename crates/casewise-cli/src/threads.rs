//! Work on several threads, with results in order.

/// Maps pieces of a slice on up to `threads` threads; the results are in the order of the slice.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let piece = items.len().div_ceil(threads.max(1)).max(1);
    if items.len() <= piece {
        return work(items);
    }
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = items.chunks(piece).map(|piece| scope.spawn(move || work(piece))).collect();
        // A thread of ours cannot panic.
        running.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_are_in_order_on_any_number_of_threads() {
        let items: Vec<usize> = (0..103).collect();
        for threads in [0, 1, 2, 7, 200] {
            let doubled = map(&items, threads, |piece| piece.iter().map(|n| n * 2).collect());
            assert_eq!(doubled, items.iter().map(|n| n * 2).collect::<Vec<_>>(), "{threads} threads");
        }
        assert!(map(&[] as &[usize], 2, <[usize]>::to_vec).is_empty());
    }
}
