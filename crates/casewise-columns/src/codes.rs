//! Values of a chunk → cells.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow_schema::DataType;
use casewise_core::plan::index::SourceCells;
use casewise_core::values::Value;

use crate::column::Column;
use crate::planes::Codes;

/// Finds the cells of one input's values. Cell 0 is missing.
#[derive(Debug)]
pub(crate) enum Coder {
    /// Cuts close together: a table from the value's distance to the first cut.
    Table {
        low: i64,
        cells: Vec<u16>,
    },
    Ints(Vec<i64>),
    Floats(FloatCuts),
    Others(Vec<Value>),
}

/// Widest table.
const TABLE: i64 = 1 << 16;

impl Coder {
    pub(crate) fn new(cuts: &[Value]) -> Coder {
        let ints: Option<Vec<i64>> = cuts
            .iter()
            .map(|cut| match cut {
                Value::Int(n) => Some(*n),
                Value::Date(d) => Some(d.0.into()),
                Value::Bool(b) => Some(i64::from(*b)),
                _ => None,
            })
            .collect();
        if let (Some(cuts), Some(Value::Int(_) | Value::Date(_) | Value::Bool(_))) = (ints, cuts.first()) {
            let span = cuts.last().zip(cuts.first()).and_then(|(last, first)| last.checked_sub(*first));
            let low = cuts.first().and_then(|first| first.checked_sub(1));
            return match (span, low) {
                (Some(span), Some(low)) if span < TABLE => {
                    let cell = |n: i64| 1 + cuts.partition_point(|cut| *cut <= low + n) as u16;
                    Coder::Table { low, cells: (0..=span + 1).map(cell).collect() }
                }
                _ => Coder::Ints(cuts),
            };
        }
        let floats: Option<Vec<f64>> = cuts
            .iter()
            .map(|cut| match cut {
                Value::Float(x) => Some(*x),
                _ => None,
            })
            .collect();
        match floats {
            Some(cuts) if !cuts.is_empty() => Coder::Floats(FloatCuts::new(cuts)),
            _ => Coder::Others(cuts.to_vec()),
        }
    }

    fn int(&self, n: i64) -> u16 {
        match self {
            Coder::Table { low, cells } => {
                let place = n.saturating_sub(*low).max(0) as usize;
                cells.get(place).or(cells.last()).copied().unwrap_or(1)
            }
            Coder::Ints(cuts) => 1 + cuts.partition_point(|cut| *cut <= n) as u16,
            Coder::Floats(_) | Coder::Others(_) => 0,
        }
    }

    fn value(&self, value: &Value) -> u16 {
        match (self, value) {
            (_, Value::Missing) => 0,
            (Coder::Others(cuts), value) => SourceCells::cell(cuts, value) as u16,
            (_, Value::Int(n)) => self.int(*n),
            (_, Value::Date(d)) => self.int(d.0.into()),
            (_, Value::Bool(b)) => self.int((*b).into()),
            (Coder::Floats(cuts), Value::Float(x)) => cuts.cell(*x),
            _ => 0,
        }
    }

    /// The cells of `rows` values from `from` on; those behind are missing, and so is what does not fit.
    pub(crate) fn chunk(&self, column: &Column, from: usize, rows: usize, codes: &mut Codes) {
        codes.fill(0);
        let to = codes.get_mut(..rows).unwrap_or_default();
        let array = column.array.slice(from, rows);
        let is_number = matches!(self, Coder::Table { .. } | Coder::Ints(_));
        macro_rules! ints {
            ($ty:ty) => {
                if let Some(array) = array.as_primitive_opt::<$ty>() {
                    return primitive(array, to, |n| self.int(n.into()));
                }
            };
        }
        match array.data_type() {
            DataType::Int8 if is_number => ints!(Int8Type),
            DataType::Int16 if is_number => ints!(Int16Type),
            DataType::Int32 if is_number => ints!(Int32Type),
            DataType::Int64 if is_number => ints!(Int64Type),
            DataType::UInt8 if is_number => ints!(UInt8Type),
            DataType::UInt16 if is_number => ints!(UInt16Type),
            DataType::UInt32 if is_number => ints!(UInt32Type),
            DataType::Date32 if is_number => ints!(Date32Type),
            DataType::Boolean if is_number => {
                if let Some(array) = array.as_boolean_opt() {
                    return bools(array, to, [self.int(0), self.int(1)]);
                }
            }
            DataType::Float64 => {
                if let (Coder::Floats(cuts), Some(array)) = (self, array.as_primitive_opt::<Float64Type>()) {
                    return primitive(array, to, |x| if x.is_finite() { cuts.cell(x) } else { 0 });
                }
            }
            DataType::Dictionary(_, _) => {
                if let (Some(values), Some(dictionary)) = (column.dictionary(), array.as_any_dictionary_opt())
                {
                    let mut cells: Vec<u16> =
                        values.iter().map(|v| v.as_ref().map_or(0, |value| self.value(value))).collect();
                    // Where the key is null its place in the values means nothing.
                    cells.resize(cells.len().max(1), 0);
                    let keys = dictionary.normalized_keys();
                    for ((code, key), row) in to.iter_mut().zip(keys).zip(0..) {
                        if array.is_valid(row) {
                            *code = cells.get(key).copied().unwrap_or(0);
                        }
                    }
                    return;
                }
            }
            _ => {}
        }
        for (code, row) in to.iter_mut().zip(from..) {
            *code = column.value(row).map_or(0, |value| self.value(&value));
        }
    }
}

fn primitive<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    to: &mut [u16],
    cell: impl Fn(T::Native) -> u16,
) {
    to.iter_mut().zip(array.values().iter()).for_each(|(code, value)| *code = cell(*value));
    if let Some(nulls) = array.nulls() {
        to.iter_mut().zip(nulls).filter(|(_, valid)| !valid).for_each(|(code, _)| *code = 0);
    }
}

fn bools(array: &BooleanArray, to: &mut [u16], [no, yes]: [u16; 2]) {
    for (code, value) in to.iter_mut().zip(array.iter()) {
        *code = match value {
            Some(true) => yes,
            Some(false) => no,
            None => 0,
        };
    }
}

/// Thresholds of floats, found by where they lie between the first and the last.
#[derive(Debug)]
pub(crate) struct FloatCuts {
    cuts: Vec<f64>,
    low: f64,
    scale: f64,
    /// Per stretch: how many cuts lie in the stretches before it.
    before: Vec<u16>,
}

/// Stretches between the first cut and the last.
const STRETCHES: usize = 1024;

impl FloatCuts {
    fn new(cuts: Vec<f64>) -> FloatCuts {
        let low = cuts.first().copied().unwrap_or(0.0);
        let high = cuts.last().copied().unwrap_or(0.0);
        let scale = STRETCHES as f64 / (high - low);
        let scale = if scale.is_finite() { scale } else { 0.0 };
        let mut found = FloatCuts { cuts, low, scale, before: Vec::new() };
        // Stretches grow with the value, so the cuts before one are those of smaller stretches.
        found.before = (0..=STRETCHES + 1)
            .map(|stretch| found.cuts.partition_point(|cut| found.stretch(*cut) < stretch) as u16)
            .collect();
        found
    }

    fn stretch(&self, x: f64) -> usize {
        ((x - self.low) * self.scale).clamp(0.0, STRETCHES as f64) as usize
    }

    fn cell(&self, x: f64) -> u16 {
        let stretch = self.stretch(x);
        let mut cell = self.before.get(stretch).copied().unwrap_or(0);
        while self.cuts.get(cell as usize).is_some_and(|cut| *cut <= x) {
            cell += 1;
        }
        cell + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_fall_into_the_cell_that_counting_cuts_finds() {
        for cuts in [
            vec![0.5],
            vec![-3.0, 0.1, 0.1_f64.next_up(), 7.25, 1e6],
            vec![1e-300, 2e-300, 3.0],
            vec![-1e308, 1e308],
        ] {
            let found = FloatCuts::new(cuts.clone());
            let near = cuts.iter().flat_map(|c| [*c, c.next_up(), c.next_down(), c * 0.5, -c]);
            for x in near.chain([0.0, 1.0, f64::MAX, f64::MIN]) {
                let counted = 1 + cuts.iter().filter(|cut| **cut <= x).count();
                assert_eq!(found.cell(x) as usize, counted, "{x} among {cuts:?}");
            }
        }
    }
}
