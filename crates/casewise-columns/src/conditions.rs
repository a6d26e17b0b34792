//! Conditions of all cases over a chunk of rows: each distinct test once, then words of bits.

use casewise_core::plan::index::{LiteralId, Logic, SourceCells, Tree};

use crate::bits::{ALL, Bits, NONE, and, or};
use crate::planes::{Codes, Planes, ranges};

/// What is computed of each chunk.
#[derive(Debug)]
pub(crate) struct Conditions {
    inputs: Vec<Input>,
    /// Tests that evaluation answers, and where their bits go: true, false.
    pub(crate) evaluated: Vec<(LiteralId, Option<usize>, Option<usize>)>,
    leaves: usize,
    programs: Vec<Program>,
}

/// One input and the tests on it.
#[derive(Debug)]
enum Input {
    Cuts {
        cells: usize,
        tests: Vec<(usize, Vec<(u16, u16)>)>,
    },
    /// By test: leaf, elements that make it true, wanted truth, truths of missing and of none of the elements.
    Elements {
        tests: Vec<ElementTest>,
    },
}

#[derive(Debug)]
struct ElementTest {
    leaf: usize,
    elements: Vec<usize>,
    wanted: bool,
    missing: Option<bool>,
    none: Option<bool>,
}

/// A condition over leaves.
#[derive(Debug)]
enum Program {
    Leaf(usize),
    And(Vec<Program>),
    Or(Vec<Program>),
}

/// The cells of a chunk of one input.
#[derive(Debug)]
pub(crate) enum ChunkCells {
    /// Of a value.
    Codes(Box<Codes>),
    /// Of a set: rows that hold each element, and rows where it is missing.
    Elements { holds: Vec<Bits>, missing: Box<Bits> },
}

/// Memory of one thread, used for chunk after chunk.
#[derive(Debug)]
pub(crate) struct ConditionScratch {
    planes: Vec<Option<Planes>>,
    pub(crate) leaves: Vec<Bits>,
}

impl Conditions {
    pub(crate) fn new(logic: &Logic, cells: &[SourceCells]) -> Conditions {
        let mut wanted = vec![[None, None]; logic.literals.len()];
        let mut leaves = 0;
        let programs = logic.trees.iter().map(|tree| program(tree, &mut wanted, &mut leaves)).collect();
        let mut inputs = Vec::with_capacity(cells.len());
        for (source, cells) in logic.sources.iter().zip(cells) {
            let own = wanted.iter().skip(source.first as usize).take(source.count as usize).enumerate();
            let used = own.flat_map(|(k, [no, yes])| [(k, false, *no), (k, true, *yes)]);
            let used = used.filter_map(|(k, truth, leaf)| leaf.map(|leaf| (k, truth, leaf)));
            inputs.push(match cells {
                SourceCells::Cuts { truths, .. } => {
                    let test = |(k, truth, leaf): (usize, bool, usize)| {
                        let column = truths.iter().map(|cell| cell.get(k).copied().flatten() == Some(truth));
                        (leaf, ranges(column))
                    };
                    Input::Cuts { cells: truths.len(), tests: used.map(test).collect() }
                }
                SourceCells::Elements { makes_true, otherwise: [missing, none], .. } => {
                    let test = |(k, truth, leaf): (usize, bool, usize)| ElementTest {
                        leaf,
                        elements: makes_true
                            .iter()
                            .enumerate()
                            .filter(|(_, makes)| makes.get(k) == Some(&true))
                            .map(|(element, _)| element)
                            .collect(),
                        wanted: truth,
                        missing: missing.get(k).copied().flatten(),
                        none: none.get(k).copied().flatten(),
                    };
                    Input::Elements { tests: used.map(test).collect() }
                }
            });
        }
        let evaluated = logic
            .literals
            .iter()
            .enumerate()
            .zip(&wanted)
            .filter(|((_, literal), [no, yes])| literal.source.is_none() && (no.is_some() || yes.is_some()))
            .map(|((n, _), [no, yes])| (LiteralId(n as u32), *yes, *no))
            .collect();
        Conditions { inputs, evaluated, leaves, programs }
    }

    pub(crate) fn scratch(&self) -> ConditionScratch {
        let planes = self.inputs.iter().map(|input| match input {
            Input::Cuts { cells, .. } => Some(Planes::new(*cells)),
            Input::Elements { .. } => None,
        });
        ConditionScratch { planes: planes.collect(), leaves: vec![NONE; self.leaves] }
    }

    /// Answers the tests on input `n` from its cells.
    pub(crate) fn test(&self, n: usize, cells: &ChunkCells, scratch: &mut ConditionScratch) {
        match (self.inputs.get(n), cells, scratch.planes.get_mut(n)) {
            (Some(Input::Cuts { tests, .. }), ChunkCells::Codes(codes), Some(Some(planes))) => {
                planes.fill(codes);
                for (leaf, ranges) in tests {
                    if let Some(out) = scratch.leaves.get_mut(*leaf) {
                        planes.within(ranges, out);
                    }
                }
            }
            (Some(Input::Elements { tests, .. }), ChunkCells::Elements { holds, missing }, _) => {
                for test in tests {
                    let mut marked = NONE;
                    test.elements
                        .iter()
                        .filter_map(|element| holds.get(*element))
                        .for_each(|h| or(&mut marked, h));
                    let base = if test.none == Some(test.wanted) { ALL } else { NONE };
                    let when_missing = if test.missing == Some(test.wanted) { ALL } else { NONE };
                    let when_marked = if test.wanted { ALL } else { NONE };
                    let Some(out) = scratch.leaves.get_mut(test.leaf) else { continue };
                    let words = out.iter_mut().zip(&marked).zip(missing.iter()).zip(&base);
                    for ((((out, marked), missing), base), (w, m)) in
                        words.zip(when_marked.iter().zip(&when_missing))
                    {
                        let present = (marked & w) | (!marked & base);
                        *out = (missing & m) | (!missing & present);
                    }
                }
            }
            _ => {}
        }
    }

    /// The rows for which the conditions of a case are true.
    pub(crate) fn case(&self, case: usize, leaves: &[Bits], out: &mut Bits) {
        match self.programs.get(case) {
            Some(program) => run(program, leaves, out),
            None => *out = NONE,
        }
    }

    pub(crate) fn cases(&self) -> usize {
        self.programs.len()
    }
}

fn program(tree: &Tree, wanted: &mut [[Option<usize>; 2]], leaves: &mut usize) -> Program {
    match tree {
        Tree::And(parts) => Program::And(parts.iter().map(|part| program(part, wanted, leaves)).collect()),
        Tree::Or(parts) => Program::Or(parts.iter().map(|part| program(part, wanted, leaves)).collect()),
        Tree::Literal(id, positive) => {
            let place = wanted.get_mut(id.index()).and_then(|w| w.get_mut(usize::from(*positive)));
            let Some(place) = place else { return Program::Or(Vec::new()) };
            Program::Leaf(*place.get_or_insert_with(|| {
                *leaves += 1;
                *leaves - 1
            }))
        }
    }
}

fn run(program: &Program, leaves: &[Bits], out: &mut Bits) {
    match program {
        Program::Leaf(leaf) => *out = leaves.get(*leaf).copied().unwrap_or(NONE),
        Program::And(parts) => {
            *out = ALL;
            for part in parts {
                join(part, leaves, out, and);
            }
        }
        Program::Or(parts) => {
            *out = NONE;
            for part in parts {
                join(part, leaves, out, or);
            }
        }
    }
}

fn join(part: &Program, leaves: &[Bits], out: &mut Bits, op: fn(&mut Bits, &Bits)) {
    match part {
        Program::Leaf(leaf) => op(out, leaves.get(*leaf).unwrap_or(&NONE)),
        part => {
            let mut rows = NONE;
            run(part, leaves, &mut rows);
            op(out, &rows);
        }
    }
}
