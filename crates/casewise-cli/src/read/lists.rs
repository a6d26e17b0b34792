//! Lists: files of one column, named like the key.

use std::collections::{BTreeMap, HashSet};

use casewise::Model;

use super::Records;
use super::events::named_file;
use crate::exit::Failure;

/// The keys of several lists.
pub(crate) struct Lists {
    lists: BTreeMap<String, HashSet<String>>,
}

impl Lists {
    /// Reads `NAME=FILE` arguments.
    pub(crate) fn read(model: &Model, arguments: &[String]) -> Result<Lists, Failure> {
        let mut lists = BTreeMap::new();
        for argument in arguments {
            let (name, path) = named_file("--list", argument)?;
            model.check_list(name)?;
            let keys = read(model, path)?;
            if lists.insert(name.to_owned(), keys).is_some() {
                return Err(Failure::call(format_args!(
                    "`--list {name}=…` is given twice: put the keys into one file"
                )));
            }
        }
        Ok(Lists { lists })
    }

    /// The names of the lists.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.lists.keys().map(String::as_str)
    }

    /// Which lists a key is in.
    pub(crate) fn of(&self, key: &str) -> impl Iterator<Item = (&str, bool)> {
        self.lists.iter().map(move |(name, keys)| (name.as_str(), keys.contains(key)))
    }
}

fn read(model: &Model, path: &str) -> Result<HashSet<String>, Failure> {
    let mut keys = HashSet::new();
    for numbered in Records::open(path)? {
        let numbered = numbered?;
        let key = numbered.record.and_then(|record| model.key_of(&record).map_err(|error| error.to_string()));
        match key {
            Ok(key) => keys.insert(key),
            Err(why) => {
                return Err(Failure::call_help(
                    format_args!("cannot use `{path}`: line {}: {why}", numbered.line),
                    format_args!("a list is a file of one column, `{}`", model.key_name()),
                ));
            }
        };
    }
    Ok(keys)
}
