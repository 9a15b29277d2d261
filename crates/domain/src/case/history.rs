//! Every event in words, for anyone with the right to open the history.
