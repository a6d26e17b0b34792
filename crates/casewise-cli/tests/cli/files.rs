//! Parquet and Arrow files beside CSV and JSON lines: the same decisions, rejects and errors.
use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, TimestampMicrosecondType, UInt8Type};
use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Int64Array, PrimitiveArray, RecordBatch,
    StringArray,
};
use arrow_ipc::reader::FileReader;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::common::{Folder, SUPPLY, shop};

/// The customers of the shop, in the types that a warehouse has them in.
fn customers() -> RecordBatch {
    let mut tags = ListBuilder::new(StringBuilder::new());
    for sets in [&["sms"][..], &[], &["sms", "sms"]] {
        sets.iter().for_each(|tag| tags.values().append_value(tag));
        tags.append(true);
    }
    let plan: DictionaryArray<Int32Type> = ["Basic plan", "plus", "plus"].into_iter().collect();
    batch([
        ("more", Arc::new(StringArray::from(vec!["x", "x", "x"]))),
        ("id", Arc::new(StringArray::from(vec!["c1", "c2", "c3"]))),
        ("Age", Arc::new(Int64Array::from(vec![Some(30), None, Some(16)]))),
        ("active", Arc::new(BooleanArray::from(vec![true, true, false]))),
        ("plan", Arc::new(plan)),
        ("tags", Arc::new(tags.finish())),
    ])
}

fn recharges() -> RecordBatch {
    const DAY: i64 = 86_400_000_000;
    let november = 1_793_491_200_000_000_i64; // 2026-11-01T00:00Z, which is 08:00 in Shanghai
    let at = [0, 7, 7, 7, 8, 8].map(|days| november + days * DAY);
    let at: PrimitiveArray<TimestampMicrosecondType> = at.to_vec().into();
    let amounts = Decimal128Array::from(vec![1050, 2000, 500, 500, 500, 500]);
    batch([
        ("id", Arc::new(StringArray::from(vec!["c1", "c1", "c3", "c2", "c2", "c9"]))),
        ("at", Arc::new(at.with_timezone("UTC"))),
        ("amount", Arc::new(amounts.with_precision_and_scale(10, 2).unwrap())),
    ])
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn parquet(batch: &RecordBatch, compression: Compression) -> Vec<u8> {
    // Small row groups, so that files have several.
    let properties =
        WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(2)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_file(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(&batch.slice(0, 1)).unwrap();
    writer.write(&batch.slice(1, batch.num_rows() - 1)).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_stream(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

/// The shop, its customers and recharges in every format.
pub(crate) fn every_format() -> Folder {
    let folder = shop();
    for (name, batch) in
        [("customers", customers()), ("recharge", recharges()), ("blocked", batch([("id", ids(&["c3"]))]))]
    {
        folder.write(&format!("{name}.parquet"), &parquet(&batch, Compression::SNAPPY));
        folder.write(&format!("{name}.arrow"), &arrow_file(&batch));
        folder.write(&format!("{name}.ipc"), &arrow_stream(&batch));
    }
    folder
}

fn ids(keys: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(keys.to_vec()))
}

/// All rows of a Parquet or Arrow file.
fn read(folder: &Folder, name: &str) -> RecordBatch {
    let file = File::open(folder.place(name)).unwrap();
    let batches: Vec<RecordBatch> = if name.ends_with(".parquet") {
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().map(Result::unwrap).collect()
    } else {
        FileReader::try_new(file, None).unwrap().map(Result::unwrap).collect()
    };
    arrow_select::concat::concat_batches(&batches[0].schema(), &batches).unwrap()
}

#[test]
fn every_format_gives_the_same_decisions() {
    let folder = every_format();
    let expected = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl"));
    assert_eq!(expected.code, 0);
    for (customers, recharge, blocked) in [
        ("customers.parquet", "recharge.parquet", "blocked.parquet"),
        ("customers.arrow", "recharge.arrow", "blocked.arrow"),
        ("customers.ipc", "recharge.ipc", "blocked.ipc"),
        ("customers.parquet", "recharge.csv", "blocked.csv"),
        ("customers.csv", "recharge.parquet", "blocked.arrow"),
    ] {
        let supply = format!(
            "--customers {customers} --events recharge={recharge} --list blocked={blocked} \
             --context context.json --now 2026-11-22T10:00"
        );
        for threads in [1, 2] {
            let ran = folder.words(&format!("decide shop.cw {supply} --format jsonl --threads {threads}"));
            assert_eq!((ran.code, &ran.out, &ran.err), (0, &expected.out, &expected.err), "{supply}");
        }
        let why = folder.words(&format!("explain shop.cw {supply} --id c3 --case gift"));
        let expected = folder.words(&format!("explain shop.cw {SUPPLY} --id c3 --case gift"));
        assert_eq!((why.code, why.out), (0, expected.out), "{supply}");
    }
}

#[test]
fn every_compression_in_use_is_read() {
    let folder = every_format();
    let expected = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl")).out;
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        folder.write("customers.parquet", &parquet(&customers(), compression));
        let supply = SUPPLY.replace("customers.csv", "customers.parquet");
        let ran = folder.words(&format!("decide shop.cw {supply} --format jsonl"));
        assert_eq!((ran.code, ran.out), (0, expected.clone()), "{compression:?}: {}", ran.err);
    }
}

#[test]
fn sets_are_read_however_parquet_keeps_their_words() {
    let folder = Folder::new(&[(
        "m.cw",
        "model m { language 1 } customer { key id: int; tags: set(text)? }
         case odd { for \"w1\" in tags or \"w77\" in tags } case none { for tags is missing }",
    )]);
    let count = 3_000;
    let mut tags = ListBuilder::new(StringBuilder::new());
    let mut lines = String::new();
    for n in 0..count {
        let words: Vec<String> = (0..n % 4).map(|k| format!("w{}", (n * 7 + k * 31) % 900)).collect();
        words.iter().for_each(|word| tags.values().append_value(word));
        let is_there = n % 11 != 0;
        tags.append(is_there);
        let tags = if is_there { format!("{words:?}") } else { "null".to_owned() };
        lines += &format!("{{\"id\": {n}, \"tags\": {tags}}}\n");
    }
    folder.write("customers.jsonl", lines.as_bytes());
    let ids: ArrayRef = Arc::new((0..count).collect::<Int64Array>());
    let customers = batch([("id", ids), ("tags", Arc::new(tags.finish()))]);
    let decide = |file: &str| {
        let call = "--now 2026-11-22T10:00 -o out.parquet --select eligible,offers";
        let ran = folder.words(&format!("decide m.cw --customers {file} {call}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{file}");
        read(&folder, "out.parquet")
    };
    let expected = decide("customers.jsonl");
    let eligible = expected.column_by_name("eligible").unwrap().as_list::<i32>();
    assert!(eligible.values().len() > 270, "{}", eligible.values().len());
    let properties = || WriterProperties::builder().set_data_page_row_count_limit(100);
    for (kept, properties) in [
        ("in one dictionary", properties()),
        ("in several", properties().set_max_row_group_row_count(Some(700))),
        ("in none", properties().set_dictionary_enabled(false)),
        (
            "in one that is full soon",
            properties().set_dictionary_page_size_limit(1_000).set_write_batch_size(64),
        ),
    ] {
        let mut writer =
            ArrowWriter::try_new(Vec::new(), customers.schema(), Some(properties.build())).unwrap();
        writer.write(&customers).unwrap();
        folder.write("customers.parquet", &writer.into_inner().unwrap());
        assert_eq!(decide("customers.parquet").columns(), expected.columns(), "{kept}");
    }
}

#[test]
fn columns_come_out_whichever_format_went_in() {
    let folder = every_format();
    let mut results = Vec::new();
    for customers in ["customers.csv", "customers.parquet", "customers.arrow"] {
        for (out, threads) in [("out.parquet", 1), ("out.parquet", 2), ("out.arrow", 1), ("out.arrow", 2)] {
            let supply = SUPPLY.replace("customers.csv", customers);
            let ran = folder.words(&format!("decide shop.cw {supply} -o {out} --threads {threads}"));
            assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
            results.push(read(&folder, out));
        }
    }
    let first = &results[0];
    assert!(results.iter().all(|result| result.columns() == first.columns()));
    let names: Vec<&str> = first.schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
    // The shop has no scores, and no file has a column of nothing.
    assert_eq!(names, ["id", "offers", "status", "segments", "values"]);
    assert_eq!(first.column(0).as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["c1", "c2", "c3"]);
    let offers = first.column(1).as_list::<i32>();
    assert_eq!((0..3).map(|row| offers.value_length(row)).collect::<Vec<_>>(), [1, 1, 0]);
    let offered = offers.values().as_struct();
    let text = |name: &str| {
        let column = offered.column_by_name(name).unwrap().as_string::<i32>();
        column.iter().map(|text| text.unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(text("case"), ["gift", "hello"]);
    assert_eq!(text("channel"), ["counter", "counter"]);
    let status = first.column(2).as_struct().column_by_name("hello").unwrap();
    let numbers: Vec<u8> = status.as_primitive::<arrow_array::types::UInt8Type>().values().to_vec();
    assert_eq!(numbers, [2, 1, 0]);
}

#[test]
fn columns_are_chosen() {
    let folder = every_format();
    let supply = SUPPLY.replace("customers.csv", "customers.parquet");
    let ran = folder.words(&format!("decide shop.cw {supply} -o out.parquet --select segments,offers"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let names = read(&folder, "out.parquet").schema();
    let names: Vec<&str> = names.fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(names, ["id", "offers", "segments"]);
    let ran = folder.words(&format!("decide shop.cw {supply} -o out.arrow --select eligible,eligible-bits"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let out = read(&folder, "out.arrow");
    let names = out.column_by_name("eligible").unwrap().as_list::<i32>();
    let names: Vec<usize> = (0..3).map(|row| names.value_length(row) as usize).collect();
    let bits = out.column_by_name("eligible_bits").unwrap().as_fixed_size_binary();
    let bits: Vec<u8> = (0..3).map(|row| bits.value(row)[0]).collect();
    // c1 may get both, c2 the second, c3 none.
    assert_eq!((names, bits), (vec![2, 1, 0], vec![3, 2, 0]));
    for (options, told) in [
        ("-o out.csv --select offers", "`--select` chooses columns of Parquet and Arrow files"),
        ("-o out.parquet --cases offered", "list no cases one by one"),
    ] {
        let ran = folder.words(&format!("decide shop.cw {supply} {options}"));
        assert!(ran.code == 2 && ran.err.contains(told), "{}", ran.err);
    }
}

#[test]
fn customers_who_compete_are_decided_together_from_every_format() {
    let folder = Folder::new(&[(
        "m.cw",
        "model m { language 1 }\ncustomer { key id: text; worth: int }\ncase gift { quota 2; priority worth }\n",
    )]);
    let worth: ArrayRef = Arc::new(Int64Array::from(vec![10, 30, 20]));
    let batch = batch([("id", ids(&["c1", "c2", "c3"])), ("worth", worth)]);
    folder.write("c.parquet", &parquet(&batch, Compression::SNAPPY));
    folder.write("c.arrow", &arrow_file(&batch));
    folder.write("c.csv", b"id,worth\nc1,10\nc2,30\nc3,20\n");
    for customers in ["c.csv", "c.parquet", "c.arrow"] {
        for threads in ["1", "2"] {
            let ran = folder.words(&format!(
                "decide m.cw --customers {customers} --now 2026-11-22 -o out.arrow --threads {threads}"
            ));
            assert_eq!(ran.code, 0, "{}", ran.err);
            let out = read(&folder, "out.arrow");
            let offers = out.column_by_name("offers").unwrap().as_list::<i32>();
            assert_eq!(
                (0..3).map(|row| offers.value_length(row)).collect::<Vec<_>>(),
                [0, 1, 1],
                "{customers}"
            );
        }
    }
}

#[test]
fn a_bad_row_is_rejected_alike_from_every_format() {
    let folder = every_format();
    let header = "id,Age,active,plan,tags\n";
    let rows = "c1,30,Y,plus,[]\nc2,30,Y,pluss,[]\nc1,31,Y,plus,[]\n,32,Y,plus,[]\n";
    folder.write("customers.csv", format!("{header}{rows}").as_bytes());
    let mut tags = ListBuilder::new(StringBuilder::new());
    (0..4).for_each(|_| tags.append(true));
    let plans: ArrayRef = Arc::new(StringArray::from(vec!["plus", "pluss", "plus", "plus"]));
    let batch = batch([
        ("id", Arc::new(StringArray::from(vec![Some("c1"), Some("c2"), Some("c1"), None])) as ArrayRef),
        ("Age", Arc::new(Int64Array::from(vec![30, 30, 31, 32]))),
        ("active", Arc::new(BooleanArray::from(vec![true; 4]))),
        ("plan", plans),
        ("tags", Arc::new(tags.finish())),
    ]);
    folder.write("customers.parquet", &parquet(&batch, Compression::SNAPPY));
    let mut told = Vec::new();
    for (customers, out, first) in [
        ("customers.csv", "out.jsonl", 2),
        ("customers.parquet", "out.jsonl", 1),
        ("customers.parquet", "out.parquet", 1),
        ("customers.csv", "out.parquet", 2),
    ] {
        let supply = SUPPLY.replace("customers.csv", customers);
        let ran = folder.words(&format!("decide shop.cw {supply} -o {out} --rejects rejects.jsonl"));
        assert_eq!(ran.code, 3, "{}", ran.err);
        let rejects = folder.read("rejects.jsonl");
        let mut lines: Vec<serde_json::Value> =
            rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &mut lines {
            assert_eq!(line["file"], customers);
            // A file of lines counts its header.
            line["row"] = (line["row"].as_i64().unwrap() - first).into();
            line["file"] = "".into();
        }
        told.push(lines);
    }
    assert_eq!(told[0].len(), 3);
    assert_eq!(told[0][0]["row"], 1);
    assert_eq!(told[0][0]["attribute"], "plan");
    assert_eq!(told[0][0]["value"], "\"pluss\"");
    assert!(told.iter().all(|lines| *lines == told[0]), "{told:#?}");
}

#[test]
fn a_bad_event_of_a_file_of_columns_stands_in_that_file() {
    let folder = every_format();
    let at: ArrayRef = Arc::new(StringArray::from(vec!["2026-11-01T08:00", "yesterday"]));
    let amounts: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let batch = batch([("id", ids(&["c1", "c1"])), ("at", at), ("amount", amounts)]);
    folder.write("recharge.parquet", &parquet(&batch, Compression::SNAPPY));
    for (customers, out) in [("customers.csv", "o.csv"), ("customers.parquet", "o.parquet")] {
        let supply = SUPPLY.replace("recharge.csv", "recharge.parquet").replace("customers.csv", customers);
        let ran = folder.words(&format!("decide shop.cw {supply} -o {out} --rejects rejects.csv"));
        assert_eq!(ran.code, 3, "{}", ran.err);
        let rejects = folder.read("rejects.csv");
        assert!(rejects.contains("recharge.parquet,2,c1,at,\"\"\"yesterday\"\"\","), "{rejects}");
    }
}

#[test]
fn a_column_of_the_wrong_type_refuses_the_file() {
    let folder = every_format();
    let records = customers().column_by_name("tags").unwrap().clone();
    let bytes: ArrayRef = Arc::new(arrow_array::BinaryArray::from(vec![&b"x"[..], b"y", b"z"]));
    for (name, column, told) in [
        ("plan", bytes, "`plan`: expected one of `Basic plan`, `plus`, got a column of Binary"),
        ("Age", records, "`age`: expected an int such as 12, got a sequence"),
    ] {
        let all = customers();
        let schema = all.schema();
        let columns = schema.fields().iter().zip(all.columns()).map(|(field, array)| {
            let array = if field.name() == name { &column } else { array };
            (field.name().clone(), Arc::clone(array))
        });
        let batch = RecordBatch::try_from_iter(columns.collect::<Vec<_>>()).unwrap();
        folder.write("customers.parquet", &parquet(&batch, Compression::SNAPPY));
        let supply = SUPPLY.replace("customers.csv", "customers.parquet");
        for out in ["o.parquet", "o.jsonl"] {
            let ran = folder.words(&format!("decide shop.cw {supply} -o {out}"));
            assert!(ran.err.contains(told), "{}", ran.err);
            assert!(ran.code != 0, "{out}");
        }
    }
}

#[test]
fn a_file_without_a_column_that_is_needed_is_refused_even_if_it_is_empty() {
    let folder = every_format();
    let all = customers();
    let without = all.project(&[0, 1, 2, 3]).unwrap();
    for batch in [without.clone(), without.slice(0, 0)] {
        folder.write("customers.parquet", &parquet(&batch, Compression::SNAPPY));
        let supply = SUPPLY.replace("customers.csv", "customers.parquet");
        let ran = folder.words(&format!("decide shop.cw {supply} -o o.parquet"));
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("cannot use `customers.parquet`: `plan`"), "{}", ran.err);
    }
    folder.write("customers.parquet", &parquet(&all.slice(0, 0), Compression::SNAPPY));
    let supply = SUPPLY.replace("customers.csv", "customers.parquet");
    let ran = folder.words(&format!("decide shop.cw {supply} -o o.parquet"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let file = File::open(folder.place("o.parquet")).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(builder.metadata().file_metadata().num_rows(), 0);
    assert!(matches!(builder.schema().field(1).data_type(), DataType::List(_)));
}

/// What is wrong is told, nothing is written, and the input is as it was.
fn refused(folder: &Folder, supply: &str, told: &str) {
    let before = folder.names();
    let inputs: Vec<Vec<u8>> = before.iter().map(|name| std::fs::read(folder.place(name)).unwrap()).collect();
    for threads in [1, 2] {
        for out in ["out.parquet", "out.arrow", "out.jsonl"] {
            let ran = folder
                .words(&format!("decide shop.cw {supply} -o {out} --rejects r.csv --threads {threads}"));
            assert_eq!(ran.code, 2, "{}", ran.err);
            assert!(ran.err.contains(told), "{}", ran.err);
            assert!(!ran.err.contains("panicked"), "{}", ran.err);
            assert_eq!(folder.names(), before);
        }
    }
    let after: Vec<Vec<u8>> = before.iter().map(|name| std::fs::read(folder.place(name)).unwrap()).collect();
    assert!(inputs == after);
}

#[test]
fn a_damaged_file_is_refused_and_leaves_nothing() {
    let folder = every_format();
    for name in ["customers.parquet", "customers.arrow", "customers.ipc", "recharge.parquet"] {
        let whole = std::fs::read(folder.place(name)).unwrap();
        let supply = SUPPLY
            .replace("recharge.csv", if name.starts_with('r') { name } else { "recharge.csv" })
            .replace("customers.csv", if name.starts_with('c') { name } else { "customers.csv" });
        let half = &whole[..whole.len() / 2];
        let mut changed = whole.clone();
        let from = whole.len() / 4;
        changed[from..from + 64].fill(0xa5);
        for bytes in [half, b"not at all", &[]] {
            folder.write(name, bytes);
            refused(&folder, &supply, &format!("cannot read `{name}`"));
        }
        // A changed page is seen where it is decoded, or it changes values: never a crash.
        folder.write(name, &changed);
        let ran = folder.words(&format!("decide shop.cw {supply} -o out.parquet"));
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        folder.write(name, &whole);
    }
}

#[test]
fn a_damaged_byte_anywhere_is_refused_or_read_and_never_breaks_off() {
    let folder = every_format();
    // xorshift: which bytes.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    for name in ["customers.parquet", "customers.arrow", "customers.ipc", "recharge.parquet", "recharge.ipc"]
    {
        let whole = std::fs::read(folder.place(name)).unwrap();
        let supply = SUPPLY
            .replace("recharge.csv", if name.starts_with('r') { name } else { "recharge.csv" })
            .replace("customers.csv", if name.starts_with('c') { name } else { "customers.csv" });
        for round in 0..25 {
            let mut bytes = whole.clone();
            match round % 5 {
                0 => bytes.truncate(below(whole.len())),
                _ => (0..=below(4)).for_each(|_| bytes[below(whole.len())] = below(256) as u8),
            }
            folder.write(name, &bytes);
            let ran = folder.words(&format!("decide shop.cw {supply} -o out.parquet"));
            assert!(!ran.err.contains("panicked"), "{name}, round {round}: {}", ran.err);
            let written = folder.place("out.parquet").exists();
            match ran.code {
                // Damage that looks like other values.
                0 | 3 => assert!(written, "{}", ran.err),
                code => {
                    assert_eq!(code, 2, "{name}, round {round}: {}", ran.err);
                    assert!(!written && ran.err.contains(name), "{}", ran.err);
                }
            }
            let _ = std::fs::remove_file(folder.place("out.parquet"));
            assert!(folder.names().iter().all(|name| !name.ends_with(".part")));
        }
        folder.write(name, &whole);
    }
}

#[test]
fn a_stream_that_promises_more_than_there_is_memory_for_is_refused() {
    let folder = every_format();
    let whole = std::fs::read(folder.place("customers.ipc")).unwrap();
    let length = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
    // A mark, the length of the schema, the schema; a mark, the length of the head, the head of the first batch.
    let head = 8 + length(4) + 8;
    let body = arrow_ipc::root_as_message(&whole[head..head + length(head - 4)]).unwrap().bodyLength();
    let place = head + whole[head..].windows(8).position(|bytes| bytes == body.to_le_bytes()).unwrap();
    let promises: [(usize, &[u8]); 4] = [
        (4, &i32::MAX.to_le_bytes()),
        (head - 4, &i32::MAX.to_le_bytes()),
        (place, &(1_i64 << 44).to_le_bytes()),
        (place, &i64::MAX.to_le_bytes()),
    ];
    for (place, promise) in promises {
        let mut bytes = whole.clone();
        bytes[place..place + promise.len()].copy_from_slice(promise);
        folder.write("customers.ipc", &bytes);
        let supply = SUPPLY.replace("customers.csv", "customers.ipc");
        let told = "the Arrow file is damaged or incomplete: Ipc error: it ends before its lengths say";
        let told = if place == 4 { told.to_owned() } else { told.replace("Arrow file", "file") };
        refused(&folder, &supply, &format!("cannot read `customers.ipc`: {told}"));
        let ran = folder.feed(&format!("decide shop.cw {}", SUPPLY.replace("customers.csv", "-")), &bytes);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        assert!(ran.err.contains(&format!("cannot read `standard input`: {told}")), "{}", ran.err);
    }
}

#[test]
fn counts_say_where_customers_are_lost_whatever_the_format() {
    let folder = every_format();
    let expected = "\
case,eligible,ineligible,unknown,offered,outranked,held_out,status,runs,for,require,exclude,contacts,channels
gift,1,1,1,1,0,0,0,0,1,1,0,0,0
hello,2,1,0,1,1,0,0,0,0,1,0,0,0
";
    let parquet = SUPPLY.replace("customers.csv", "customers.parquet");
    for line in [
        format!("decide shop.cw {SUPPLY} --counts counts.csv"),
        format!("decide shop.cw {SUPPLY} --counts counts.csv -o out.parquet"),
        format!("decide shop.cw {parquet} --counts counts.csv -o out.parquet --select offers"),
        format!("decide shop.cw {parquet} --counts counts.csv -o out.arrow --threads 1"),
    ] {
        let ran = folder.words(&line);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(folder.read("counts.csv"), expected, "{line}");
    }
    let ran =
        folder.words(&format!("decide shop.cw {parquet} --counts counts.jsonl -o out.parquet --select gate"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let first = folder.read("counts.jsonl").lines().next().unwrap().to_owned();
    assert!(first.starts_with("{\"case\":\"gift\",\"eligible\":1,\"ineligible\":1,\"unknown\":1"), "{first}");
    let gates = read(&folder, "out.parquet");
    let gates = gates.column_by_name("gate").unwrap().as_struct();
    let of = |name| gates.column_by_name(name).unwrap().as_primitive::<UInt8Type>().values().to_vec();
    // 3 is `for`, 4 `require`, and 8 more where it is unknown.
    assert_eq!((of("gift"), of("hello")), (vec![0, 12, 3], vec![0, 0, 4]));
    let ran = folder.words(&format!("decide shop.cw {parquet} --counts counts.xml -o out.parquet"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("cannot tell the format of `counts.xml`"), "{}", ran.err);
}

#[test]
fn a_run_that_is_killed_leaves_the_old_result() {
    let folder = every_format();
    folder.write("out.jsonl", b"the result of yesterday\n");
    let supply = SUPPLY.replace("customers.csv", "-");
    let line = format!("decide shop.cw {supply} -o out.jsonl");
    let mut command = folder.command(&line.split_whitespace().collect::<Vec<_>>());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let customers = folder.read("customers.csv");
    let (head, rows) = customers.split_once('\n').unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{head}").unwrap();
    // More than a pipe holds: some have been read for sure, and the end has not come.
    for n in 0..20_000 {
        writeln!(stdin, "k{n}{}", rows.lines().next().unwrap().trim_start_matches("c1")).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(folder.read("out.jsonl"), "the result of yesterday\n");
    let beside: Vec<String> = folder.names().into_iter().filter(|name| name.contains("out.jsonl")).collect();
    assert!(beside.iter().all(|name| name == "out.jsonl" || name.ends_with(".part")), "{beside:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = every_format();
    let supply = SUPPLY.replace("customers.csv", "customers.parquet");
    for format in ["parquet", "arrow", "jsonl"] {
        let mut command = folder.command(
            &format!("decide shop.cw {supply} --format {format}").split_whitespace().collect::<Vec<_>>(),
        );
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains("cannot write the result: No space left on device"), "{format}: {err}");
    }
}

/// Rows of a batch in another order.
fn reordered(batch: &RecordBatch, order: &[i32]) -> RecordBatch {
    let order = arrow_array::Int32Array::from(order.to_vec());
    let columns: Vec<ArrayRef> =
        batch.columns().iter().map(|array| arrow_select::take::take(array, &order, None).unwrap()).collect();
    RecordBatch::try_new(batch.schema(), columns).unwrap()
}

#[test]
fn events_in_any_order_give_the_same_answer() {
    let folder = every_format();
    let expected = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl")).out;
    let supply = SUPPLY.replace("recharge.csv", "recharge.parquet");
    for order in [[5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2]] {
        folder
            .write("recharge.parquet", &parquet(&reordered(&recharges(), &order), Compression::UNCOMPRESSED));
        assert_eq!(folder.words(&format!("decide shop.cw {supply} --format jsonl")).out, expected);
    }
}

#[test]
fn sorted_streams_are_joined_as_they_come() {
    let folder = every_format();
    let expected = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl"));
    let sorted = reordered(&recharges(), &[0, 1, 3, 4, 2, 5]);
    folder.write("recharge.parquet", &parquet(&sorted, Compression::SNAPPY));
    folder.write("recharge.arrow", &arrow_file(&sorted));
    let mut lines: Vec<&str> = crate::common::RECHARGES.lines().collect();
    lines[1..].sort_unstable();
    folder.write("recharge.csv", format!("{}\n", lines.join("\n")).as_bytes());
    for customers in ["customers.csv", "customers.parquet", "customers.arrow"] {
        for recharge in ["recharge.csv", "recharge.parquet", "recharge.arrow"] {
            let supply =
                SUPPLY.replace("recharge.csv", recharge).replace("customers.csv", customers) + " --sorted";
            let ran = folder.words(&format!("decide shop.cw {supply} --format jsonl"));
            assert_eq!((&ran.out, &ran.err), (&expected.out, &expected.err), "{supply}");
            let ran = folder.words(&format!("decide shop.cw {supply} -o sorted.parquet"));
            assert_eq!((ran.code, &ran.err), (0, &expected.err), "{supply}");
            folder.words(&format!("decide shop.cw {SUPPLY} -o any.parquet"));
            assert_eq!(read(&folder, "sorted.parquet"), read(&folder, "any.parquet"));
        }
    }
}

#[test]
fn only_what_is_declared_sorted_is_refused_for_its_order() {
    let folder = every_format();
    for recharge in ["recharge.csv", "recharge.parquet"] {
        let supply = SUPPLY.replace("recharge.csv", recharge);
        let ran = folder.words(&format!("decide shop.cw {supply} --sorted -o out.jsonl"));
        let told = format!(
            "error: cannot use `{recharge}`: `recharge` is not sorted by key: `c2`, number 4, comes after `c3`\n  \
             = help: without `--sorted` customers and events may come in any order\n"
        );
        assert!(ran.code == 2 && ran.err.ends_with(&told), "{}", ran.err);
    }
    folder.write("recharge.csv", b"id,at,amount\n");
    folder.write("customers.parquet", &parquet(&reordered(&customers(), &[0, 2, 1]), Compression::SNAPPY));
    let supply = SUPPLY.replace("customers.csv", "customers.parquet");
    for out in ["out.jsonl", "out.parquet"] {
        assert_eq!(folder.words(&format!("decide shop.cw {supply} -o {out}")).code, 0);
        let ran = folder.words(&format!("decide shop.cw {supply} --sorted -o refused-{out}"));
        let told = "the customers are not sorted by key: `c2` comes after `c3`";
        assert!(ran.code == 2 && ran.err.contains(told), "{}", ran.err);
        assert!(!folder.names().contains(&format!("refused-{out}")));
    }
}
