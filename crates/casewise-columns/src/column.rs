//! One attribute's values in an Arrow array.
//!
//! Arrays whose layout is the attribute's own are read as they lie; every other array goes value by value
//! through the rules of `casewise_core::input`, so that a column means what the same values mean anywhere else.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, Date32Array, Float64Array, GenericListArray, OffsetSizeTrait, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, TimeUnit};
use casewise_core::input::{FieldReader, Misfit, Raw};
use casewise_core::values::{Date, Decimal, Time, Value};

/// An attribute's column.
#[derive(Debug, Clone)]
pub struct Column {
    reader: FieldReader,
    pub(crate) array: ArrayRef,
    /// Of a dictionary: each of its values, read once.
    dictionary: Option<Arc<[Result<Value, Misfit>]>>,
    /// Whether all values of the dictionary fit, or of the dictionary that lists are made of.
    entries_fit: bool,
}

impl Column {
    /// Binds an array to an attribute.
    pub fn new(reader: FieldReader, array: ArrayRef) -> Column {
        let dictionary: Option<Arc<[_]>> = array.as_any_dictionary_opt().map(|dictionary| {
            let values = dictionary.values();
            (0..values.len()).map(|row| read(&reader, values, row)).collect()
        });
        let entries_fit = dictionary.as_ref().is_some_and(|values| values.iter().all(Result::is_ok));
        let mut column = Column { reader, array, dictionary, entries_fit };
        if let Some(words) = words(&column.array) {
            column.entries_fit = (0..words.len()).all(|word| column.single(&words, word).is_ok());
        }
        column
    }

    /// The attribute.
    pub fn reader(&self) -> &FieldReader {
        &self.reader
    }

    /// The value of a row.
    ///
    /// # Errors
    /// What was expected.
    pub fn value(&self, row: usize) -> Result<Value, Misfit> {
        match &self.dictionary {
            Some(values) => match self.key(row) {
                Some(key) => match values.get(key) {
                    Some(value) => value.clone(),
                    None => self.reader.nothing(),
                },
                None => self.reader.nothing(),
            },
            None => read(&self.reader, &self.array, row),
        }
    }

    /// The value of a row that was seen to fit.
    pub(crate) fn look(&self, row: usize) -> Cow<'_, Value> {
        let entry = self.dictionary.as_ref().and_then(|values| values.get(self.key(row)?)?.as_ref().ok());
        entry.map_or_else(|| Cow::Owned(self.value(row).unwrap_or_default()), Cow::Borrowed)
    }

    /// Whether all values of some rows are seen to fit without reading them one by one.
    pub(crate) fn fits(&self, rows: Range<usize>) -> bool {
        let (array, reader) = (self.array.slice(rows.start, rows.len()), &self.reader);
        if array.null_count() > 0 && !reader.optional() {
            return false;
        }
        match array.data_type() {
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => reader.takes_every(Raw::Int(0)),
            DataType::Boolean => reader.takes_every(Raw::Bool(true)),
            DataType::Float64 => {
                let is_finite = |floats: &Float64Array| floats.iter().flatten().all(f64::is_finite);
                reader.takes_every(Raw::Float(0.0)) && array.as_primitive_opt().is_some_and(is_finite)
            }
            DataType::Date32 => {
                let in_calendar = |days: &Date32Array| {
                    days.iter().flatten().all(|day| (Date::MIN..=Date::MAX).contains(&Date(day)))
                };
                reader.takes_every(Raw::Date(Date(0))) && array.as_primitive_opt().is_some_and(in_calendar)
            }
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
                let in_calendar = |times: &TimestampMicrosecondArray| {
                    times.iter().flatten().all(|time| Time::from_micros(time).is_some())
                };
                reader.takes_every(Raw::Time(Time(0))) && array.as_primitive_opt().is_some_and(in_calendar)
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => reader.takes_every(Raw::Text("")),
            DataType::Dictionary(_, _) => self.entries_fit,
            DataType::List(_) => array.as_list_opt::<i32>().is_some_and(|lists| self.elements_fit(lists)),
            DataType::LargeList(_) => {
                array.as_list_opt::<i64>().is_some_and(|lists| self.elements_fit(lists))
            }
            _ => false,
        }
    }

    /// Whether all elements of lists fit, each distinct text looked at once.
    fn elements_fit<O: OffsetSizeTrait>(&self, lists: &GenericListArray<O>) -> bool {
        let ends = [lists.value_offsets().first(), lists.value_offsets().last()];
        let [from, to] = ends.map(|end| end.map_or(0, |end| end.as_usize()));
        let elements = lists.values().slice(from, to - from);
        if elements.null_count() > 0 {
            return false;
        }
        if elements.as_any_dictionary_opt().is_some() {
            return self.entries_fit;
        }
        let Some(texts) = elements.as_string_opt::<i32>() else { return false };
        let mut seen = rustc_hash::FxHashSet::default();
        texts.iter().enumerate().all(|(row, text)| !seen.insert(text) || self.single(&elements, row).is_ok())
    }

    /// The set of one element of `values`, as the attribute reads it.
    pub(crate) fn single(&self, values: &ArrayRef, row: usize) -> Result<Value, Misfit> {
        let Some(mut set) = self.reader.set_reader() else { return self.reader.read(Raw::Seq(&[])) };
        with_raw(values, row, |raw| set.push(raw));
        set.finish()
    }

    /// The values of the dictionary, if it is one.
    pub(crate) fn dictionary(&self) -> Option<&[Result<Value, Misfit>]> {
        self.dictionary.as_deref()
    }

    /// The place in the dictionary of a row's value.
    pub(crate) fn key(&self, row: usize) -> Option<usize> {
        key(&self.array, row)
    }
}

/// What the elements of lists are, where these are kept in a dictionary.
fn words(array: &ArrayRef) -> Option<ArrayRef> {
    let elements = match array.data_type() {
        DataType::List(_) => array.as_list_opt::<i32>()?.values(),
        DataType::LargeList(_) => array.as_list_opt::<i64>()?.values(),
        _ => return None,
    };
    elements.as_any_dictionary_opt().map(|dictionary| Arc::clone(dictionary.values()))
}

/// The place in a dictionary of a row's value; none where it is null.
fn key(array: &ArrayRef, row: usize) -> Option<usize> {
    fn of<K: ArrowDictionaryKeyType>(array: &ArrayRef, row: usize) -> Option<usize> {
        array.as_dictionary_opt::<K>()?.key(row)
    }
    match array.data_type() {
        DataType::Dictionary(key, _) if row < array.len() => match **key {
            DataType::Int8 => of::<Int8Type>(array, row),
            DataType::Int16 => of::<Int16Type>(array, row),
            DataType::Int32 => of::<Int32Type>(array, row),
            DataType::Int64 => of::<Int64Type>(array, row),
            DataType::UInt8 => of::<UInt8Type>(array, row),
            DataType::UInt16 => of::<UInt16Type>(array, row),
            DataType::UInt32 => of::<UInt32Type>(array, row),
            DataType::UInt64 => of::<UInt64Type>(array, row),
            _ => None,
        },
        _ => None,
    }
}

/// Reads one element by the rules of the attribute.
fn read(reader: &FieldReader, array: &ArrayRef, row: usize) -> Result<Value, Misfit> {
    if let Some(elements) = elements(array, row) {
        let Some(mut set) = reader.set_reader() else { return reader.read(Raw::Seq(&[])) };
        for element in 0..elements.len() {
            with_raw(&elements, element, |raw| set.push(raw));
        }
        return set.finish();
    }
    with_raw(array, row, |raw| reader.read(raw))
}

/// The elements of a list that is not null.
pub fn elements(array: &ArrayRef, row: usize) -> Option<ArrayRef> {
    if row >= array.len() || array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::List(_) => Some(array.as_list_opt::<i32>()?.value(row)),
        DataType::LargeList(_) => Some(array.as_list_opt::<i64>()?.value(row)),
        DataType::FixedSizeList(_, _) => Some(array.as_fixed_size_list_opt()?.value(row)),
        _ => None,
    }
}

/// Whether arrays of this type can hold an attribute's values.
pub(crate) fn is_readable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float32
        | DataType::Float64
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(_, _)
        | DataType::Decimal128(_, _) => true,
        DataType::Dictionary(_, values) => is_readable(values),
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            is_readable(field.data_type())
        }
        _ => false,
    }
}

/// Gives `f` one element as it comes; a list is told by [`elements`].
pub fn with_raw<T>(array: &ArrayRef, row: usize, f: impl FnOnce(Raw<'_>) -> T) -> T {
    if row >= array.len() || array.is_null(row) {
        return f(Raw::Null);
    }
    macro_rules! primitive {
        ($ty:ty) => {
            array.as_primitive_opt::<$ty>().map(|a| a.value(row))
        };
    }
    let int = |n: Option<i64>| n.map_or(Raw::Null, Raw::Int);
    match array.data_type() {
        DataType::Boolean => f(array.as_boolean_opt().map_or(Raw::Null, |a| Raw::Bool(a.value(row)))),
        DataType::Int8 => f(int(primitive!(Int8Type).map(Into::into))),
        DataType::Int16 => f(int(primitive!(Int16Type).map(Into::into))),
        DataType::Int32 => f(int(primitive!(Int32Type).map(Into::into))),
        DataType::Int64 => f(int(primitive!(Int64Type))),
        DataType::UInt8 => f(int(primitive!(UInt8Type).map(Into::into))),
        DataType::UInt16 => f(int(primitive!(UInt16Type).map(Into::into))),
        DataType::UInt32 => f(int(primitive!(UInt32Type).map(Into::into))),
        DataType::UInt64 => f(primitive!(UInt64Type).map_or(Raw::Null, Raw::UInt)),
        DataType::Float32 => f(primitive!(Float32Type).map_or(Raw::Null, Raw::Float32)),
        DataType::Float64 => f(primitive!(Float64Type).map_or(Raw::Null, Raw::Float)),
        DataType::Utf8 => f(array.as_string_opt::<i32>().map_or(Raw::Null, |a| Raw::Text(a.value(row)))),
        DataType::LargeUtf8 => f(array.as_string_opt::<i64>().map_or(Raw::Null, |a| Raw::Text(a.value(row)))),
        DataType::Utf8View => f(array.as_string_view_opt().map_or(Raw::Null, |a| Raw::Text(a.value(row)))),
        DataType::Date32 => f(primitive!(Date32Type).map_or(Raw::Null, |days| Raw::Date(Date(days)))),
        DataType::Date64 => {
            const DAY: i64 = 86_400_000;
            let days = primitive!(Date64Type).and_then(|ms| i32::try_from(ms.div_euclid(DAY)).ok());
            f(days.map_or(Raw::Record, |days| Raw::Date(Date(days))))
        }
        DataType::Timestamp(unit, zone) => {
            let micros = match unit {
                TimeUnit::Second => primitive!(TimestampSecondType).and_then(|t| t.checked_mul(1_000_000)),
                TimeUnit::Millisecond => {
                    primitive!(TimestampMillisecondType).and_then(|t| t.checked_mul(1_000))
                }
                TimeUnit::Microsecond => primitive!(TimestampMicrosecondType),
                // Finer than a microsecond is not kept anywhere: the instant it lies in.
                TimeUnit::Nanosecond => primitive!(TimestampNanosecondType).map(|t| t.div_euclid(1_000)),
            };
            match (micros.and_then(Time::from_micros), zone) {
                (Some(time), Some(_)) => f(Raw::Time(time)),
                // A wall clock's reading: it stands in the model's zone, as text without an offset does.
                (Some(time), None) => f(Raw::Text(time.to_string().trim_end_matches('Z'))),
                (None, _) => f(Raw::Record),
            }
        }
        DataType::Decimal128(_, scale) => {
            let decimal = primitive!(Decimal128Type).and_then(|units| decimal(units, *scale));
            match decimal {
                Some(decimal) => f(Raw::Number(&decimal.to_string())),
                None => f(Raw::Record),
            }
        }
        DataType::Dictionary(_, _) => match (array.as_any_dictionary_opt(), key(array, row)) {
            (Some(dictionary), Some(key)) => with_raw(dictionary.values(), key, f),
            _ => f(Raw::Null),
        },
        DataType::Null => f(Raw::Null),
        _ => f(Raw::Record),
    }
}

/// `units × 10^−scale`; none if it has more than 18 fractional digits or does not fit.
fn decimal(units: i128, scale: i8) -> Option<Decimal> {
    let shift = 18 - i32::from(scale);
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 {
        return units.checked_mul(power).map(Decimal::from_scaled);
    }
    (units % power == 0).then(|| Decimal::from_scaled(units / power))
}
