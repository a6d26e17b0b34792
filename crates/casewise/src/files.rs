//! Model files on disk.

use std::path::Path;

use casewise_core::model::Loader;

/// Files under their paths, as the system finds them.
pub(crate) struct Folder;

impl Loader for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        let bytes = std::fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::IsADirectory => {
                "it is a folder: name its files, as in \"folder/*.cw\"".to_owned()
            }
            _ => error.to_string(),
        })?;
        match casewise_core::syntax::decode(0, &bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(diagnostic) => Err(diagnostic.message),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let folder = if folder.is_empty() { "." } else { folder };
        let entries = std::fs::read_dir(folder).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such folder".to_owned(),
            _ => error.to_string(),
        })?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.collect())
    }
}

/// A path as models name files: with `/` between folders.
pub(crate) fn name(path: &Path) -> String {
    let name = path.display().to_string();
    if std::path::MAIN_SEPARATOR == '/' { name } else { name.replace(std::path::MAIN_SEPARATOR, "/") }
}
