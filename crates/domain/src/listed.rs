//! Several things as one says them.

/// "a", "a and b", "a, b and c".
#[must_use]
pub fn listed(all: &[impl AsRef<str>]) -> String {
    let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn as_one_says_them() {
        assert_eq!(listed(&[""; 0]), "");
        assert_eq!(listed(&["Alice"]), "Alice");
        assert_eq!(listed(&["Alice", "Tom"]), "Alice and Tom");
        assert_eq!(listed(&["Alice".to_owned(), "Tom".to_owned(), "Jo".to_owned()]), "Alice, Tom and Jo");
    }
}
