//! Values of a chunk → cells.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, TimeUnit};
use casewise_core::plan::index::{Cuts, SourceCells};
use casewise_core::values::Value;
use rustc_hash::FxHashMap;

use crate::bits::{self, Bits};
use crate::column::Column;
use crate::kernels::Kernels;
use crate::planes::Codes;

/// Finds the cells of one input's values. Cell 0 is missing.
#[derive(Debug)]
pub(crate) struct Coder {
    numbers: Numbers,
    cuts: Vec<Value>,
}

/// Cuts that are numbers in Arrow, too.
#[derive(Debug)]
enum Numbers {
    Bools,
    Ints(Cuts<i64>),
    Dates(Cuts<i64>),
    Times(Cuts<i64>),
    Floats(Cuts<f64>),
    None,
}

/// The cells of a column of a batch, as far as they are found before its chunks are read.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// By entry of the dictionary.
    Entries(Vec<u16>),
    /// By row: a text is looked up once for all rows that hold it.
    Rows(Vec<u16>),
    /// Not yet.
    Nothing,
}

/// Where the cells of a chunk are.
#[derive(Debug)]
pub(crate) struct Found {
    /// The rows that are true; none: the cells are in the codes.
    pub(crate) truths: Option<Bits>,
    /// The rows that have a value: the others' cells and truths mean nothing. None: the cells say it.
    pub(crate) valid: Option<Bits>,
}

impl Coder {
    pub(crate) fn new(cuts: &[Value]) -> Coder {
        let ints = |read: fn(&Value) -> Option<i64>| {
            cuts.iter().map(read).collect::<Option<Vec<i64>>>().and_then(Cuts::new)
        };
        let float = |cut: &Value| if let Value::Float(x) = cut { Some(*x) } else { None };
        let numbers = match cuts.first() {
            Some(Value::Bool(_)) => Some(Numbers::Bools),
            Some(Value::Int(_)) => {
                ints(|cut| if let Value::Int(n) = cut { Some(*n) } else { None }).map(Numbers::Ints)
            }
            Some(Value::Date(_)) => {
                ints(|cut| if let Value::Date(d) = cut { Some(d.0.into()) } else { None }).map(Numbers::Dates)
            }
            Some(Value::Time(_)) => {
                ints(|cut| if let Value::Time(t) = cut { Some(t.0) } else { None }).map(Numbers::Times)
            }
            Some(Value::Float(_)) => {
                cuts.iter().map(float).collect::<Option<Vec<f64>>>().and_then(Cuts::new).map(Numbers::Floats)
            }
            _ => None,
        };
        Coder { numbers: numbers.unwrap_or(Numbers::None), cuts: cuts.to_vec() }
    }

    /// Of a value.
    pub(crate) fn cell(&self, value: &Value) -> u16 {
        SourceCells::cell(&self.cuts, value) as u16
    }

    fn row(&self, column: &Column, row: usize) -> u16 {
        column.value(row).map_or(0, |value| self.cell(&value))
    }

    /// Looks at a column before its chunks are read.
    pub(crate) fn prepare(&self, column: &Column) -> Prepared {
        if let Some(entries) = column.dictionary() {
            let cell = |entry: &Result<Value, _>| entry.as_ref().map_or(0, |value| self.cell(value));
            return Prepared::Entries(entries.iter().map(cell).collect());
        }
        let array = &column.array;
        match array.data_type() {
            DataType::Utf8 => array.as_string_opt::<i32>().map(|texts| self.texts(column, texts.iter())),
            DataType::LargeUtf8 => array.as_string_opt::<i64>().map(|texts| self.texts(column, texts.iter())),
            DataType::Utf8View => array.as_string_view_opt().map(|texts| self.texts(column, texts.iter())),
            _ => None,
        }
        .unwrap_or(Prepared::Nothing)
    }

    fn texts<'t>(&self, column: &Column, texts: impl Iterator<Item = Option<&'t str>>) -> Prepared {
        let mut known = FxHashMap::default();
        let cell = |(row, text)| *known.entry(text).or_insert_with(|| self.row(column, row));
        Prepared::Rows(texts.enumerate().map(cell).collect())
    }

    /// Finds the cells of `rows` values from `from` on. What does not fit is missing.
    pub(crate) fn chunk(
        &self,
        column: &Column,
        prepared: &Prepared,
        (from, rows): (usize, usize),
        kernels: Kernels,
        codes: &mut Codes,
    ) -> Found {
        let array = &column.array;
        let to = codes.get_mut(..rows).unwrap_or_default();
        let valid = || array.nulls().map(|nulls| bits::read(nulls.inner(), from, rows));
        let read = match (prepared, &self.numbers) {
            (Prepared::Rows(cells), _) => {
                to.copy_from_slice(cells.get(from..from + rows).unwrap_or_default());
                return Found { truths: None, valid: None };
            }
            (Prepared::Entries(cells), _) => entries(array.as_ref(), cells, from, to),
            (Prepared::Nothing, Numbers::Bools) => match array.as_boolean_opt() {
                Some(truths) => {
                    return Found { truths: Some(bits::read(truths.values(), from, rows)), valid: valid() };
                }
                None => None,
            },
            (Prepared::Nothing, Numbers::Ints(cuts)) => match array.data_type() {
                DataType::Int8 => ints::<Int8Type>(array.as_ref(), (cuts, kernels), from, to),
                DataType::Int16 => ints::<Int16Type>(array.as_ref(), (cuts, kernels), from, to),
                DataType::Int32 => ints::<Int32Type>(array.as_ref(), (cuts, kernels), from, to),
                DataType::Int64 => ints::<Int64Type>(array.as_ref(), (cuts, kernels), from, to),
                DataType::UInt8 => ints::<UInt8Type>(array.as_ref(), (cuts, kernels), from, to),
                DataType::UInt16 => ints::<UInt16Type>(array.as_ref(), (cuts, kernels), from, to),
                DataType::UInt32 => ints::<UInt32Type>(array.as_ref(), (cuts, kernels), from, to),
                _ => None,
            },
            (Prepared::Nothing, Numbers::Dates(cuts)) => {
                ints::<Date32Type>(array.as_ref(), (cuts, kernels), from, to)
            }
            // Without a zone it is a wall clock's reading, and to be converted.
            (Prepared::Nothing, Numbers::Times(cuts)) => match array.data_type() {
                DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
                    ints::<TimestampMicrosecondType>(array.as_ref(), (cuts, kernels), from, to)
                }
                _ => None,
            },
            (Prepared::Nothing, Numbers::Floats(cuts)) => slice::<Float64Type>(array.as_ref(), from, rows)
                .map(|values| {
                    kernels.cells(cuts, values, to);
                    let others = to.iter_mut().zip(values).filter(|(_, x)| !x.is_finite());
                    others.for_each(|(code, _)| *code = 0);
                }),
            // Only whether there is a value matters.
            (Prepared::Nothing, Numbers::None) if self.cuts.is_empty() && is_plain(array.data_type()) => {
                to.fill(1);
                Some(())
            }
            (Prepared::Nothing, Numbers::None) => None,
        };
        if read.is_some() {
            return Found { truths: None, valid: valid() };
        }
        to.iter_mut().zip(from..).for_each(|(code, row)| *code = self.row(column, row));
        Found { truths: None, valid: None }
    }
}

/// Types whose every value is one.
fn is_plain(data_type: &DataType) -> bool {
    data_type.is_integer() || matches!(data_type, DataType::Boolean | DataType::Date32)
}

/// The values of a column of this type, those of nulls too.
fn slice<T: ArrowPrimitiveType>(array: &dyn Array, from: usize, rows: usize) -> Option<&[T::Native]> {
    array.as_primitive_opt::<T>()?.values().get(from..from + rows)
}

fn ints<T: ArrowPrimitiveType>(
    array: &dyn Array,
    (cuts, kernels): (&Cuts<i64>, Kernels),
    from: usize,
    to: &mut [u16],
) -> Option<()>
where
    T::Native: Into<i64>,
{
    kernels.cells(cuts, slice::<T>(array, from, to.len())?, to);
    Some(())
}

/// The cells of a dictionary's keys.
fn entries(array: &dyn Array, cells: &[u16], from: usize, to: &mut [u16]) -> Option<()> {
    fn of<K: ArrowDictionaryKeyType>(
        array: &dyn Array,
        cells: &[u16],
        from: usize,
        to: &mut [u16],
    ) -> Option<()> {
        let keys = array.as_dictionary_opt::<K>()?.keys().values().get(from..from + to.len())?;
        // The key of a null means nothing, and may point nowhere.
        to.iter_mut()
            .zip(keys)
            .for_each(|(code, key)| *code = cells.get(key.as_usize()).copied().unwrap_or(0));
        Some(())
    }
    match array.data_type() {
        DataType::Dictionary(key, _) => match **key {
            DataType::Int8 => of::<Int8Type>(array, cells, from, to),
            DataType::Int16 => of::<Int16Type>(array, cells, from, to),
            DataType::Int32 => of::<Int32Type>(array, cells, from, to),
            DataType::Int64 => of::<Int64Type>(array, cells, from, to),
            DataType::UInt8 => of::<UInt8Type>(array, cells, from, to),
            DataType::UInt16 => of::<UInt16Type>(array, cells, from, to),
            DataType::UInt32 => of::<UInt32Type>(array, cells, from, to),
            DataType::UInt64 => of::<UInt64Type>(array, cells, from, to),
            _ => None,
        },
        _ => None,
    }
}
