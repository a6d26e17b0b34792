//! The page: a head, sections one below the other, a list of them to jump to.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::chart::bars::BarChart;
use crate::chart::heat::HeatMap;
use crate::chart::lines::LineChart;
use crate::chart::stacked::StackedBars;
use crate::table::Table;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A page to be rendered.
///
/// # Examples
/// See the [crate](crate).
#[derive(Debug, Clone)]
pub struct Page {
    title: String,
    subtitle: String,
    sections: Vec<Section>,
}

impl Page {
    /// A page with a title, and a line below it that says what was looked at: model, version, instant.
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>) -> Page {
        Page { title: title.into(), subtitle: subtitle.into(), sections: Vec::new() }
    }

    /// Adds a section.
    #[must_use]
    pub fn section(mut self, section: Section) -> Page {
        self.sections.push(section);
        self
    }

    /// The page as HTML.
    pub fn render(&self) -> String {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="generator" content="casewise";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header {
                        h1 { (self.title) }
                        p.subtitle { (self.subtitle) }
                        @if self.sections.len() > 2 {
                            nav {
                                @for (n, section) in self.sections.iter().enumerate() {
                                    a href=(format!("#s{n}")) { (section.title) }
                                }
                            }
                        }
                    }
                    main {
                        @for (n, section) in self.sections.iter().enumerate() {
                            section id=(format!("s{n}")) {
                                h2 { (section.title) }
                                @for part in &section.parts { (part.markup()) }
                            }
                        }
                    }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        }
        .into_string()
    }
}

/// A part of a page with a title of its own.
///
/// # Examples
/// See the [crate](crate).
#[derive(Debug, Clone)]
pub struct Section {
    title: String,
    /// What cells of tables lead to.
    id: Option<String>,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Heading(String),
    Text(String),
    Warning(String),
    Code(String),
    Facts(Vec<(String, String)>),
    Table(Table),
    Figure(Figure),
    Side(Vec<Figure>),
    Folded(String, Box<Section>),
}

impl Section {
    /// A section without anything in it.
    pub fn new(title: impl Into<String>) -> Section {
        Section { title: title.into(), id: None, parts: Vec::new() }
    }

    /// Where [`Cell::link`](crate::Cell::link) leads to, if the section is folded: then it is opened.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Section {
        self.id = Some(id.into());
        self
    }

    fn with(mut self, part: Part) -> Section {
        self.parts.push(part);
        self
    }

    /// Adds a heading within the section.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Section {
        self.with(Part::Heading(text.into()))
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Section {
        self.with(Part::Text(text.into()))
    }

    /// Adds a paragraph that must not be overlooked.
    #[must_use]
    pub fn warning(self, text: impl Into<String>) -> Section {
        self.with(Part::Warning(text.into()))
    }

    /// Adds lines of a model, as they are written.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Section {
        self.with(Part::Code(text.into()))
    }

    /// Adds a few names with their values, large: what a reader looks for first.
    #[must_use]
    pub fn facts<N: Into<String>, V: Into<String>>(self, facts: impl IntoIterator<Item = (N, V)>) -> Section {
        self.with(Part::Facts(facts.into_iter().map(|(name, value)| (name.into(), value.into())).collect()))
    }

    /// Adds a table.
    #[must_use]
    pub fn table(self, table: Table) -> Section {
        self.with(Part::Table(table))
    }

    /// Adds a chart.
    #[must_use]
    pub fn figure(self, figure: impl Into<Figure>) -> Section {
        self.with(Part::Figure(figure.into()))
    }

    /// Adds charts that stand beside each other where there is room.
    #[must_use]
    pub fn side_by_side(self, figures: impl IntoIterator<Item = Figure>) -> Section {
        self.with(Part::Side(figures.into_iter().collect()))
    }

    /// Adds a part that is opened by a click on its title.
    #[must_use]
    pub fn folded(self, section: Section) -> Section {
        self.with(Part::Folded(section.title.clone(), Box::new(section)))
    }
}

impl Part {
    fn markup(&self) -> Markup {
        html! {
            @match self {
                Part::Heading(text) => h3 { (text) },
                Part::Text(text) => p { (text) },
                Part::Warning(text) => p.warning { (text) },
                Part::Code(text) => pre { code { (text) } },
                Part::Facts(facts) => dl.facts {
                    @for (name, value) in facts { div { dt { (name) } dd { (value) } } }
                },
                Part::Table(table) => (table.markup()),
                Part::Figure(figure) => (figure.markup()),
                Part::Side(figures) => div.side { @for figure in figures { (figure.markup()) } },
                Part::Folded(title, section) => details id=[&section.id] {
                    summary { (title) }
                    @for part in &section.parts { (part.markup()) }
                },
            }
        }
    }
}

/// Any chart.
#[derive(Debug, Clone)]
pub enum Figure {
    /// Bars, one below the other.
    Bars(BarChart),
    /// Bars made of parts.
    Stacked(StackedBars),
    /// Lines over a number.
    Lines(LineChart),
    /// A grid of shaded cells.
    Heat(HeatMap),
}

impl Figure {
    fn markup(&self) -> Markup {
        match self {
            Figure::Bars(chart) => chart.markup(),
            Figure::Stacked(chart) => chart.markup(),
            Figure::Lines(chart) => chart.markup(),
            Figure::Heat(chart) => chart.markup(),
        }
    }
}

impl From<BarChart> for Figure {
    fn from(chart: BarChart) -> Figure {
        Figure::Bars(chart)
    }
}

impl From<StackedBars> for Figure {
    fn from(chart: StackedBars) -> Figure {
        Figure::Stacked(chart)
    }
}

impl From<LineChart> for Figure {
    fn from(chart: LineChart) -> Figure {
        Figure::Lines(chart)
    }
}

impl From<HeatMap> for Figure {
    fn from(chart: HeatMap) -> Figure {
        Figure::Heat(chart)
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, Section};
    use crate::{Bar, BarChart, Cell, Column, HeatMap, Line, LineChart, Stack, StackedBars, Table};

    fn everything(name: &str) -> String {
        let mut table = Table::new([Column::text(name), Column::number("n")]).caption(name);
        table.row([Cell::text(name), Cell::bar(0.5, name)]);
        let figures = [
            BarChart::new(name).bars([Bar::new(name, 1.0)]).into(),
            StackedBars::new(name, [name]).stacks([Stack::new(name, [2.0])]).into(),
            LineChart::new(name, name, name).line(Line::new(name, [(0.0, 1.0), (1.0, 2.0)])).into(),
            HeatMap::new(name, [name], [name]).cell(0, 0, 1.0, [name]).into(),
        ];
        let section =
            Section::new(name).text(name).warning(name).code(name).facts([(name, name)]).table(table);
        Page::new(name, name).section(section.side_by_side(figures).folded(Section::new(name))).render()
    }

    #[test]
    fn text_from_outside_is_never_markup() {
        let page = everything("</script><b onclick=\"x\">&");
        assert!(!page.contains("<b onclick"));
        assert_eq!(page.matches("</script>").count(), 1);
    }

    #[test]
    fn a_cell_leads_to_a_folded_part() {
        let mut table = Table::new([Column::text("case")]);
        table.row([Cell::code("a").link("case-a")]);
        let folded = Section::new("a").id("case-a");
        let page = Page::new("t", "").section(Section::new("s").table(table).folded(folded)).render();
        assert!(page.contains("<a href=\"#case-a\"><code>a</code></a>"));
        assert!(page.contains("<details id=\"case-a\">"));
    }

    #[test]
    fn a_page_fetches_nothing() {
        let page = everything("plain");
        for part in ["src=", "http://", "https://", "@import", "url("] {
            let page = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!page.contains(part), "{part}");
        }
    }
}
