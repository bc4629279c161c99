//! Random trees of joins: the same value and the same visits, whoever takes what.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use fib_lab::scheduler::{Context, Task, fork, join, join_with};

/// A tree that its seed and its size describe.
#[derive(Clone, Copy)]
pub struct Tree {
    seed: u64,
    size: u32,
}

impl Tree {
    pub fn random(seed: u64, most: u32) -> Tree {
        let seed = mixed(seed);
        Tree { seed, size: (seed >> 32) as u32 % most + 1 }
    }

    /// Three parts of all nodes but the root, of very different sizes; some are empty.
    fn parts(self) -> [Tree; 3] {
        let rest = self.size - 1;
        let first = (mixed(self.seed ^ 1) % u64::from(rest + 1)) as u32;
        let second = (mixed(self.seed ^ 2) % u64::from(rest - first + 1)) as u32;
        let sizes = [first, second, rest - first - second];
        [0, 1, 2].map(|at| Tree { seed: mixed(self.seed ^ (at + 3)), size: sizes[at as usize] })
    }

    /// What the root itself is worth; it takes a random while.
    fn own(self, visited: &AtomicU64) -> u64 {
        let mut own = self.seed;
        for _ in 0..self.seed % 64 {
            own = mixed(own);
        }
        visited.fetch_add(own, Relaxed);
        own
    }

    /// The value, and the sum over all nodes in `visited`, without any join.
    pub fn serial(self, visited: &AtomicU64) -> u64 {
        if self.size == 0 {
            return 1;
        }
        let own = self.own(visited);
        let [a, b, c] = self.parts().map(|part| part.serial(visited));
        worth(own, a, b, c)
    }

    /// The same with joins of every kind, chosen by the seed.
    pub fn joined(self, mut context: Context<'_>, visited: &AtomicU64) -> u64 {
        if self.size == 0 {
            return 1;
        }
        let own = self.own(visited);
        let [a, b, c] = self.parts();
        let run = |tree: Tree| move |context: Context<'_>| tree.joined(context, visited);
        match self.seed % 6 {
            // One in the other, the inner one second.
            0 => join_with(
                context,
                run(a),
                move |context: Context<'_>| join_with(context, run(b), run(c), |b, c| (b, c)),
                move |a, (b, c)| worth(own, a, b, c),
            ),
            // Two in a body.
            1 => {
                let (a, b) = join(context.again(), run(a), run(b));
                let (c, ()) = join(context, run(c), |_| ());
                worth(own, a, b, c)
            }
            // Large closures and large results.
            2 => {
                let ballast = [own; 60];
                let large = move |context: Context<'_>| {
                    let b = b.joined(context, visited);
                    ballast.map(|each| each ^ b)
                };
                let a_and_c =
                    move |context: Context<'_>| join_with(context, run(c), run(a), |c, a| (a, c));
                let ((a, c), large) = join(context, a_and_c, large);
                assert!(large.iter().all(|each| *each == large[0]));
                worth(own, a, large[59] ^ own, c)
            }
            // By reference, and with something to be dropped.
            3 => {
                let (kept, boxed) = ([a, b, c], Box::new(own));
                let mut found = [0; 3];
                let [x, y, z] = &mut found;
                let ((), ()) = join(
                    context,
                    |context| *x = kept[0].joined(context, visited),
                    |mut context| {
                        *y = kept[1].joined(context.again(), visited);
                        *z = kept[2].joined(context, visited) ^ *boxed;
                    },
                );
                worth(own, found[0], found[1], found[2] ^ own)
            }
            // A task of its own type, the small part first.
            4 => {
                let task = Labelled { tree: b, visited };
                let (a, b) = fork(context.again(), run(a), task, |a, b| (a, b));
                worth(own, a, b, c.joined(context, visited))
            }
            // Results that are dropped elsewhere than where they were made.
            _ => {
                let made = move |tree: Tree| {
                    move |context: Context<'_>| vec![tree.joined(context, visited); 3]
                };
                let (a, b) = join(context.again(), made(a), made(b));
                worth(own, a[2], b[1], c.joined(context, visited))
            }
        }
    }
}

struct Labelled<'v> {
    tree: Tree,
    visited: &'v AtomicU64,
}

impl Task for Labelled<'_> {
    type Output = u64;

    fn run(self, context: Context<'_>) -> u64 {
        self.tree.joined(context, self.visited)
    }

    fn label(&self) -> u32 {
        self.tree.size
    }
}

/// The order of the parts counts.
fn worth(own: u64, a: u64, b: u64, c: u64) -> u64 {
    mixed(own ^ mixed(a ^ mixed(b ^ mixed(c))))
}

/// A number that looks random (splitmix64).
pub fn mixed(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
