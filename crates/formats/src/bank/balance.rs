//! Which way round a statement is written, and whether its balances add up.

use super::{AGAIN, Balance, Line, Unreadable};
use domain::{Date, Pence};

/// A line as it stands in the file. Lines that move no money are kept until
/// here, because their balance is a check all the same.
pub(super) struct Row {
    pub line: Line,
    pub month_first: Option<Date>,
    pub ending: Ending,
}

/// How the last money cell of a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Pence,
    WholePounds,
    Empty,
}

/// The rows oldest first, and what their balances say.
pub(super) struct Checked {
    pub rows: Vec<Row>,
    pub balance: Balance,
    pub opening: Option<Pence>,
    pub closing: Option<Pence>,
    /// The file writes money out without a minus and money in with one.
    pub turned: bool,
}

/// A line whose balance is not what the lines before it come to.
#[derive(Clone, Copy)]
struct Break {
    line_no: u32,
    expected: Pence,
    found: Pence,
}

/// What walking the rows in one order shows.
struct Walk {
    checked: usize,
    broken: Option<Break>,
    opening: Option<Pence>,
    closing: Option<Pence>,
}

/// Puts rows in order and checks every balance. `may_turn` allows the signs of
/// the whole file to be the other way about, if only so it adds up.
pub(super) fn check(rows: Vec<Row>, may_turn: bool) -> Result<Checked, Unreadable> {
    days_not_months(&rows)?;
    let orders = orders(&rows);
    let by_date = &orders[0];
    let walks: Vec<Walk> = orders.iter().map(|order| walk(&rows, order, false)).collect();
    if let Some(best) = walks.iter().position(|w| w.broken.is_none()) {
        return Ok(take(rows, &orders, best, &walks, false));
    }
    if may_turn {
        let turned: Vec<Walk> = orders.iter().map(|order| walk(&rows, order, true)).collect();
        if let Some(best) = turned.iter().position(|w| w.broken.is_none() && w.checked >= 2) {
            return Ok(take(rows, &orders, best, &turned, true));
        }
    }
    let Break { line_no, expected, found } =
        walk(&rows, by_date, false).broken.expect("the first order was walked above and broke");
    let what = format!(
        "The balances do not add up. After this payment the balance should be {expected}, but the file says \
         {found}. A payment may be missing, doubled or changed"
    );
    Err(Unreadable::new(Some(line_no), what, AGAIN))
}

/// The orders a file may be in, likeliest first: by its dates; then newest
/// first by day but not within it, and the reverse; then whatever its dates.
fn orders(rows: &[Row]) -> Vec<Vec<usize>> {
    let forward: Vec<usize> = (0..rows.len()).collect();
    let backward: Vec<usize> = forward.iter().rev().copied().collect();
    let date = |i: &usize| rows[*i].line.date;
    let rises = forward.is_sorted_by_key(date);
    let falls = backward.is_sorted_by_key(date);
    let sorted = |order: &[usize]| {
        let mut order = order.to_vec();
        order.sort_by_key(date);
        order
    };
    let newest_first = falls && !rises;
    let (first, second) = if newest_first { (backward, forward) } else { (forward, backward) };
    let mut orders = if rises || falls {
        vec![first.clone(), sorted(&second)]
    } else {
        vec![sorted(&first), sorted(&second), first, second]
    };
    orders.dedup();
    orders
}

fn walk(rows: &[Row], order: &[usize], turned: bool) -> Walk {
    let mut running: Option<Pence> = None;
    let mut since = Pence::ZERO;
    let mut walk = Walk { checked: 0, broken: None, opening: None, closing: None };
    for line in order.iter().map(|i| &rows[*i].line) {
        let amount = if turned { -line.amount } else { line.amount };
        since += amount;
        running = running.map(|r| r + amount);
        let Some(found) = line.balance_after else { continue };
        match running {
            Some(expected) if expected != found => {
                walk.broken = Some(Break { line_no: line.line_no, expected, found });
                return walk;
            }
            Some(_) => walk.checked += 1,
            None => walk.opening = Some(found - since),
        }
        running = Some(found);
    }
    walk.closing = running;
    walk
}

fn take(rows: Vec<Row>, orders: &[Vec<usize>], best: usize, walks: &[Walk], turned: bool) -> Checked {
    let walk = &walks[best];
    // Where the dates do not tell which end is first, and both ways add up,
    // the two balances at the ends are not known.
    let one_day = orders[best].iter().all(|i| rows[*i].line.date == rows[0].line.date);
    let doubtful = one_day
        && walks.iter().any(|w| w.broken.is_none() && (w.opening, w.closing) != (walk.opening, walk.closing));
    let balance = if walk.checked > 0 { Balance::Adds { checked: walk.checked } } else { Balance::NotGiven };
    let (opening, closing) = if doubtful { (None, None) } else { (walk.opening, walk.closing) };
    let mut slots: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let mut rows: Vec<Row> = orders[best].iter().filter_map(|i| slots[*i].take()).collect();
    if turned {
        rows.iter_mut().for_each(|row| row.line.amount = -row.line.amount);
    }
    Checked { rows, balance, opening, closing, turned }
}

/// Refuses a file whose dates could all have the month first, and stand in
/// order only if they do.
fn days_not_months(rows: &[Row]) -> Result<(), Unreadable> {
    let ordered = |dates: &[Date]| dates.is_sorted() || dates.iter().rev().is_sorted();
    let days: Vec<Date> = rows.iter().map(|r| r.line.date).collect();
    let Some(months) = rows.iter().map(|r| r.month_first).collect::<Option<Vec<Date>>>() else {
        return Ok(());
    };
    if months.len() < 3 || ordered(&days) || !ordered(&months) {
        return Ok(());
    }
    let what = "The dates look as if the month were written before the day, and we cannot be sure which is \
        which";
    let to_do = "Download the file from your bank again with British dates (day, month, year), without opening \
        it in a spreadsheet first";
    Err(Unreadable::new(rows.first().map(|r| r.line.line_no), what, to_do))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line_no: u32, day: i8, amount: i64, balance: Option<i64>) -> Row {
        let line = Line {
            line_no,
            date: Date::constant(2026, 3, day),
            amount: Pence(amount),
            description: String::new(),
            reference: None,
            balance_after: balance.map(Pence),
            external_id: None,
        };
        Row { line, month_first: None, ending: Ending::Pence }
    }

    fn days(checked: &Checked) -> Vec<u32> {
        checked.rows.iter().map(|r| r.line.line_no).collect()
    }

    #[test]
    fn either_way_round() {
        let up = check(vec![row(1, 1, 100, Some(100)), row(2, 2, -30, Some(70))], false).expect("adds");
        let down = check(vec![row(1, 2, -30, Some(70)), row(2, 1, 100, Some(100))], false).expect("adds");
        assert_eq!((days(&up), days(&down)), (vec![1, 2], vec![2, 1]));
        for checked in [up, down] {
            assert_eq!(checked.balance, Balance::Adds { checked: 1 });
            assert_eq!((checked.opening, checked.closing), (Some(Pence(0)), Some(Pence(70))));
        }
    }

    #[test]
    fn newest_day_first_but_oldest_first_within_the_day() {
        let rows = vec![row(1, 2, -30, Some(70)), row(2, 2, -20, Some(50)), row(3, 1, 100, Some(100))];
        assert_eq!(days(&check(rows, false).expect("adds")), [3, 1, 2]);
    }

    #[test]
    fn balances_on_some_lines_only() {
        let rows =
            vec![row(1, 1, 100, None), row(2, 1, 5, Some(105)), row(3, 2, -5, None), row(4, 2, -5, Some(95))];
        let checked = check(rows, false).expect("adds");
        assert_eq!((checked.opening, checked.closing), (Some(Pence(0)), Some(Pence(95))));
    }

    #[test]
    fn a_break_is_refused_with_its_line() {
        let rows = vec![row(2, 1, 100, Some(100)), row(3, 2, -30, Some(70)), row(4, 3, -30, Some(41))];
        let refused = check(rows, true).err().expect("does not add up");
        assert_eq!(refused.line, Some(4));
        assert!(refused.what.contains("£0.40") && refused.what.contains("£0.41"), "{}", refused.what);
    }

    #[test]
    fn signs_may_be_the_other_way_about() {
        let rows = || vec![row(1, 1, 30, Some(70)), row(2, 2, -10, Some(80)), row(3, 3, 20, Some(60))];
        let checked = check(rows(), true).expect("adds when turned");
        assert!(checked.turned && checked.rows[0].line.amount == Pence(-30));
        assert!(check(rows(), false).is_err());
    }

    #[test]
    fn ends_that_cannot_be_known_are_not_said() {
        let checked = check(vec![row(1, 1, 10, Some(110)), row(2, 1, -10, Some(100))], false).expect("adds");
        assert_eq!((checked.opening, checked.closing), (None, None));
    }

    #[test]
    fn months_first_is_not_guessed() {
        let read = |line_no, day: i8, month: i8| {
            let mut row = row(line_no, 1, 1, None);
            row.line.date = Date::constant(2026, month, day);
            row.month_first = Some(Date::constant(2026, day, month));
            row
        };
        assert!(check(vec![read(1, 3, 9), read(2, 4, 1), read(3, 4, 8)], false).is_err());
        assert!(check(vec![read(1, 3, 4), read(2, 4, 4), read(3, 5, 4)], false).is_ok());
    }
}
