//! The nine things a plan must show, as a picture and in words.

use crate::address::Address as _;
use crate::components::{Icon, icon};
use domain::CaseId;
use domain::case::plan::checklist::Criterion;
use maud::{Markup, html};

/// The nine criteria with how many are met. `links` lead to where something
/// missing can be put right.
pub fn picture(case: CaseId, criteria: &[Criterion], links: bool) -> Markup {
    let met = criteria.iter().filter(|c| c.met).count();
    let label = format!("{met} of {} things are there", criteria.len());
    html! {
        section class="phb-check" aria-labelledby="check" {
            h2 id="check" { "What a plan needs before it is agreed" }
            div class="phb-check__top" {
                (ring(criteria, &label))
                p class="phb-check__sum" { (label) ". This list changes as you write." }
            }
            ol class="phb-check__list" {
                @for criterion in criteria { li.phb-check__one.phb-check__one--met[criterion.met] { (one(case, criterion, links)) } }
            }
        }
    }
}

fn ring(criteria: &[Criterion], label: &str) -> Markup {
    let met = criteria.iter().filter(|c| c.met).count();
    html! {
        svg class="phb-ring" viewBox="0 0 120 120" role="img" aria-label=(label) focusable="false" {
            @for (i, criterion) in criteria.iter().enumerate() {
                circle.phb-ring__part.phb-ring__part--met[criterion.met] cx="60" cy="60" r="50" pathLength="90"
                    stroke-dasharray="8 82" stroke-dashoffset={ "-" (i * 10 + 1) } transform="rotate(-90 60 60)" {}
            }
            text class="phb-ring__number" x="60" y="60" { (met) }
            text class="phb-ring__of" x="60" y="82" { "of " (criteria.len()) }
        }
    }
}

fn one(case: CaseId, criterion: &Criterion, links: bool) -> Markup {
    html! {
        div class="phb-check__mark" { @if criterion.met { (icon(Icon::Tick)) } }
        div {
            h3 class="phb-check__title" {
                (criterion.title)
                span class="nhsuk-u-visually-hidden" { @if criterion.met { " (there)" } @else { " (something is missing)" } }
            }
            @if !criterion.found.is_empty() { p class="phb-check__found" { (criterion.found.join(" · ")) } }
            @if !criterion.missing.is_empty() {
                ul class="phb-check__missing" {
                    @for missing in &criterion.missing {
                        li {
                            @if links { a href=(missing.page.clone().of(case).path()) { (missing.words) } }
                            @else { (missing.words) }
                        }
                    }
                }
            }
        }
    }
}
