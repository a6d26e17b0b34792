//! Every kind of part on one page, to be looked at: `cargo run -p casewise-pages --example sampler > page.html`.

use casewise_pages::{
    Bar, BarChart, Cell, Column, HeatMap, Line, LineChart, Page, Section, Stack, StackedBars, Table,
};

fn main() {
    let mut table = Table::new([Column::text("case"), Column::number("eligible"), Column::number("share")]);
    for n in 0..20u32 {
        let share = f64::from(n) / 20.0;
        table.row([
            Cell::code(format!("case_{n}")).detail("来电提醒体验包"),
            Cell::count(u64::from(n) * 12_345),
            Cell::bar(share - 0.3, casewise_pages::percent(share - 0.3)),
        ]);
    }
    let bars = BarChart::new("weight of evidence by tenure").bars([
        Bar::new("< 6", -1.2),
        Bar::new("6 .. 12", -0.4),
        Bar::new("来电提醒优惠包 with a very long name that is cut", 0.2),
        Bar::new(">= 48", 1.7),
    ]);
    let stacked =
        StackedBars::new("what became of each case", ["offered", "outranked", "held out", "unknown"]).stacks(
            [
                Stack::new("welcome", [1200.0, 300.0, 50.0, 9.0]),
                Stack::new("trial", [400.0, 900.0, 20.0, 100.0]),
            ],
        );
    let lines = LineChart::new("gain", "share of customers", "share of leavers found")
        .line(
            Line::new("scorecard", (0..=10).map(|n| (f64::from(n) / 10.0, (f64::from(n) / 10.0).sqrt())))
                .marked(),
        )
        .line(Line::new("at random", [(0.0, 0.0), (1.0, 1.0)]))
        .line(Line::new("perfect", [(0.0, 0.0), (0.27, 1.0), (1.0, 1.0)]));
    let mut heat = HeatMap::new(
        "customers by recency and frequency",
        (1..=5).rev().map(|r| format!("R{r}")),
        (1..=5).map(|f| format!("F{f}")),
    );
    for row in 0..5 {
        for column in 0..5 {
            let n = f64::from((row + 1) * (column + 2) * 17);
            heat = heat.cell(row, column, n, [format!("{n}"), format!("avg {:.2}", n / 7.0)]);
        }
    }
    let page = Page::new("Sampler", "every part of a page")
        .section(
            Section::new("Text and facts")
                .text("A paragraph that says what is to be seen below, in plain and short sentences.")
                .warning("12 rows were rejected: see rejects.csv")
                .facts([("customers", "7,043"), ("offers", "9,777"), ("rejected", "0")])
                .heading("A table")
                .table(table.caption("audience by case")),
        )
        .section(
            Section::new("Charts")
                .figure(bars)
                .figure(stacked)
                .side_by_side([lines.clone().into(), heat.into()]),
        )
        .section(Section::new("Wide").figure(lines).folded(Section::new("more").text("folded text")));
    print(&page.render());
}

#[expect(clippy::print_stdout, reason = "the page is the output")]
fn print(page: &str) {
    print!("{page}");
}
