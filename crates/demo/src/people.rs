//! Everyone of the demonstration, with the one passphrase that they share.

use crate::Organisations;
use domain::access::Post;
use domain::testing::line;
use domain::{AccountId, Author, OrganisationId, organisation};
pub use service::demonstration::{MadeUp, PASSPHRASE, SECOND_FACTOR};
use service::limit::Place;
use service::secrets::{self, Hashing};
use service::{App, Error};

macro_rules! people {
    ($($key:ident $name:literal $email:literal $line:literal [$($organisation:ident $post:ident),*] $($works:literal)?)*) => {
        /// The accounts of everyone.
        #[derive(Clone, Copy, Debug)]
        pub struct People { $(pub $key: AccountId),* }

        impl People {
            /// Everyone: account, name, email address and who they are in one line.
            #[must_use]
            pub fn all(&self) -> Vec<(AccountId, &'static str, &'static str, &'static str)> {
                vec![$((self.$key, $name, $email, $line)),*]
            }
        }

        /// For the "sign in as" page and the table that the demonstration prints.
        pub const EVERYONE: &[MadeUp] = &[$(MadeUp { name: $name, email: $email, line: $line }),*];

        /// Opens an account for everyone and gives them their posts.
        pub(super) async fn open_accounts(app: &App, organisations: Organisations) -> Result<People, Error> {
            Ok(People { $(
                $key: open(
                    app, $name, $email,
                    &[$((organisations.$organisation, Post::$post)),*],
                    !<[&str]>::is_empty(&[$($works)?]),
                ).await?,
            )* })
        }
    };
}

people! {
    alice "Alice Hale" "alice@mail.example" "Has a brain injury, says yes with one blink and no with two" []
    husband "Martin Hale" "martin@mail.example" "Alice's husband, speaks for her" []
    coordinator "Jo Field" "jo@mendipvale.example" "Care co-ordinator" [nhs Practitioner]
    nurse "Priya Nair" "priya@mendipvale.example" "Community nurse, closest to Alice, agrees plans" [nhs Practitioner]
    broker "Sam Okoro" "sam@planittogether.example" "Independent broker, helps to write plans" [] "by places in cases"
    third_party "Tess Moore" "tess@valesupported.example" "Vale Supported Lives, holds money for people" [third_party ThirdParty]
    council_worker "Colin Reed" "colin@mendipcouncil.example" "Council social worker" [council Practitioner]
    commissioner "Carys Bevan" "carys@mendipvale.example" "Commissioner, decides above the limit and answers appeals" [nhs Commissioner]
    finance1 "Farid Khan" "farid@mendipvale.example" "Finance, releases payments" [nhs Finance]
    finance2 "Fay Turner" "fay@mendipvale.example" "Finance, confirms payments another released" [nhs Finance]
    david "David Lowe" "david@mail.example" "Has a budget that the NHS looks after for him" []
    dee "Dee Lowe" "dee@mail.example" "David's wife and carer" []
    tim "Tim Ashby" "tim@mail.example" "Brought a list of questions, wants to be emailed only" []
    framework_owner "Olu Adeyemi" "olu@mendipvale.example" "Owns the local framework: limits, questions, method" [nhs FrameworkOwner]
    admin "Anna Price" "anna@mendipvale.example" "Administrator of people and organisations" [nhs Administrator]
    admin2 "Bilal Ahmed" "bilal@mendipvale.example" "The second administrator: every post takes two" [nhs Administrator]
    auditor "Uma Shah" "uma@mendipvale.example" "Auditor, reads everything and changes nothing" [nhs Auditor]
    stranger "Norman Stray" "norman@mail.example" "Has an account and no place anywhere" []
}

async fn open(
    app: &App,
    name: &'static str,
    email: &'static str,
    posts: &[(OrganisationId, Post)],
    works_in_cases: bool,
) -> Result<AccountId, Error> {
    let id = AccountId(app.id());
    let hash = secrets::hash(&mut Place::of_its_own(), PASSPHRASE, Hashing::Light);
    let has_second_factor = works_in_cases || posts.iter().any(|(_, post)| post.needs_second_factor());
    app.put_account(id, line(name), email.parse().expect("the address is one")).await?;
    app.put_sign_in(id, hash, has_second_factor.then(|| SECOND_FACTOR.to_vec())).await?;
    for (organisation, post) in posts {
        let event = organisation::Event::PostGiven { account: id, post: *post };
        app.record_organisation(Author::System, *organisation, vec![event]).await?;
    }
    Ok(id)
}

/// Whose an account is, where it is of somebody made up.
pub(crate) fn named(people: &People, account: AccountId) -> Option<MadeUp> {
    let mut all = people.all().into_iter();
    all.find(|(id, ..)| *id == account).map(|(_, name, email, line)| MadeUp { name, email, line })
}
