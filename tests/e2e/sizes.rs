//! Screens of every size: nothing panics, every box closes, and wide characters push no border.

use crate::session::{Home, Session, cells};

const SIZES: [(u16, u16); 5] = [(40, 10), (60, 20), (84, 24), (120, 34), (200, 50)];

/// The far corner of the box that begins here, if its four sides are whole. Titles may interrupt the upper side.
fn far_corner(cells: &[Vec<String>], (row, column): (usize, usize)) -> Result<(usize, usize), String> {
    let at = |row: usize, column: usize| cells.get(row).and_then(|cells| cells.get(column)).map_or("", String::as_str);
    let right = (column + 1..cells[row].len()).find(|column| at(row, *column) == "┐");
    let right = right.ok_or_else(|| format!("row {row}: no right corner for column {column}"))?;
    let mut below = row + 1;
    while at(below, column) == "│" {
        if at(below, right) != "│" {
            return Err(format!("row {below}: {:?} stands where column {right} has its border", at(below, right)));
        }
        below += 1;
    }
    if (at(below, column), at(below, right)) != ("└", "┘") {
        return Err(format!("row {below}: the box of row {row}, column {column} does not close"));
    }
    match (column + 1..right).find(|column| at(below, *column) != "─") {
        None => Ok((below, right)),
        Some(column) => Err(format!("row {below}: a hole at column {column}")),
    }
}

/// How many boxes there are, if each is whole. With `titled` only the box of that title, for what lies over others.
fn boxes(cells: &[Vec<String>], titled: Option<&str>) -> Result<usize, String> {
    let mut count = 0;
    for (row, line) in cells.iter().enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, cell)| *cell == "┌") {
            let text: String = line[column..].concat();
            if titled.is_none_or(|title| text.starts_with(&format!("┌ {title}"))) {
                far_corner(cells, (row, column))?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// Waits for a frame of so many boxes, all whole.
#[track_caller]
fn see_boxes(session: &Session, titled: Option<&str>, count: usize) {
    session.see_screen(&format!("{count} whole boxes"), |screen| boxes(&cells(screen), titled) == Ok(count));
}

fn panes((columns, _): (u16, u16)) -> usize {
    if columns >= 120 { 3 } else { 1 + usize::from(columns >= 84) }
}

/// Waits for the panes to fill the screen to the last column.
#[track_caller]
fn see_panes(session: &Session, size: (u16, u16)) {
    session.see_screen("the panes fill the screen", |screen| {
        let lines: Vec<_> = screen.rows(0, size.0).collect();
        let upper = lines.get(2).is_some_and(|line| line.starts_with('┌') && line.ends_with('┐'));
        let lower = lines.get(usize::from(size.1) - 3).is_some_and(|line| line.starts_with('└') && line.ends_with('┘'));
        upper && lower && boxes(&cells(screen), None) == Ok(panes(size))
    });
}

#[test]
fn every_box_closes_on_every_size() {
    let home = Home::new();
    for size in SIZES {
        let mut session = Session::run(&home, size, &["demo"]);
        see_panes(&session, size);
        session.send("G");
        session.see_that("the last lead is marked", |screen| {
            screen.lines().any(|line| line.contains("│▌") && line.contains("aged out"))
        });
        see_panes(&session, size);
        session.send("gl");
        session.see(" #");
        see_panes(&session, size);
        session.send("f");
        session.see("Call to action");
        see_panes(&session, size);
        session.send("f");
        session.quit();
    }
}

#[test]
fn wide_and_accented_names_push_no_border() {
    let home = Home::new();
    for size in [(60, 20), (84, 24), (120, 34), (200, 50)] {
        for name in ["田中", "Zoë"] {
            let mut session = Session::run(&home, size, &["demo"]);
            see_panes(&session, size);
            session.send("/");
            session.see("found");
            session.paste(name);
            session.see_that("the lead is found", |screen| {
                screen.contains("  1 found") && screen.lines().any(|line| line.starts_with('│') && line.contains(name))
            });
            see_panes(&session, size);
            session.send("\r\r");
            session.see(" #");
            see_panes(&session, size);
            session.send("\x03");
            assert_eq!(session.status(), 0);
        }
    }
}

#[test]
fn what_lies_over_the_panes_closes_its_box_too() {
    let home = Home::new();
    let keys = [
        ("?", "Commands and help"),
        ("d", "Decline"),
        ("a", "Accept"),
        ("x", "Export"),
        ("i", "Import"),
        ("s", "Order"),
        ("y", "Copy"),
    ];
    for size in SIZES {
        let mut session = Session::run(&home, size, &["demo"]);
        see_panes(&session, size);
        for (key, title) in keys {
            session.send(key);
            session.see(&format!("┌ {title}"));
            see_boxes(&session, Some(title), 1);
            session.send("\x1b");
            session.see_no(&format!("┌ {title}"));
            see_panes(&session, size);
        }
        session.quit();
    }
}

#[test]
fn a_screen_too_small_says_so_takes_no_key_and_comes_back() {
    let home = Home::new();
    for size in [(39, 9), (39, 30), (100, 9)] {
        let mut session = Session::run(&home, size, &["demo"]);
        session.see("leadbox needs 40x10. q quits.");
        session.send("*d");
        session.resize(84, 24);
        see_panes(&session, (84, 24));
        session.resize(120, 34);
        session.see("3 Favorites 5");
        session.resize(1, 1);
        session.see_that("one cell is left", |screen| screen.trim().chars().count() <= 1);
        session.resize(60, 20);
        see_panes(&session, (60, 20));
        session.quit();
        session.check_restored();
    }
}

#[test]
fn a_resize_draws_every_cell_again() {
    let home = Home::new();
    let mut session = Session::run(&home, (84, 24), &["demo"]);
    for size in [(84, 24), (120, 34), (60, 20), (200, 50), (40, 10), (84, 24)] {
        session.resize(size.0, size.1);
        see_panes(&session, size);
    }
    session.quit();
}
