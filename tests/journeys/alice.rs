//! Alice's walk (000:229-255): from her husband reading about it, through all
//! six stages, to a carer replaced because she said so; as each of the people
//! in it, in a real browser. Each part of it begins at its own stage, so that
//! they are walked side by side.

mod beginning;
mod deciding;
mod living;
mod needs;
mod planning;

/// Her husband, as he signs in wherever the story does not begin with him.
const MARTIN: &str = "martin@mail.example";
