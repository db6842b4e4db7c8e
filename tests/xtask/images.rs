//! [`Images`]: the firmware's images that the tests ask for.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::{
    firmware::{self, Board},
    log::Log,
    step::Step,
    tools::Cross,
};

/// The images of the emulated board that tests ask for: variable, features. Those of other boards are `LFSR_FIRMWARE_NAME`.
const EMULATED: [(&str, &[&str]); 3] =
    [("LFSR_FIRMWARE_PLAIN", &[]), ("LFSR_FIRMWARE_LOGS", &["defmt"]), ("LFSR_FIRMWARE_TABLES", &["tables"])];

/// The image of the emulated board with logs, which most tests take.
pub(crate) const LOGS: &str = "image-qemu-defmt";

/// The one with tables and logs.
pub(crate) const TABLES: &str = "image-qemu-tables-defmt";

/// One image.
struct Image {
    /// Of the step that builds it.
    id: String,
    /// In the list of boards.
    board: usize,
    features: &'static [&'static str],
    path: PathBuf,
    /// Why it cannot be built here, if it cannot.
    missing: Option<String>,
}

/// All images.
pub(crate) struct Images<'a> {
    root: &'a Path,
    boards: Vec<Board>,
    images: Vec<Image>,
}

impl<'a> Images<'a> {
    /// Without and with logs for each board, and with tables for that which has them only if it is told to.
    pub(crate) fn new(root: &'a Path, boards: Vec<Board>) -> Self {
        let mut images = vec![];
        for (at, board) in boards.iter().enumerate() {
            let more: &[&'static [&'static str]] =
                if board.name == "qemu" { &[&["tables"], &["tables", "defmt"]] } else { &[] };
            let missing =
                Cross::find(&board.target).is_none().then(|| format!("nothing here builds for {}", board.target));
            for &features in [[].as_slice(), &["defmt"]].iter().chain(more) {
                let id = ["image", &board.name].iter().chain(features).copied().collect::<Vec<_>>().join("-");
                let path = firmware::place(root, board, features);
                images.push(Image { id, board: at, features, path, missing: missing.clone() });
            }
        }
        Self { root, boards, images }
    }

    /// Builds each.
    pub(crate) fn steps(&self) -> Vec<Step<'a>> {
        let step = |image: &Image| {
            let (root, board, features) = (self.root, self.boards[image.board].clone(), image.features);
            let what = "the firmware's image for this board, with these features";
            Step::new(&image.id, 30, what, move |log, _| firmware::build(root, &board, features, log).map(drop))
                .in_folder("images")
                .unless(image.missing.clone())
        };
        self.images.iter().map(step).collect()
    }

    /// Builds all, here and now.
    pub(crate) fn build(&self, log: &Log) -> Result<(), String> {
        self.images
            .iter()
            .try_for_each(|image| firmware::build(self.root, &self.boards[image.board], image.features, log).map(drop))
    }

    /// The steps that build those of a board, or of all.
    pub(crate) fn of(&self, board: Option<&str>) -> Vec<String> {
        let is_meant = |image: &&Image| board.is_none_or(|name| self.boards[image.board].name == name);
        self.images.iter().filter(is_meant).map(|image| image.id.clone()).collect()
    }

    /// The variables by which tests know the images that can be built here; `own` is the step of the one that the program takes by itself.
    pub(crate) fn variables(&self, own: &str) -> Vec<(String, OsString)> {
        let here = self.images.iter().filter(|image| image.missing.is_none());
        let mut variables = vec![("LFSR_FIRMWARE_BOARDS".to_owned(), self.names().into())];
        for image in here {
            if image.id == own {
                variables.push(("LFSR_FIRMWARE_IMAGE".into(), image.path.clone().into()));
            }
            if let Some(variable) = variable(&self.boards[image.board].name, image.features) {
                variables.push((variable, image.path.clone().into()));
            }
        }
        variables
    }

    /// Of the boards, separated by commas.
    fn names(&self) -> String {
        self.boards.iter().map(|board| &*board.name).collect::<Vec<_>>().join(",")
    }
}

/// What the tests know the image of a board with these features by.
fn variable(board: &str, more: &[&str]) -> Option<String> {
    let emulated = EMULATED.iter().find(|(_, features)| *features == more).map(|(name, _)| (*name).to_owned());
    if board == "qemu" { emulated } else { more.is_empty().then(|| format!("LFSR_FIRMWARE_{}", board.to_uppercase())) }
}
