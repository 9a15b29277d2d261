//! What is true of every page, at every width: axe finds no barrier on it, and
//! it need not be moved sideways.

use super::Browser;
use serde::Deserialize;
use serde_json::Value;

/// Two things are the design system's own to mend, on those elements alone: its
/// script puts aria-expanded on choices that reveal a field, and gives its button
/// for files a name that lacks one of the button's words. Everything else is ours.
const LOOK: &str = "const done = arguments[arguments.length - 1];
if (typeof axe !== 'object') return done(null);
const reveals = e => e.matches('.nhsuk-radios__input[aria-controls], .nhsuk-checkboxes__input[aria-controls]');
const expanded = (v, n, e) => v.id === 'aria-allowed-attr' && e && reveals(e) && n.all.concat(n.any, n.none).every(c => c.data.values.every(attribute => attribute.startsWith('aria-expanded=')));
const named = (v, e) => v.id === 'label-content-name-mismatch' && e && e.matches('.nhsuk-file-upload__drop-button');
const theirs = (v, n) => { const e = document.querySelector(n.target[0]); return expanded(v, n, e) || named(v, e); };
const page = barriers => ({ path: location.pathname, barriers,
  content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth });
axe.run(document, { resultTypes: ['violations'], runOnly: { type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } })
  .then(r => done(page(r.violations.map(v => ({ ...v, nodes: v.nodes.filter(n => !theirs(v, n)) })).filter(v => v.nodes.length).map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | ')))))
  .catch(e => done(page(['axe failed: ' + e])));";

/// What axe says of a page, and how wide it is.
#[derive(Deserialize)]
struct Looked {
    path: String,
    barriers: Vec<String>,
    /// How wide what is on it is, in pixels.
    content: u64,
    /// How wide the window is, in pixels.
    window: u64,
}

impl Browser {
    /// Fails if [`Browser::barriers`] finds any.
    pub async fn check(&self) {
        let found = self.barriers().await;
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    /// What axe finds on the page, and whether it has to be moved sideways.
    pub async fn barriers(&self) -> Vec<String> {
        let mut looked = self.look(LOOK).await;
        if looked.is_null() {
            // Half a megabyte, which a page that was looked at before has got.
            looked = self.look(&format!("{}\n{LOOK}", self.axe)).await;
        }
        let Looked { path, barriers, content, window } =
            serde_json::from_value(looked).expect("what axe says");
        let mut found: Vec<String> =
            barriers.into_iter().map(|barrier| format!("{path}: {barrier}")).collect();
        if content > window {
            found.push(format!("{path} is {content} pixels wide in a window of {window}"));
        }
        found
    }

    async fn look(&self, script: &str) -> Value {
        self.client.execute_async(script, vec![]).await.expect("axe runs")
    }
}
