//! Writes one of each kind of paper, about people who do not exist, to
//! `target/papers/`: a plan, a budget explained, a decision letter and an
//! agreement. Look at them after changing the template.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use documents::Renderer;

mod hard;
mod sample;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = Path::new("target/papers");
    fs::create_dir_all(dir)?;
    let papers = [
        ("plan", sample::plan()),
        ("budget", sample::budget()),
        ("letter", sample::letter()),
        ("agreement", sample::agreement()),
        ("hard", hard::paper()),
    ];
    let renderer = Renderer::new();
    for (name, paper) in &papers {
        let start = Instant::now();
        let pdf = renderer.render(paper)?;
        println!("{name}: {} bytes in {:?}", pdf.len(), start.elapsed());
        fs::write(dir.join(format!("{name}.pdf")), pdf)?;
    }
    Ok(())
}
