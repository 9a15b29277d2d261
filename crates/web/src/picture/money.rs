//! The money as one simple picture, and when it would run out.

use crate::components::{Column, Details, Table, cell, details, table};
use domain::Pence;
use maud::{Markup, html};
use std::fmt::Write as _;

/// Where the money is: what came in is what was spent and what is left (below
/// nought where too much was spent); what is promised has not come in yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyBar {
    pub came_in: Pence,
    pub spent: Pence,
    pub promised: Pence,
    pub left: Pence,
}

/// How long a bar is, in its own units.
const LENGTH: i64 = 1_000;

/// A part of a bar: from where, how long, which look.
struct Part {
    from: i64,
    length: i64,
    class: &'static str,
}

/// Lays amounts along a bar, in order, each in proportion to `whole`. An
/// amount that is not nought never vanishes.
fn parts(whole: Pence, amounts: &[(Pence, &'static str)]) -> Vec<Part> {
    let mut from = 0;
    let mut all = Vec::new();
    for (amount, class) in amounts {
        if amount.0 <= 0 || whole.0 <= 0 {
            continue;
        }
        let length = amount.times(LENGTH, whole.0.max(1)).0.clamp(8, LENGTH);
        let length = length.min(LENGTH - from);
        all.push(Part { from, length, class });
        from += length;
    }
    all
}

fn bar(label: &str, all: &[Part]) -> Markup {
    html! {
        svg class="phb-bar" viewBox={ "0 0 " (LENGTH) " 48" } preserveAspectRatio="none" role="img"
            aria-label=(label) focusable="false" {
            title { (label) }
            defs {
                pattern id="phb-hatch" width="14" height="14" patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)" {
                    rect class="phb-hatch__ground" width="14" height="14" {}
                    rect class="phb-hatch__line" width="6" height="14" {}
                }
            }
            rect class="phb-bar__ground" x="0" y="0" width=(LENGTH) height="48" {}
            @for part in all {
                rect class={ "phb-bar__part " (part.class) } x=(part.from) y="0" width=(part.length) height="48" {}
            }
            @for part in all.iter().skip(1) {
                line class="phb-bar__gap" x1=(part.from) y1="0" x2=(part.from) y2="48" {}
            }
        }
    }
}

/// The money bar with its legend; the legend holds every fact.
#[must_use]
pub fn money_bar(money: &MoneyBar) -> Markup {
    let whole = money.came_in.max(money.spent + money.left.or_zero()) + money.promised;
    let all = parts(
        whole,
        &[
            (money.spent, "phb-bar__part--spent"),
            (money.left.or_zero(), "phb-bar__part--left"),
            (money.promised, "phb-bar__part--promised"),
        ],
    );
    let label = format!(
        "Of {} that came in, {} is spent and {} is left. Another {} is promised",
        money.came_in, money.spent, money.left, money.promised
    );
    let fact = |class: &str, words: &str, meaning: &str, amount: Pence| {
        html! {
            div class={ "phb-money__fact phb-money__fact--" (class) } {
                dt {
                    (swatch(class))
                    (words)
                }
                dd {
                    span class="phb-money__amount" { (amount) }
                    span class="phb-money__meaning" { (meaning) }
                }
            }
        }
    };
    html! {
        div class="phb-money" {
            p class="phb-money__came-in" { span class="phb-money__amount" { (money.came_in) } " has come in" }
            (bar(&label, &all))
            dl class="phb-money__facts" {
                (fact("spent", "Spent", "paid out so far", money.spent))
                (fact("left", "Left", "there to use for your plan", money.left))
                (fact("promised", "Promised", "agreed, still to come", money.promised))
            }
            @if money.left.is_negative() {
                p class="phb-money__over" {
                    "More is spent than has come in: " (-money.left) " more."
                }
            }
        }
    }
}

fn swatch(class: &str) -> Markup {
    html! {
        svg class="phb-swatch" viewBox="0 0 48 48" aria-hidden="true" focusable="false" {
            rect class={ "phb-bar__part phb-bar__part--" (class) } x="2" y="2" width="44" height="44" rx="8" {}
        }
    }
}

/// How a budget is shared between the NHS and the council.
#[must_use]
pub fn budget_split(nhs: Pence, council: Pence) -> Markup {
    let whole = nhs + council;
    let all = parts(whole, &[(nhs, "phb-bar__part--spent"), (council, "phb-bar__part--council")]);
    let label = format!("Of {whole}, {nhs} is from the NHS and {council} is from the council");
    let fact = |class: &str, words: &str, amount: Pence| {
        html! {
            div class="phb-money__fact" {
                dt { (swatch(class)) (words) }
                dd { span class="phb-money__amount" { (amount) } }
            }
        }
    };
    html! {
        div class="phb-money phb-money--split" {
            (bar(&label, &all))
            dl class="phb-money__facts" {
                (fact("spent", "From the NHS", nhs))
                (fact("council", "From the council", council))
            }
        }
    }
}

/// What was left, or would be left, at the end of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// `March 2027`.
    pub name: String,
    pub left: Pence,
}

/// Money left, month by month: as it was, and as it would be at this rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    pub past: Vec<Month>,
    pub ahead: Vec<Month>,
    /// One sentence: when it would run out, or that it would last.
    pub sentence: String,
}

/// The line of money left, with its facts in a sentence and a table.
#[must_use]
pub fn run_out_chart(forecast: &Forecast) -> Markup {
    let months: Vec<&Month> = forecast.past.iter().chain(&forecast.ahead).collect();
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return html! { p { (forecast.sentence) } };
    };
    let most = months.iter().map(|month| month.left).max().unwrap_or_default().max(Pence(1));
    let steps = i64::try_from(months.len()).unwrap_or(i64::MAX).saturating_sub(1).max(1);
    let points: Vec<(i64, i64)> = (0i64..)
        .zip(&months)
        .map(|(i, month)| (i * 600 / steps, 10 + 160 - month.left.or_zero().times(160, most.0).0))
        .collect();
    let now = forecast.past.len().saturating_sub(1);
    let drawing = html! {
        svg class="phb-chart__drawing" viewBox="0 0 600 180" preserveAspectRatio="none" role="img"
            aria-label=(forecast.sentence) focusable="false" {
            title { (forecast.sentence) }
            line class="phb-chart__grid" x1="0" y1="10" x2="600" y2="10" {}
            line class="phb-chart__grid" x1="0" y1="90" x2="600" y2="90" {}
            line class="phb-chart__axis" x1="0" y1="170" x2="600" y2="170" {}
            @if let Some((x, _)) = points.get(now) {
                line class="phb-chart__now" x1=(x) y1="4" x2=(x) y2="170" {}
            }
            path class="phb-chart__line phb-chart__line--ahead" d=(line_through(&points[now..])) {}
            path class="phb-chart__line" d=(line_through(&points[..=now])) {}
        }
    };
    html! {
        figure class="phb-chart" {
            figcaption class="phb-chart__sentence" { (forecast.sentence) }
            div class="phb-chart__frame" {
                div class="phb-chart__up" aria-hidden="true" { span { (most) } span { "£0.00" } }
                (drawing)
                div class="phb-chart__along" aria-hidden="true" { span { (first.name) } span { (last.name) } }
            }
            p class="phb-chart__key" {
                span { (key("")) "What was left" }
                @if !forecast.ahead.is_empty() { span { (key("phb-chart__line--ahead")) "What would be left at this rate" } }
                span { (key("phb-chart__now")) "Now" }
            }
            (details(&Details::new("See the amounts, month by month", month_table(forecast))))
        }
    }
}

fn key(class: &str) -> Markup {
    html! {
        svg class="phb-chart__swatch" viewBox="0 0 40 12" aria-hidden="true" focusable="false" {
            @if class == "phb-chart__now" { line class=(class) x1="20" y1="0" x2="20" y2="12" {} }
            @else { line class={ "phb-chart__line " (class) } x1="0" y1="6" x2="40" y2="6" {} }
        }
    }
}

fn line_through(points: &[(i64, i64)]) -> String {
    let mut line = String::new();
    for (i, (x, y)) in points.iter().enumerate() {
        write!(line, "{}{x} {y}", if i == 0 { "M" } else { "L" }).expect("writing to a string");
    }
    line
}

fn month_table(forecast: &Forecast) -> Markup {
    let row = |month: &Month, words: &str| vec![cell(&month.name), cell(words), cell(month.left)];
    let past = forecast.past.iter().map(|month| row(month, "As it was"));
    let ahead = forecast.ahead.iter().map(|month| row(month, "At this rate"));
    let columns = vec![Column::text("Day"), Column::text("What it is"), Column::number("Money left")];
    let columns =
        columns.into_iter().map(|c| if c.text.is_empty() { Column::text("How we know") } else { c });
    table(&Table::new(
        "Money left today, and at the end of each month",
        columns.collect(),
        past.chain(ahead).collect(),
    ))
}
