//! The neutral workload's customers, and their eligibility for all cases at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{Array, Int32Array, RecordBatch};
use arrow_ipc::reader::FileReader;
use casewise_columns::{CHUNK_ROWS, Column, Eligibility, Input};
use casewise_core::input::Layouts;
use casewise_core::plan::Plan;
use casewise_core::plan::node::Node;
use casewise_core::plan::semantics::Clock;

use crate::Random;

/// Rows that a thread takes at a time.
const PIECE: usize = 65_536;

/// Bits of a piece of the customers, by case.
pub type Bits = Vec<Vec<u64>>;

/// Reads an Arrow file into memory, in pieces.
pub fn read(path: &Path) -> Vec<RecordBatch> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let batches = FileReader::try_new(file, None).unwrap().map(Result::unwrap);
    batches
        .flat_map(|b| {
            let pieces =
                (0..b.num_rows()).step_by(PIECE).map(|from| b.slice(from, PIECE.min(b.num_rows() - from)));
            pieces.collect::<Vec<_>>()
        })
        .collect()
}

/// Decides the conditions of every case for every row: coding of the values, tests, bits. The pieces in order.
pub fn eligible(plan: &Plan, clock: &Clock<'_>, pieces: &[RecordBatch], threads: usize) -> Vec<Bits> {
    each_piece(plan, clock, pieces, threads, |bits| bits)
}

/// The same, of which only the counts are kept: how many customers of each piece are eligible for each case.
pub fn eligible_counts(
    plan: &Plan,
    clock: &Clock<'_>,
    pieces: &[RecordBatch],
    threads: usize,
) -> Vec<Vec<u64>> {
    let cases = plan.cases.len();
    each_piece(plan, clock, pieces, threads, |bits| counts(&[bits], cases))
}

fn each_piece<T: Send>(
    plan: &Plan,
    clock: &Clock<'_>,
    pieces: &[RecordBatch],
    threads: usize,
    keep: impl Fn(Bits) -> T + Sync,
) -> Vec<T> {
    let layouts = Layouts::new(&plan.model);
    let eligibility = Eligibility::new(plan, clock);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        let mut scratch = eligibility.scratch();
        while let n = next.fetch_add(1, Ordering::Relaxed)
            && let Some(piece) = pieces.get(n)
        {
            let columns = columns(&layouts, piece);
            let bound = eligibility.bind(piece.num_rows(), |node| match node {
                Node::Attribute(n) => columns.get(n).map(Input::Column),
                _ => None,
            });
            let words = piece.num_rows().div_ceil(CHUNK_ROWS) * (CHUNK_ROWS / 64);
            let mut bits: Bits = vec![Vec::with_capacity(words); eligibility.len()];
            for from in (0..piece.num_rows()).step_by(CHUNK_ROWS) {
                // Every test of this workload reads one attribute.
                let mut ask = |_, _| None;
                let mut chunk = eligibility.chunk(&bound, from, &mut scratch, &mut ask);
                let all = chunk.all();
                for (case, bits) in bits.iter_mut().enumerate() {
                    bits.extend_from_slice(&chunk.holds(case, &all));
                }
            }
            done.push((n, keep(bits)));
        }
        done
    };
    let mut parts: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(&work)).collect();
        let mut parts = work();
        workers.into_iter().for_each(|worker| parts.extend(worker.join().unwrap()));
        parts
    });
    parts.sort_by_key(|(n, _)| *n);
    parts.into_iter().map(|(_, kept)| kept).collect()
}

/// The columns of a batch, by attribute.
pub fn columns(layouts: &Layouts, batch: &RecordBatch) -> BTreeMap<u32, Column> {
    let schema = batch.schema();
    let named = schema.fields().iter().zip(batch.columns());
    named
        .filter_map(|(field, array)| {
            let index = layouts.subject.index(field.name())?;
            Some((index as u32, Column::new(layouts.subject.fields()[index].clone(), array.clone())))
        })
        .collect()
}

/// How many customers are eligible for each case.
pub fn counts(bits: &[Bits], cases: usize) -> Vec<u64> {
    let count = |case: usize| {
        let words = bits.iter().flat_map(|piece| &piece[case]);
        words.map(|word| u64::from(word.count_ones())).sum()
    };
    (0..cases).map(count).collect()
}

/// The sum of the hashes of the ids of those who are eligible for each case.
pub fn hashes(bits: &[Bits], pieces: &[RecordBatch], cases: usize) -> Vec<u64> {
    let ids: Vec<Vec<u64>> = pieces
        .iter()
        .map(|piece| {
            let ids: &Int32Array = piece.column_by_name("id").unwrap().as_any().downcast_ref().unwrap();
            ids.values().iter().map(|id| splitmix(*id as u64)).collect()
        })
        .collect();
    let sum = |case: usize| {
        let mut sum = 0_u64;
        for (bits, ids) in bits.iter().zip(&ids) {
            for (word, ids) in bits[case].iter().zip(ids.chunks(64)) {
                let mut left = *word;
                while left != 0 {
                    sum = sum.wrapping_add(ids[left.trailing_zeros() as usize]);
                    left &= left - 1;
                }
            }
        }
        sum
    };
    (0..cases).map(sum).collect()
}

fn splitmix(id: u64) -> u64 {
    let x = id.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A model of so many cases on the attributes of the workload: each is the conjunction of a few conditions that are
/// drawn from one pool, the conjuncts of the workload's cases.
pub fn drawn(text: &str, cases: usize) -> String {
    let first = text.find("\ncase ").expect("a case");
    let (head, rest) = text.split_at(first);
    let mut pool: Vec<&str> = rest.lines().filter_map(condition).flat_map(conjuncts).collect();
    pool.sort_unstable();
    pool.dedup();
    let mut random = Random::new(20_261_129);
    let mut drawn = head.to_owned();
    for case in 0..cases {
        let parts: Vec<&str> =
            (0..2 + random.below(5)).map(|_| pool[random.below(pool.len() as u64) as usize]).collect();
        let _ = write!(drawn, "\ncase c{case} {{ for {} }}", parts.join(" and "));
    }
    drawn
}

/// What stands between the outer parentheses of a case.
fn condition(line: &str) -> Option<&str> {
    line.split_once("{ for (")?.1.strip_suffix(") }")
}

/// The parts of a conjunction; `between … and …` is one of them.
fn conjuncts(condition: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from, mut between) = (Vec::new(), 0, 0, false);
    for (at, c) in condition.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ' ' if depth == 0 => {
                let rest = &condition[at..];
                if rest.starts_with(" between ") {
                    between = true;
                } else if rest.starts_with(" and ") {
                    if !between {
                        parts.push(&condition[from..at]);
                        from = at + " and ".len();
                    }
                    between = false;
                } else if rest.starts_with(" or ") {
                    // A disjunction stands alone, in parentheses.
                    return vec![];
                }
            }
            _ => {}
        }
    }
    parts.push(&condition[from..]);
    parts
}
