//! Association rules against R's arules (how many) and mlxtend (each of them).

use crate::fixtures;
use casewise_fit::association::{Options, Rules, rules};
use casewise_fit::itemsets::{Baskets, Share};

fn groceries() -> Baskets {
    let text = fixtures::text("groceries.txt");
    text.lines()
        .skip(1)
        .map(|line| line.split(' ').map(|item| item.parse().unwrap()).collect::<Vec<u32>>())
        .collect()
}

fn find(support: (u64, u64), confidence: (u64, u64), min_size: usize) -> Rules {
    let share = |(n, d)| Share::new(n, d).unwrap();
    // arules looks for up to 10 items unless told otherwise.
    let options = Options {
        min_support: share(support),
        min_confidence: share(confidence),
        min_size,
        max_size: 10,
        limit: 1_000_000,
    };
    rules(&groceries(), &options).unwrap()
}

fn agrees(found: &Rules, fixture: &str) {
    let name = |items: &[u32]| items.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<_> = found
        .rules
        .iter()
        .map(|rule| (name(&rule.left), rule.right, rule.count, rule.left_count, rule.lift, rule.confidence))
        .collect();
    lines.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut expected: Vec<_> = fixtures::rows(fixture)
        .into_iter()
        .map(|row| {
            let number = |place: usize| row[place].parse::<u64>().unwrap();
            (row[0].clone(), number(1) as u32, number(2), number(3), row[4].parse::<f64>().unwrap())
        })
        .collect();
    expected.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    assert_eq!(lines.len(), expected.len());
    for (found, expected) in lines.iter().zip(&expected) {
        assert_eq!((&found.0, found.1, found.2, found.3), (&expected.0, expected.1, expected.2, expected.3));
        assert!((found.4 / expected.4 - 1.0).abs() < 1e-12, "{found:?} {expected:?}");
        assert!((found.5 - found.2 as f64 / found.3 as f64).abs() < 1e-15);
    }
}

#[test]
fn the_5668_rules_of_arules() {
    let found = find((1, 1000), (1, 2), 1);
    assert_eq!((found.baskets, found.rules.len()), (9835, 5668));
    agrees(&found, "groceries_rules_a.csv");
}

#[test]
fn the_463_rules_of_arules_and_the_one_that_needs_no_left_side() {
    let found = find((6, 1000), (1, 4), 2);
    assert_eq!(found.rules.len(), 463);
    agrees(&found, "groceries_rules_b.csv");
    let with_everyone = find((6, 1000), (1, 4), 1);
    assert_eq!(with_everyone.rules.len(), 464);
    let names = fixtures::text("groceries.txt");
    let names: Vec<&str> = names.lines().next().unwrap().split(',').collect();
    assert_eq!(names[with_everyone.rules[0].right as usize], "whole milk");
    assert!(with_everyone.rules[0].left.is_empty());
}

#[test]
fn thread_counts_change_nothing() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| find((6, 1000), (1, 4), 2))
    };
    assert_eq!(run(1), run(4));
}
