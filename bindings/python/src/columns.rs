//! Arrow columns in, Arrow columns out. What is decided stays with the façade.

use std::collections::{HashMap, HashSet};

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, ListBuilder, StringBuilder, StructBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::types as of;
use arrow_array::types::{
    Date32Type, Date64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use casewise::{Decision, Model, Value};
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use std::sync::Arc;

use crate::convert::digits;

/// The columns of one batch, by name.
#[derive(Debug)]
pub(crate) struct Batch {
    names: Arc<[String]>,
    columns: Vec<ArrayRef>,
    pub(crate) rows: usize,
}

/// A table: batches of the same columns.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) batches: Vec<Batch>,
}

impl Table {
    pub(crate) fn new(batches: &[RecordBatch], schema: &Schema) -> Table {
        let names: Arc<[String]> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let batch = |batch: &RecordBatch| Batch {
            names: Arc::clone(&names),
            columns: batch.columns().iter().map(undictionaried).collect(),
            rows: batch.num_rows(),
        };
        Table { batches: batches.iter().map(batch).collect() }
    }

    /// All rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.batches.iter().flat_map(|batch| (0..batch.rows).map(move |row| Row { batch, row }))
    }
}

/// One row, as a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    batch: &'a Batch,
    row: usize,
}

impl<'a> Row<'a> {
    /// One element of it.
    pub(crate) fn cell(&self, place: usize) -> Option<Cell<'a>> {
        Some(Cell { column: self.batch.columns.get(place)?.as_ref(), row: self.row })
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.batch.columns.len()))?;
        for (name, column) in self.batch.names.iter().zip(&self.batch.columns) {
            map.serialize_entry(name, &Cell { column, row: self.row })?;
        }
        map.end()
    }
}

/// One element of a column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) column: &'a dyn Array,
    pub(crate) row: usize,
}

struct Elements<'a>(&'a dyn Array);

impl Serialize for Elements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.0.len()))?;
        for row in 0..self.0.len() {
            sequence.serialize_element(&Cell { column: self.0, row })?;
        }
        sequence.end()
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Cell { column, row } = *self;
        if column.is_null(row) {
            return serializer.serialize_none();
        }
        macro_rules! primitive {
            ($type:ty, $method:ident) => {
                serializer.$method(column.as_primitive::<$type>().value(row))
            };
        }
        // Without a zone, an instant is local: in the model's zone, which the façade knows.
        macro_rules! instant {
            ($type:ty, $zone:expr) => {
                match column.as_primitive::<$type>().value_as_datetime(row) {
                    Some(time) => {
                        let utc = if $zone.is_some() { "Z" } else { "" };
                        serializer.serialize_str(&format!("{time:?}{utc}"))
                    }
                    None => Err(S::Error::custom("a time out of range")),
                }
            };
        }
        macro_rules! date {
            ($type:ty) => {
                match column.as_primitive::<$type>().value_as_date(row) {
                    Some(date) => serializer.serialize_str(&format!("{date:?}")),
                    None => Err(S::Error::custom("a date out of range")),
                }
            };
        }
        match column.data_type() {
            DataType::Null => serializer.serialize_none(),
            DataType::Boolean => serializer.serialize_bool(column.as_boolean().value(row)),
            DataType::Int8 => primitive!(of::Int8Type, serialize_i8),
            DataType::Int16 => primitive!(of::Int16Type, serialize_i16),
            DataType::Int32 => primitive!(of::Int32Type, serialize_i32),
            DataType::Int64 => primitive!(of::Int64Type, serialize_i64),
            DataType::UInt8 => primitive!(of::UInt8Type, serialize_u8),
            DataType::UInt16 => primitive!(of::UInt16Type, serialize_u16),
            DataType::UInt32 => primitive!(of::UInt32Type, serialize_u32),
            DataType::UInt64 => primitive!(of::UInt64Type, serialize_u64),
            DataType::Float32 => primitive!(of::Float32Type, serialize_f32),
            DataType::Float64 => primitive!(of::Float64Type, serialize_f64),
            DataType::Utf8 => serializer.serialize_str(column.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => serializer.serialize_str(column.as_string::<i64>().value(row)),
            DataType::Utf8View => serializer.serialize_str(column.as_string_view().value(row)),
            DataType::Date32 => date!(Date32Type),
            DataType::Date64 => date!(Date64Type),
            DataType::Timestamp(TimeUnit::Second, zone) => instant!(TimestampSecondType, zone),
            DataType::Timestamp(TimeUnit::Millisecond, zone) => instant!(TimestampMillisecondType, zone),
            DataType::Timestamp(TimeUnit::Microsecond, zone) => instant!(TimestampMicrosecondType, zone),
            DataType::Timestamp(TimeUnit::Nanosecond, zone) => instant!(TimestampNanosecondType, zone),
            DataType::Decimal32(..) => {
                digits(&column.as_primitive::<of::Decimal32Type>().value_as_string(row), serializer)
            }
            DataType::Decimal64(..) => {
                digits(&column.as_primitive::<of::Decimal64Type>().value_as_string(row), serializer)
            }
            DataType::Decimal128(..) => {
                digits(&column.as_primitive::<of::Decimal128Type>().value_as_string(row), serializer)
            }
            DataType::Decimal256(..) => {
                digits(&column.as_primitive::<of::Decimal256Type>().value_as_string(row), serializer)
            }
            DataType::List(_) => Elements(&*column.as_list::<i32>().value(row)).serialize(serializer),
            DataType::LargeList(_) => Elements(&*column.as_list::<i64>().value(row)).serialize(serializer),
            DataType::FixedSizeList(..) => {
                Elements(&*column.as_fixed_size_list().value(row)).serialize(serializer)
            }
            other => Err(S::Error::custom(format_args!("an Arrow `{other}`"))),
        }
    }
}

/// A type without dictionaries.
fn plain(ty: &DataType) -> DataType {
    let of = |field: &Arc<Field>| {
        Arc::new(Field::new(field.name(), plain(field.data_type()), field.is_nullable()))
    };
    match ty {
        DataType::Dictionary(_, value) => plain(value),
        DataType::List(field) => DataType::List(of(field)),
        DataType::LargeList(field) => DataType::LargeList(of(field)),
        other => other.clone(),
    }
}

fn undictionaried(column: &ArrayRef) -> ArrayRef {
    let wanted = plain(column.data_type());
    if wanted == *column.data_type() {
        return Arc::clone(column);
    }
    arrow_cast::cast(column, &wanted).unwrap_or_else(|_| Arc::clone(column))
}

/// Which columns a result has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Select {
    pub(crate) offers: bool,
    pub(crate) segments: bool,
    pub(crate) scores: bool,
    pub(crate) values: bool,
    pub(crate) gates: bool,
    pub(crate) cases: bool,
}

/// A column that has one value of a score or let a row.
#[derive(Debug)]
struct Output {
    name: String,
    ty: DataType,
}

/// What the columns of a result are.
#[derive(Debug)]
pub(crate) struct Layout {
    select: Select,
    outputs: Vec<Output>,
    key: DataType,
    pub(crate) schema: SchemaRef,
}

const TEXT: DataType = DataType::Utf8;

fn texts(nullable: bool) -> DataType {
    DataType::List(Arc::new(Field::new("item", TEXT, nullable)))
}

fn offer_fields() -> Fields {
    Fields::from(vec![
        Field::new("case", TEXT, false),
        Field::new("rank", DataType::Int32, false),
        Field::new("channel", TEXT, true),
        Field::new("rank_value", DataType::Float64, true),
        Field::new("variant", TEXT, true),
        Field::new("offer", TEXT, false),
        Field::new("counted", DataType::Boolean, false),
    ])
}

fn case_fields() -> Fields {
    Fields::from(vec![
        Field::new("case", TEXT, false),
        Field::new("status", TEXT, false),
        Field::new("outcome", TEXT, true),
        Field::new("gate", TEXT, true),
        Field::new("failed", texts(true), false),
        Field::new("missing", texts(true), false),
        Field::new("by", TEXT, true),
        Field::new("of", TEXT, true),
        Field::new("trial", DataType::Boolean, false),
    ])
}

fn gate_fields() -> Fields {
    Fields::from(vec![Field::new("gate", TEXT, false), Field::new("outcome", TEXT, false)])
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Struct(fields), true)))
}

/// The Arrow type of a type of a model; text where Arrow has none.
fn arrow_type(ty: &str) -> DataType {
    match ty.trim_end_matches('?') {
        "bool" => DataType::Boolean,
        "int" => DataType::Int64,
        "float" => DataType::Float64,
        "decimal" => DataType::Decimal128(38, 18),
        "date" => DataType::Date32,
        "time" => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        _ => TEXT,
    }
}

impl Layout {
    pub(crate) fn new(model: &Model, select: Select) -> Layout {
        let key = model.key_type();
        let key = arrow_type(&key);
        let wanted = |output: &casewise::Output| if output.is_score { select.scores } else { select.values };
        let outputs: Vec<Output> = model
            .outputs()
            .filter(wanted)
            .map(|output| Output { ty: arrow_type(&output.ty), name: output.name })
            .collect();
        let mut fields = vec![Field::new("id", key.clone(), false)];
        let mut add = |selected, name, ty| {
            if selected {
                fields.push(Field::new(name, ty, false));
            }
        };
        add(select.offers, "offers", list_of(offer_fields()));
        add(select.segments, "segments", texts(true));
        add(select.gates, "gates", list_of(gate_fields()));
        add(select.cases, "cases", list_of(case_fields()));
        let taken: HashSet<String> = fields.iter().map(|field| field.name().clone()).collect();
        for output in &outputs {
            // A score may be called like a column of its own.
            let prefix = if taken.contains(&output.name) { "score." } else { "" };
            fields.push(Field::new(format!("{prefix}{}", output.name), output.ty.clone(), true));
        }
        Layout { select, outputs, key, schema: Arc::new(Schema::new(fields)) }
    }

    /// The decisions as one batch.
    pub(crate) fn batch(&self, decisions: &[Decision]) -> Result<RecordBatch, ArrowError> {
        let keys: ArrayRef =
            Arc::new(decisions.iter().map(|d| Some(d.key())).collect::<arrow_array::StringArray>());
        let mut columns = vec![as_type(keys, &self.key)?];
        if self.select.offers {
            columns.push(offers(decisions)?);
        }
        if self.select.segments {
            let mut list = ListBuilder::new(StringBuilder::new());
            for decision in decisions {
                list.append_value(decision.segments().map(Some));
            }
            columns.push(Arc::new(list.finish()));
        }
        if self.select.gates {
            columns.push(gates(decisions)?);
        }
        if self.select.cases {
            columns.push(cases(decisions)?);
        }
        // A score's parts come together: they are read once.
        let values: Vec<HashMap<String, Value>> = decisions.iter().map(|d| self.values(d)).collect();
        for output in &self.outputs {
            columns.push(column(output, values.iter().map(|values| values.get(&output.name)))?);
        }
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }

    fn values(&self, decision: &Decision) -> HashMap<String, Value> {
        let mut values = HashMap::new();
        if self.select.scores {
            for (name, value) in decision.scores() {
                match value {
                    Value::Record(parts) => {
                        values
                            .extend(parts.into_iter().map(|(part, value)| (format!("{name}.{part}"), value)));
                    }
                    value => {
                        values.insert(name.to_owned(), value);
                    }
                }
            }
        }
        if self.select.values {
            values.extend(decision.values().map(|(name, value)| (name.to_owned(), value)));
        }
        values
    }
}

fn as_type(texts: ArrayRef, ty: &DataType) -> Result<ArrayRef, ArrowError> {
    if texts.data_type() == ty {
        return Ok(texts);
    }
    // What is not of the type is told, and is not null.
    let options = arrow_cast::CastOptions { safe: false, ..arrow_cast::CastOptions::default() };
    arrow_cast::cast_with_options(&texts, ty, &options)
}

fn column<'v>(
    output: &Output,
    values: impl Iterator<Item = Option<&'v Value>>,
) -> Result<ArrayRef, ArrowError> {
    let values = values.map(|value| value.filter(|value| !value.is_missing()));
    Ok(match output.ty {
        DataType::Boolean => Arc::new(values.map(|v| v?.as_bool()).collect::<arrow_array::BooleanArray>()),
        DataType::Int64 => Arc::new(values.map(|v| v?.as_i64()).collect::<arrow_array::Int64Array>()),
        DataType::Float64 => Arc::new(values.map(|v| v?.as_f64()).collect::<arrow_array::Float64Array>()),
        _ => {
            let texts = values.map(|v| Some(v?.to_string())).collect::<arrow_array::StringArray>();
            as_type(Arc::new(texts), &output.ty)?
        }
    })
}

/// A list of structs: `each` fills the fields of one element.
macro_rules! structs {
    ($fields:expr, $decisions:expr, $items:ident, |$builder:ident, $item:ident| $each:block) => {{
        let fields = $fields;
        let mut list = ListBuilder::new(StructBuilder::from_fields(fields, $decisions.len()));
        for decision in $decisions {
            for $item in decision.$items() {
                let $builder = list.values();
                $each
                $builder.append(true);
            }
            list.append(true);
        }
        Ok(Arc::new(list.finish()) as ArrayRef)
    }};
}

fn broken() -> ArrowError {
    ArrowError::SchemaError("a column of a result is not of its type".to_owned())
}

fn text(row: &mut StructBuilder, field: usize, value: Option<&str>) -> Result<(), ArrowError> {
    row.field_builder::<StringBuilder>(field).ok_or_else(broken)?.append_option(value);
    Ok(())
}

fn truth(row: &mut StructBuilder, field: usize, value: bool) -> Result<(), ArrowError> {
    row.field_builder::<BooleanBuilder>(field).ok_or_else(broken)?.append_value(value);
    Ok(())
}

fn names<'n>(
    row: &mut StructBuilder,
    field: usize,
    names: impl Iterator<Item = &'n str>,
) -> Result<(), ArrowError> {
    type Texts = ListBuilder<Box<dyn arrow_array::builder::ArrayBuilder>>;
    let list = row.field_builder::<Texts>(field).ok_or_else(broken)?;
    for name in names {
        let values = list.values().as_any_mut().downcast_mut::<StringBuilder>().ok_or_else(broken)?;
        values.append_value(name);
    }
    list.append(true);
    Ok(())
}

fn offers(decisions: &[Decision]) -> Result<ArrayRef, ArrowError> {
    structs!(offer_fields(), decisions, offers, |row, offer| {
        text(row, 0, Some(offer.case()))?;
        let rank = i32::try_from(offer.rank()).unwrap_or(i32::MAX);
        row.field_builder::<Int32Builder>(1).ok_or_else(broken)?.append_value(rank);
        text(row, 2, offer.channel())?;
        let by = offer.rank_value();
        let by = by.as_f64().or_else(|| by.as_str()?.parse().ok());
        row.field_builder::<Float64Builder>(3).ok_or_else(broken)?.append_option(by);
        text(row, 4, offer.variant())?;
        let fields = serde_json::to_string(&offer.fields());
        text(row, 5, Some(&fields.map_err(|error| ArrowError::ExternalError(error.into()))?))?;
        truth(row, 6, offer.counted())?;
    })
}

fn cases(decisions: &[Decision]) -> Result<ArrayRef, ArrowError> {
    structs!(case_fields(), decisions, cases, |row, named| {
        let (name, case) = named;
        text(row, 0, Some(name))?;
        text(row, 1, Some(case.status().as_str()))?;
        text(row, 2, case.outcome())?;
        text(row, 3, case.gate())?;
        names(row, 4, case.failed())?;
        names(row, 5, case.missing())?;
        text(row, 6, case.by())?;
        text(row, 7, case.of())?;
        truth(row, 8, case.trial())?;
    })
}

fn gates(decisions: &[Decision]) -> Result<ArrayRef, ArrowError> {
    structs!(gate_fields(), decisions, gates, |row, named| {
        let (name, outcome) = named;
        text(row, 0, Some(name))?;
        text(row, 1, Some(outcome))?;
    })
}

/// A row that was not decided.
#[derive(Debug)]
pub(crate) struct Reject {
    pub(crate) row: usize,
    pub(crate) key: Option<String>,
    pub(crate) error: casewise::Error,
}

/// The rejected rows as one batch.
pub(crate) fn rejects(rejected: &[Reject]) -> Result<RecordBatch, ArrowError> {
    let fields = ["id", "table", "attribute", "value", "expected", "message"];
    let fields = fields.map(|name| Field::new(name, TEXT, name != "message"));
    let mut all =
        vec![Field::new("row", DataType::Int64, false), Field::new("table_row", DataType::Int64, true)];
    all.extend(fields);
    let mut rows = Int64Builder::new();
    let mut table_rows = Int64Builder::new();
    let mut texts: [StringBuilder; 6] = Default::default();
    for Reject { row, key, error } in rejected {
        let (table, table_row) = error.record().unzip();
        rows.append_value(i64::try_from(*row).unwrap_or(i64::MAX));
        table_rows.append_option(table_row.flatten().and_then(|row| i64::try_from(row).ok()));
        let message = error.to_string();
        let key = key.as_deref().or(error.key());
        let told = [key, table, error.attribute(), error.value(), error.expected(), Some(message.as_str())];
        for (column, value) in texts.iter_mut().zip(told) {
            column.append_option(value);
        }
    }
    let mut columns: Vec<ArrayRef> = vec![Arc::new(rows.finish()), Arc::new(table_rows.finish())];
    columns.extend(texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
    RecordBatch::try_new(Arc::new(Schema::new(all)), columns)
}
