//! Who is where: five-tuples, as the ICE agent in Python has found them right.

use std::collections::HashMap;
use std::net::SocketAddr;

use crate::checks::{Credentials, Transaction};
use crate::error::{Malformed, Read};
use crate::ids::Table;

/// Which of our sockets, and the address on the other side.
pub type Path = (u8, SocketAddr);

#[derive(Default)]
pub struct Peer {
    pub credentials: Option<Credentials>,
    /// Nothing goes to a peer without.
    pub selected: Option<Path>,
    /// Its channels are open: messages may wait for Python's next tick.
    pub calm: bool,
    /// Its leg, once there is one; 0 = none.
    pub leg: u64,
    /// When something that isn't Python's came last: on any path, on the selected one.
    pub heard: Option<f64>,
    pub selected_heard: Option<f64>,
}

#[derive(Default)]
pub struct Peers {
    by_path: HashMap<Path, u64>,
    all: Table<Peer>,
}

impl Peers {
    pub fn learn(&mut self, peer: u64, path: Path) {
        self.by_path.insert(path, peer);
        self.all.entry(peer).or_default();
    }

    pub fn forget(&mut self, path: Path) {
        self.by_path.remove(&path);
    }

    pub fn remove(&mut self, peer: u64) {
        self.all.remove(&peer);
        self.by_path.retain(|_, known| *known != peer);
    }

    pub fn get(&self, peer: u64) -> Option<&Peer> {
        self.all.get(&peer)
    }

    pub fn entry(&mut self, peer: u64) -> &mut Peer {
        self.all.entry(peer).or_default()
    }

    /// How many five-tuples are known.
    pub fn paths(&self) -> usize {
        self.by_path.len()
    }

    /// Whose path this is, if anybody's.
    pub fn on(&self, path: &Path) -> Option<u64> {
        self.by_path.get(path).copied()
    }

    /// The transaction of a check from where the peer was already; the answer is appended.
    pub fn check(&mut self, number: u64, path: &Path, data: &[u8], out: &mut Vec<u8>) -> Read<Transaction> {
        let known = self.all.get(&number).filter(|peer| peer.selected.as_ref() == Some(path));
        let credentials = known.and_then(|peer| peer.credentials.as_ref()).ok_or(Malformed("not here"))?;
        let transaction = credentials.read(data)?;
        credentials.answer(out, &transaction, path.1);
        Ok(transaction)
    }

    /// Something came from a peer; its leg.
    pub fn heard(&mut self, peer: u64, path: &Path, now: f64) -> u64 {
        let Some(known) = self.all.get_mut(&peer) else { return 0 };
        known.heard = Some(now);
        if known.selected.as_ref() == Some(path) {
            known.selected_heard = Some(now);
        }
        known.leg
    }
}
