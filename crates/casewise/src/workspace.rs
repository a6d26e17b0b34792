//! A model of many files while it is edited.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use casewise_core::model::{Loader, Reading};

use crate::{Diagnostic, Error, Model, files};

/// The files of a model while they are edited: what has been read is kept, and a check after an edit reads and
/// parses again only what was edited.
///
/// For editors and services that hold a large model. Names and types are resolved across all files at each check,
/// since an edit in one may break another.
///
/// # Examples
/// ```
/// use casewise::Workspace;
///
/// let mut workspace = Workspace::from_files("main.cw", [
///     ("main.cw", "model m { language 1 }\ncustomer { key id: text; age: int }\ninclude \"cases/*.cw\""),
///     ("cases/adults.cw", "case adults { for age >= 18 }"),
/// ]);
/// assert!(workspace.check().is_empty());
///
/// workspace.set("cases/adults.cw", "case adults { for agee >= 21 }");
/// let told = workspace.check();
/// assert_eq!((&*told[0].file, told[0].line), ("cases/adults.cw", 1));
///
/// workspace.set("cases/adults.cw", "case adults { for age >= 21 }");
/// workspace.set("cases/more.cw", "case more { }");
/// assert_eq!(workspace.model()?.cases().collect::<Vec<_>>(), ["adults", "more"]);
///
/// workspace.remove("cases/more.cw");
/// assert_eq!(workspace.model()?.cases().len(), 1);
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug)]
pub struct Workspace {
    root: String,
    texts: RefCell<BTreeMap<String, String>>,
    /// What is not among the texts is looked for on disk.
    on_disk: bool,
    reading: Reading,
}

impl Workspace {
    /// Texts by name: the root, and whatever it includes.
    pub fn from_files(
        root: impl Into<String>,
        files: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Workspace {
        let texts = files.into_iter().map(|(name, text)| (name.into(), text.into())).collect();
        Workspace {
            root: root.into(),
            texts: RefCell::new(texts),
            on_disk: false,
            reading: Reading::default(),
        }
    }

    /// A model file and what it includes. Each file is read from disk once, when it is first needed;
    /// [`remove`](Workspace::remove) lets it be read again.
    pub fn open(path: impl AsRef<Path>) -> Workspace {
        Workspace {
            root: files::name(path.as_ref()),
            texts: RefCell::default(),
            on_disk: true,
            reading: Reading::default(),
        }
    }

    /// Puts a text in the place of a file, or adds one. Names are those of [`Diagnostic::file`].
    pub fn set(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.texts.get_mut().insert(name.into(), text.into());
    }

    /// Forgets a file: it is gone, or read from disk again. Says whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.texts.get_mut().remove(name).is_some()
    }

    /// Everything that the checker has to say about the model as it is now, in the order of the files.
    pub fn check(&mut self) -> Vec<Diagnostic> {
        let checked = self.checked();
        Diagnostic::all(&checked.diagnostics, &checked.sources)
    }

    /// The model as it is now.
    ///
    /// # Errors
    /// It is not valid: see [`Error::diagnostics`].
    pub fn model(&mut self) -> Result<Model, Error> {
        Model::build(self.checked(), Vec::new())
    }

    fn checked(&mut self) -> casewise_core::model::Checked {
        let loader = Kept { texts: &self.texts, on_disk: self.on_disk };
        casewise_core::model::open_again(&self.root, &loader, &[], &mut self.reading)
    }
}

/// Texts, and files on disk behind them.
struct Kept<'w> {
    texts: &'w RefCell<BTreeMap<String, String>>,
    on_disk: bool,
}

impl Loader for Kept<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        match self.texts.borrow().read(path) {
            Ok(text) => return Ok(text),
            Err(why) if !self.on_disk => return Err(why),
            Err(_) => {}
        }
        let text = files::Folder.read(path)?;
        self.texts.borrow_mut().insert(path.to_owned(), text.clone());
        Ok(text)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let mut names = self.texts.borrow().list(folder)?;
        if self.on_disk {
            // A folder that only texts are in is none on disk.
            match files::Folder.list(folder) {
                Ok(more) => names.extend(more),
                Err(why) if names.is_empty() => return Err(why),
                Err(_) => {}
            }
            names.sort_unstable();
            names.dedup();
        }
        Ok(names)
    }
}
