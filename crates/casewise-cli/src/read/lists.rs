//! Lists: files of one column, named like the key.

use casewise::Model;
use casewise::batch::Supplied;

use super::events::{in_file, named_files, record};
use super::{Records, Source};
use crate::exit::Failure;

/// Reads the `NAME=FILE` arguments of lists.
pub(crate) fn lists(model: &Model, supplied: &mut Supplied, arguments: &[String]) -> Result<(), Failure> {
    for (name, path) in named_files("--list", arguments)? {
        supplied.list(name)?;
        match Source::open(path, &|column| model.reads_column(None, column))? {
            Source::Records(records) => read_list(model, supplied, name, records)?,
            Source::Batches(batches) => {
                for batch in std::iter::once(Ok(batches.empty())).chain(batches) {
                    supplied.listed_in(name, &batch?).map_err(|error| in_file(path, &error))?;
                }
            }
        }
    }
    Ok(())
}

fn read_list(model: &Model, supplied: &mut Supplied, list: &str, records: Records) -> Result<(), Failure> {
    let path = records.path.clone();
    let help = format!("a list is a file of one column, `{}`", model.key_name());
    for numbered in records {
        let numbered = numbered?;
        record(&path, numbered.line, numbered.record, &help, |record| supplied.listed(list, record))?;
    }
    Ok(())
}
