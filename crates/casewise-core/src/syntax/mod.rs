//! Text → AST with spans, AST → canonical text. Knows nothing of types.
//!
//! | step | file | what it does |
//! | --- | --- | --- |
//! | tokens | `lexer` | words, literals, brackets; comments are set aside |
//! | pre-scan | `structure` | pairs brackets, bounds nesting, finds where declarations and clauses start |
//! | grammar | `parser` | recursive descent; expressions by binding strength |
//! | text | `format` | the canonical text, comments kept |

pub mod ast;
mod format;
mod lexer;
mod literal;
mod parser;
mod structure;
mod token;
pub mod visit;
mod words;

pub(crate) use literal::escape;
pub use words::is_plain_name;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The greatest length of a file in bytes.
pub const MAX_FILE_LENGTH: usize = 16 * 1024 * 1024;

/// The greatest number of errors said of one file.
const MAX_ERRORS: usize = 500;

/// Reads a model's text.
///
/// Whatever the text, this returns: what could be read, and everything that could not. Every error is
/// reported once and stays where it is; what did not parse is an [`ast::ExprKind::Error`] or is left out.
/// Takes time in proportion to the text's length.
pub fn parse(file: u32, text: &str) -> (ast::File, Vec<Diagnostic>) {
    if text.len() > MAX_FILE_LENGTH {
        let message = format!("this file is longer than {} MB", MAX_FILE_LENGTH / (1024 * 1024));
        let d = Diagnostic::new(Code::TOO_LONG, Span::new(file, 0, 0), message)
            .help("split it into several files and `include` them");
        return (ast::File::default(), vec![d]);
    }
    let lexer::Lexed { mut tokens, comments, mut diagnostics } = lexer::lex(file, text);
    let chunks = structure::scan(file, text, &mut tokens, &mut diagnostics);
    let mut ast = parser::parse_chunks(file, text, &tokens, &chunks, &mut diagnostics);
    ast.comments = comments;
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
    keep_the_first(&mut diagnostics, Span::new(file, text.len(), text.len()));
    (ast, diagnostics)
}

/// Leaves out errors beyond [`MAX_ERRORS`], and says so at `end`.
pub(crate) fn keep_the_first(diagnostics: &mut Vec<Diagnostic>, end: Span) {
    if diagnostics.len() > MAX_ERRORS {
        let rest = diagnostics.len() - MAX_ERRORS;
        diagnostics.truncate(MAX_ERRORS);
        diagnostics.push(Diagnostic::new(
            Code::TOO_MANY_ERRORS,
            end,
            format!("{rest} more errors in this file"),
        ));
    }
}

/// A file in canonical form: what [`parse`] reads from it is the same tree.
///
/// `text` is what `file` was read from: comments and empty lines come from there. Formatting what was
/// formatted changes nothing. What did not parse is not in the tree, so a file with errors is to be left as
/// it is: [`format_text`] does that.
pub fn format(file: &ast::File, text: &str) -> String {
    format::format_declarations(&file.declarations, &file.comments, text)
}

/// One declaration in canonical form, without comments and whatever its layout.
pub(crate) fn format_declaration(declaration: &ast::Declaration) -> String {
    format::format_declarations(std::slice::from_ref(declaration), &[], "")
}

/// A text in canonical form.
///
/// # Errors
/// The errors of the text, if there are any.
///
/// # Examples
/// ```
/// let text = casewise_core::syntax::format_text("segment   young=(age<30)  # years\n").unwrap();
/// assert_eq!(text, "segment young = age < 30  # years\n");
/// ```
pub fn format_text(text: &str) -> Result<String, Vec<Diagnostic>> {
    let (file, diagnostics) = parse(0, text);
    if diagnostics.is_empty() { Ok(format(&file, text)) } else { Err(diagnostics) }
}

/// Whether a name can stand anywhere without backticks, and starts nothing: no word of the language.
pub fn is_free_name(name: &str) -> bool {
    const TAKEN: [&str; 7] = ["at", "by", "contact", "customer", "from", "key", "learned"];
    words::is_plain_name(name)
        && !words::DECLARATIONS.contains(&name)
        && !words::starts_clause(name)
        && words::unit(name).is_none()
        && !TAKEN.contains(&name)
}

/// The text of a file's bytes: UTF-8, with or without a byte order mark.
///
/// # Errors
/// A diagnostic that names the first byte that is not UTF-8, and its line.
pub fn decode(file: u32, bytes: &[u8]) -> Result<&str, Diagnostic> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(e) => {
            let good = bytes.get(..e.valid_up_to()).unwrap_or(&[]);
            let line = good.iter().filter(|b| **b == b'\n').count() + 1;
            let byte = bytes.get(e.valid_up_to()).copied().unwrap_or(0);
            let span = Span::new(file, e.valid_up_to(), e.valid_up_to());
            Err(Diagnostic::new(
                Code::NOT_UTF8,
                span,
                format!("the byte 0x{byte:02X} on line {line} is not UTF-8"),
            )
            .help("save the file as UTF-8; older Chinese files are often GB18030 (GBK)"))
        }
    }
}
