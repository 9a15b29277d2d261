//! The published method: the whole of it, for anyone.

use crate::Web;
use crate::address::{Address as _, GuidePage, Place};
use crate::components::{Column, Details, Size, Table, cell, details, page_heading, table};
use crate::error_page::Answer;
use crate::needs::query;
use crate::page::{Shell, page};
use crate::visit::Visit;
use axum::extract::{RawQuery, State};
use axum::response::IntoResponse;
use domain::framework::{Framework, Method};
use domain::ledger::Funder;
use maud::{Markup, html};

pub async fn show(State(web): State<Web>, visit: Visit, raw: RawQuery) -> Answer {
    let all = web.app.frameworks().await?;
    let wanted = query(&raw, "area");
    let chosen = all.iter().find(|f| Some(f.area.to_string()) == wanted).or_else(|| all.first());
    let title = "How a budget is worked out";
    let content = html! {
        (page_heading("", title))
        @match chosen {
            None => p { "No area has published its method here yet." },
            Some(framework) => (content(framework)),
        }
        @if all.len() > 1 {
            h2 { "Other areas" }
            ul {
                @for other in &all {
                    li { a href=(Place::Guide(GuidePage::Method).with("area", &other.area.to_string())) { (other.area_name) } }
                }
            }
        }
    };
    let mut shell = Shell::of(&visit, title).signed_in_if_they_are();
    shell.back = Some((Place::Guide(GuidePage::About).path(), "What a personal health budget is".into()));
    Ok(page(&shell, content).into_response())
}

fn content(framework: &Framework) -> Markup {
    let mut methods = framework.methods.iter().rev();
    let Some(newest) = methods.next() else {
        return html! { p { (framework.area_name) " has not published its method yet." } };
    };
    html! {
        p class="nhsuk-lede-text" { "The method of " (framework.area_name) ", version " (newest.version) ". It is the same for everyone who lives there." }
        (method(newest))
        @for older in methods {
            @let summary = format!("Version {}, used for budgets worked out earlier", older.version);
            (details(&Details::new(&summary, method(older))))
        }
    }
}

fn method(method: &Method) -> Markup {
    html! {
        @for paragraph in method.explained.as_str().lines().filter(|line| !line.trim().is_empty()) {
            p { (paragraph) }
        }
        @for (funder, title, who) in [
            (Funder::Nhs, "Questions about health", "the NHS"),
            (Funder::Council, "Questions about daily life", "the council"),
        ] {
            h2 { (title) }
            p { "Each point is " (super::calm(method.per_point(funder))) " a year from " (who) "." }
            @for question in method.questions.iter().filter(|q| q.funder == funder) {
                (table(&Table {
                    size: Size::S,
                    responsive: false,
                    ..Table::new(
                        question.title.as_str(),
                        vec![Column::text("Answer"), Column::number("Points"), Column::number("Pounds a year")],
                        question.levels.iter().map(|(words, points)| vec![
                            cell(words),
                            cell(points),
                            cell(method.per_point(funder).times(i64::from(*points), 1)),
                        ]).collect(),
                    )
                }))
            }
        }
        h2 { "To start" }
        p { "Everyone gets " (super::calm(method.start_up)) ", once." }
    }
}
