//! Tables whose numbers line up; long ones are sorted and searched in the page.

use maud::{Markup, html};

use crate::number;

/// Tables with more rows than this get a field to search in.
const SEARCHED_FROM: usize = 15;

/// Tables with more rows than this scroll in a window of their own.
const LONG_FROM: usize = 50;

/// A table.
///
/// # Examples
/// See the [crate](crate).
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    caption: Option<String>,
}

/// The head of a column.
#[derive(Debug, Clone)]
pub struct Column {
    title: String,
    number: bool,
}

impl Column {
    /// A column of words: to the left.
    pub fn text(title: impl Into<String>) -> Column {
        Column { title: title.into(), number: false }
    }

    /// A column of numbers: to the right.
    pub fn number(title: impl Into<String>) -> Column {
        Column { title: title.into(), number: true }
    }
}

/// One cell.
#[derive(Debug, Clone)]
pub struct Cell {
    shown: String,
    detail: Option<String>,
    /// What the column is sorted by, where it is not the text.
    value: Option<f64>,
    kind: Kind,
    /// The part of the page that it leads to.
    link: Option<String>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Code,
    Bar,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { shown: text.into(), detail: None, value: None, kind: Kind::Text, link: None }
    }

    /// A name or a piece of a model.
    pub fn code(text: impl Into<String>) -> Cell {
        Cell { kind: Kind::Code, ..Cell::text(text) }
    }

    /// Nothing.
    pub fn empty() -> Cell {
        Cell::text("")
    }

    /// A count.
    pub fn count(n: u64) -> Cell {
        #[expect(clippy::cast_precision_loss, reason = "only sorted by")]
        Cell::number(n as f64, number::count(n))
    }

    /// A number to four digits.
    pub fn short(x: f64) -> Cell {
        Cell::number(x, number::short(x))
    }

    /// A share, as a percentage.
    pub fn percent(share: f64) -> Cell {
        Cell::number(share, number::percent(share))
    }

    /// A number, sorted by its value.
    pub fn number(value: f64, shown: impl Into<String>) -> Cell {
        Cell { value: Some(value), ..Cell::text(shown) }
    }

    /// A bar from 0 to `share` of the cell's width (−1 to 1; below 0 in another colour), and its text.
    pub fn bar(share: f64, shown: impl Into<String>) -> Cell {
        Cell { value: Some(share), kind: Kind::Bar, ..Cell::text(shown) }
    }

    /// Adds a second, smaller line, if there is anything to say.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Cell {
        self.detail = Some(text.into()).filter(|text| !text.is_empty());
        self
    }

    /// Leads to the folded part with this [id](crate::Section::id).
    #[must_use]
    pub fn link(mut self, id: impl Into<String>) -> Cell {
        self.link = Some(id.into());
        self
    }

    fn shown(&self) -> Markup {
        html! {
            @match self.kind {
                Kind::Code => code { (self.shown) },
                Kind::Text | Kind::Bar => (self.shown),
            }
        }
    }

    fn markup(&self, number: bool) -> Markup {
        html! {
            td.n[number] data-v=[self.value] {
                @match (self.kind, &self.link) {
                    (Kind::Text | Kind::Code, Some(id)) => a href=(format!("#{id}")) { (self.shown()) },
                    (Kind::Text | Kind::Code, None) => (self.shown()),
                    (Kind::Bar, _) => {
                        @let share = self.value.filter(|v| v.is_finite()).unwrap_or(0.0);
                        span.bar {
                            i.minus[share < 0.0] style=(format!("width:{:.1}%", share.abs().min(1.0) * 100.0)) {}
                        }
                        span.shown { (self.shown) }
                    }
                }
                @if let Some(detail) = &self.detail { small { (detail) } }
            }
        }
    }
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Table {
        Table { columns: columns.into_iter().collect(), rows: Vec::new(), caption: None }
    }

    /// What the table shows, above it.
    #[must_use]
    pub fn caption(mut self, text: impl Into<String>) -> Table {
        self.caption = Some(text.into());
        self
    }

    /// Adds a row; cells that are absent stay empty.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn markup(&self) -> Markup {
        html! {
            figure.table {
                @if let Some(caption) = &self.caption { figcaption { (caption) } }
                @if self.rows.len() > SEARCHED_FROM {
                    input type="search" placeholder="search" aria-label="search the table";
                }
                div.scroll.long[self.rows.len() > LONG_FROM] {
                    table {
                        thead {
                            tr {
                                @for column in &self.columns {
                                    th.n[column.number] scope="col" { button type="button" { (column.title) } }
                                }
                            }
                        }
                        tbody {
                            @for row in &self.rows {
                                tr {
                                    @for (n, column) in self.columns.iter().enumerate() {
                                        @match row.get(n) {
                                            Some(cell) => (cell.markup(column.number)),
                                            None => td {},
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
