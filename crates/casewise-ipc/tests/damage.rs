//! Whatever byte is damaged: what is read is an answer or an error, and the process goes on.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

use std::io::Cursor;
use std::sync::Arc;

use arrow_array::{DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray, types::Int32Type};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::ArrowError;
use casewise_ipc::{File, Stream};

fn batch() -> RecordBatch {
    let words = ["on", "off", "on", "on", "off", "on", "a longer one", "on"];
    let lists = (0..8).map(|n| Some((0..n).map(Some).collect::<Vec<_>>()));
    RecordBatch::try_from_iter([
        ("id", Arc::new(StringArray::from_iter_values((0..8).map(|n| format!("c{n}")))) as _),
        ("age", Arc::new(Int64Array::from_iter((0..8).map(|n| (n != 3).then_some(n)))) as _),
        ("state", Arc::new(DictionaryArray::<Int32Type>::from_iter(words)) as _),
        ("of", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)) as _),
    ])
    .unwrap()
}

const PACKED: [Option<CompressionType>; 3] =
    [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)];

/// Two batches, the second empty.
fn written(file: bool, packed: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(packed).unwrap();
    let batches = [batch(), batch().slice(0, 0)];
    let schema = batch().schema();
    if file {
        let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
        batches.iter().for_each(|batch| writer.write(batch).unwrap());
        writer.into_inner().unwrap()
    } else {
        let mut writer = StreamWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
        batches.iter().for_each(|batch| writer.write(batch).unwrap());
        writer.into_inner().unwrap()
    }
}

fn read(file: bool, bytes: &[u8]) -> Result<Vec<RecordBatch>, ArrowError> {
    if file {
        File::new(Cursor::new(bytes), |_| true)?.collect()
    } else {
        Stream::new(bytes, |_| true)?.collect()
    }
}

#[test]
fn what_is_whole_is_read() {
    for packed in PACKED {
        for file in [true, false] {
            let bytes = written(file, packed);
            assert_eq!(read(file, &bytes).unwrap(), [batch(), batch().slice(0, 0)], "{file} {packed:?}");
        }
        let bytes = written(false, packed);
        // The mark at the end may be left out.
        let unmarked = &bytes[..bytes.len() - 8];
        assert_eq!(read(false, unmarked).unwrap(), [batch(), batch().slice(0, 0)]);
    }
}

#[test]
fn only_wanted_columns_are_given() {
    let wanted = |name: &str| name == "age" || name == "id";
    let expected = batch().project(&[0, 1]).unwrap();
    let bytes = written(false, None);
    let mut stream = Stream::new(bytes.as_slice(), wanted).unwrap();
    assert_eq!((stream.schema(), stream.next().unwrap().unwrap()), (expected.schema(), expected.clone()));
    let bytes = written(true, None);
    let mut file = File::new(Cursor::new(bytes), wanted).unwrap();
    assert_eq!((file.schema(), file.next().unwrap().unwrap()), (expected.schema(), expected));
}

#[test]
fn a_stream_of_a_schema_alone_has_no_batches() {
    let bytes = StreamWriter::try_new(Vec::new(), &batch().schema()).unwrap().into_inner().unwrap();
    for bytes in [&bytes[..], &bytes[..bytes.len() - 8]] {
        assert_eq!(read(false, bytes).unwrap(), []);
    }
    assert!(read(false, &[]).is_err());
}

#[test]
fn what_ends_early_is_refused_wherever_it_ends() {
    for packed in PACKED {
        for file in [true, false] {
            let bytes = written(file, packed);
            let whole = read(file, &bytes).unwrap();
            for length in 0..bytes.len() {
                // A stream may end after any message.
                if let Ok(batches) = read(file, &bytes[..length]) {
                    assert!(!file && whole.starts_with(&batches), "{length} of {}, {packed:?}", bytes.len());
                }
            }
        }
    }
}

#[test]
fn a_length_that_promises_more_than_there_is_memory_for_is_refused() {
    for packed in PACKED {
        for file in [true, false] {
            let bytes = written(file, packed);
            for promise in [1_i64 << 31, 1 << 44, 1 << 62, i64::MAX, -1, -(1 << 44)] {
                // Every eight bytes at which a length can stand.
                for place in (0..bytes.len() - 8).step_by(4) {
                    let mut damaged = bytes.clone();
                    damaged[place..place + 8].copy_from_slice(&promise.to_le_bytes());
                    let _ = read(file, &damaged);
                }
            }
        }
    }
}

#[test]
fn a_damaged_byte_anywhere_is_an_error_or_another_value() {
    for packed in PACKED {
        for file in [true, false] {
            let bytes = written(file, packed);
            let mut refused = 0;
            for place in 0..bytes.len() {
                for value in [0, 1, 0x7f, 0x80, 0xff, bytes[place] ^ 0x10] {
                    let mut damaged = bytes.clone();
                    damaged[place] = value;
                    refused += usize::from(read(file, &damaged).is_err());
                }
            }
            eprintln!("{packed:?}, file {file}: {refused} refused");
            assert!(refused > 100);
        }
    }
}
