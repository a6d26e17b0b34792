//! `include`: further files, read once each, in the place where they are first named.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Sources, Span};
use crate::syntax::ast::{self, DeclarationKind};

/// Where files come from. Paths are relative to nothing but what the caller passed as the first one, with
/// `/` between folders.
pub trait Loader {
    /// The text of a file, or why it cannot be read.
    ///
    /// # Errors
    /// What to tell the author: "there is no such file".
    fn read(&self, path: &str) -> Result<String, String>;

    /// The names of the files in a folder (`""` for the one of the first file), in any order.
    ///
    /// # Errors
    /// What to tell the author.
    fn list(&self, folder: &str) -> Result<Vec<String>, String>;
}

/// Paths and texts.
impl Loader for std::collections::BTreeMap<String, String> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let names = self.keys().filter_map(|path| {
            let (inside, name) = path.rsplit_once('/').unwrap_or(("", path));
            (inside == folder).then(|| name.to_owned())
        });
        Ok(names.collect())
    }
}

/// More files than any model has.
const MAX_FILES: usize = 10_000;

/// What was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) sources: Sources,
    pub(crate) files: Vec<ast::File>,
    /// What is wrong with the text of each file.
    of_files: Vec<Vec<Diagnostic>>,
    /// What is wrong with includes.
    of_includes: Vec<Diagnostic>,
    /// Per file, its includes that were read: the place of the declaration, and the file.
    included: Vec<Vec<(usize, usize)>>,
}

impl Read {
    /// Everything that is wrong with texts and includes.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.of_files.iter().flatten().chain(&self.of_includes).cloned().collect()
    }

    /// Declarations in their final order: those of a file stand where it is included.
    pub(crate) fn declarations(&self) -> Vec<&ast::Declaration> {
        let mut order = Vec::new();
        // File, next declaration, next include.
        let mut open = vec![(0usize, 0usize, 0usize)];
        while let Some((file, at, next)) = open.pop() {
            let Some(declarations) = self.files.get(file).map(|f| &f.declarations) else { continue };
            let included = self.included.get(file).and_then(|list| list.get(next));
            let end = included.map_or(declarations.len(), |(place, _)| *place);
            order.extend(declarations.iter().take(end).skip(at));
            if let Some((place, inner)) = included {
                open.push((file, (*place).max(at), next + 1));
                open.push((*inner, 0, 0));
            }
        }
        order
    }
}

/// A single text: an `include` in it cannot be followed.
pub(crate) fn single(name: &str, text: &str) -> Read {
    let mut reader = Reader::default();
    let file = reader.parse(name, text);
    for (_, path) in reader.includes(file) {
        reader.diagnostics.push(
            Diagnostic::new(
                Code::INCLUDE,
                path.span,
                "this model was opened from a text alone, and there is no file to include",
            )
            .help("open it from its file, or from a map of all its texts"),
        );
    }
    reader.into_read()
}

/// A file and everything it includes. Trees of texts that are what they were come from what was read before.
pub(crate) fn read_again(root: &str, loader: &dyn Loader, before: Option<Read>) -> Read {
    let mut reader = Reader { before: before.map(Before::new).unwrap_or_default(), ..Reader::default() };
    match loader.read(root) {
        Ok(text) => {
            let file = reader.parse(root, &text);
            reader.paths.insert(root.to_owned(), file);
            reader.follow(file, loader);
        }
        Err(why) => {
            let file = reader.parse(root, "");
            let span = Span::new(u32::try_from(file).unwrap_or(0), 0, 0);
            reader.diagnostics.push(Diagnostic::new(
                Code::INCLUDE,
                span,
                format!("{root} cannot be read: {why}"),
            ));
        }
    }
    reader.into_read()
}

/// The files that were read before, by their names.
#[derive(Default)]
struct Before {
    sources: Sources,
    files: FxHashMap<Arc<str>, (usize, ast::File, Vec<Diagnostic>)>,
}

impl Before {
    fn new(read: Read) -> Before {
        let parsed = read.files.into_iter().zip(read.of_files).enumerate();
        let named = read.sources.files().iter().zip(parsed);
        let files = named.map(|(source, (n, (file, told)))| (source.name.clone(), (n, file, told))).collect();
        Before { files, sources: read.sources }
    }

    /// The tree of this text; its places hold only for a file of the same number.
    fn take(&mut self, number: usize, name: &str, text: &str) -> Option<(ast::File, Vec<Diagnostic>)> {
        let (before, ..) = self.files.get(name)?;
        let same =
            *before == number && self.sources.files().get(number).is_some_and(|file| *file.text == *text);
        same.then(|| self.files.remove(name)).flatten().map(|(_, file, told)| (file, told))
    }
}

#[derive(Default)]
struct Reader {
    before: Before,
    sources: Sources,
    files: Vec<ast::File>,
    of_files: Vec<Vec<Diagnostic>>,
    diagnostics: Vec<Diagnostic>,
    included: Vec<Vec<(usize, usize)>>,
    /// Files by path.
    paths: FxHashMap<String, usize>,
}

/// A file whose includes are being followed.
struct Open {
    file: usize,
    /// Includes still to follow, last first.
    rest: Vec<(usize, ast::Text)>,
    /// Files of the include at hand still to read, last first.
    matched: Vec<(usize, ast::Text, String)>,
}

impl Reader {
    fn parse(&mut self, name: &str, text: &str) -> usize {
        let number = self.sources.add(name, text);
        let kept = self.before.take(self.files.len(), name, text);
        let (file, diagnostics) = kept.unwrap_or_else(|| crate::syntax::parse(number, text));
        self.files.push(file);
        self.of_files.push(diagnostics);
        self.included.push(Vec::new());
        self.files.len() - 1
    }

    fn includes(&self, file: usize) -> Vec<(usize, ast::Text)> {
        let declarations = self.files.get(file).map_or(&[][..], |f| &f.declarations);
        let includes = declarations.iter().enumerate().filter_map(|(n, d)| match &d.kind {
            DeclarationKind::Include(path) => Some((n, path.clone())),
            _ => None,
        });
        includes.collect()
    }

    /// Depth first, so that a cycle is a file that is still open.
    fn follow(&mut self, root: usize, loader: &dyn Loader) {
        let mut open = vec![self.open(root)];
        while let Some(top) = open.last_mut() {
            if let Some((place, path, target)) = top.matched.pop() {
                let file = top.file;
                let known = self.paths.get(&target).copied();
                if let Some(again) = known {
                    if let Some(start) = open.iter().position(|o| o.file == again) {
                        self.report_cycle(
                            &open.iter().skip(start).map(|o| o.file).collect::<Vec<_>>(),
                            &path,
                        );
                    }
                    // Read before: it stands where it was first included.
                    continue;
                }
                if self.files.len() >= MAX_FILES {
                    let message = format!("more than {MAX_FILES} files are included");
                    self.diagnostics.push(Diagnostic::new(Code::INCLUDE, path.span, message));
                    return;
                }
                match loader.read(&target) {
                    Ok(text) => {
                        let inner = self.parse(&target, &text);
                        self.paths.insert(target, inner);
                        if let Some(list) = self.included.get_mut(file) {
                            list.push((place, inner));
                        }
                        let inner = self.open(inner);
                        open.push(inner);
                    }
                    Err(why) => self.diagnostics.push(Diagnostic::new(
                        Code::INCLUDE,
                        path.span,
                        format!("{target} cannot be read: {why}"),
                    )),
                }
                continue;
            }
            match top.rest.pop() {
                Some((place, path)) => {
                    let file = top.file;
                    let mut matched = self.matching(file, &path, loader);
                    matched.reverse();
                    if let Some(top) = open.last_mut() {
                        top.matched =
                            matched.into_iter().map(|target| (place, path.clone(), target)).collect();
                    }
                }
                None => {
                    open.pop();
                }
            }
        }
    }

    fn open(&self, file: usize) -> Open {
        let mut rest = self.includes(file);
        rest.reverse();
        Open { file, rest, matched: Vec::new() }
    }

    /// The files that a path names, in the order of their names.
    fn matching(&mut self, file: usize, path: &ast::Text, loader: &dyn Loader) -> Vec<String> {
        let from = self.sources.files().get(file).map_or("", |s| &s.name).to_owned();
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let joined = match join(folder, &path.value) {
            Ok(joined) => joined,
            Err(why) => {
                self.diagnostics.push(
                    Diagnostic::new(Code::INCLUDE, path.span, why)
                        .label("expected a path such as \"retention/*.cw\""),
                );
                return Vec::new();
            }
        };
        if !joined.contains('*') {
            return vec![joined];
        }
        let (folder, pattern) = joined.rsplit_once('/').unwrap_or(("", &joined));
        if folder.contains('*') {
            let message = "`*` stands for names of files, not of folders";
            self.diagnostics.push(Diagnostic::new(Code::INCLUDE, path.span, message));
            return Vec::new();
        }
        let names = match loader.list(folder) {
            Ok(names) => names,
            Err(why) => {
                let message = format!("the folder of \"{}\" cannot be read: {why}", path.value);
                self.diagnostics.push(Diagnostic::new(Code::INCLUDE, path.span, message));
                return Vec::new();
            }
        };
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let matching = names.into_iter().filter(|name| fits(pattern, name));
        // A file does not include itself by a pattern that it happens to match.
        let mut found: Vec<String> =
            matching.map(|name| format!("{prefix}{name}")).filter(|p| *p != from).collect();
        found.sort_unstable();
        if found.is_empty() {
            let message = format!("no file matches \"{}\"", path.value);
            self.diagnostics.push(Diagnostic::new(Code::INCLUDE, path.span, message));
        }
        found
    }

    fn report_cycle(&mut self, cycle: &[usize], path: &ast::Text) {
        let name = |file: &usize| self.sources.files().get(*file).map_or("", |s| &s.name).to_owned();
        let names: Vec<String> = cycle.iter().chain(cycle.first()).map(name).collect();
        let first = names.first().cloned().unwrap_or_default();
        self.diagnostics.push(
            Diagnostic::new(
                Code::INCLUDE,
                path.span,
                format!("{first} includes itself: {}", names.join(" → ")),
            )
            .help("take one of these includes away"),
        );
    }

    fn into_read(self) -> Read {
        Read {
            sources: self.sources,
            files: self.files,
            of_files: self.of_files,
            of_includes: self.diagnostics,
            included: self.included,
        }
    }
}

/// A path relative to a folder, without `.` and `..`.
fn join(folder: &str, path: &str) -> Result<String, String> {
    if path.is_empty() || path.starts_with('/') || path.contains('\\') || path.contains(':') {
        return Err(format!("\"{path}\" is no relative path"));
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    let absolute = folder.starts_with('/');
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                // Out of the folder that is known: keep the step.
                if parts.last().is_none_or(|p| *p == "..") {
                    parts.push("..");
                } else {
                    parts.pop();
                }
            }
            name => parts.push(name),
        }
    }
    Ok(format!("{}{}", if absolute { "/" } else { "" }, parts.join("/")))
}

/// Whether a name fits a pattern in which `*` stands for any characters.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}
