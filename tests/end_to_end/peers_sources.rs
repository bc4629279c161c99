//! Where the tests of others come from: fetched once, into the cache where the tools lie, by
//! version and checksum. Nothing of them is kept in this project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use fib_lab::host::{cache, process};
use sha2::{Digest, Sha256};

/// An archive with tests in it.
pub struct Source {
    /// What it is called, and in which version it is fetched.
    pub name: &'static str,
    version: &'static str,
    /// How it is fetched.
    from: From,
    sha256: &'static str,
    /// Which files of it go where in the page: those that begin with the first, with the second
    /// in its place. What stands in a folder below is left out.
    files: &'static [(&'static str, &'static str)],
}

enum From {
    /// A source package of PyPI, by the place that the index names.
    PyPi(&'static str),
    /// A package of Debian, by apt-get.
    Debian,
}

/// CPython 3.14's tests of multiprocessing, in the package that makes its variant of them.
pub const MULTIPROCESS: Source = Source {
    name: "multiprocess",
    version: "0.70.19",
    from: From::PyPi("a2/f2/e783ac7f2aeeed14e9e12801f22529cc7e6b7ab80928d6dcce4e9f00922d"),
    sha256: "952021e0e6c55a4a9fe4cd787895b86e239a40e76802a789d6305398d3975897",
    files: &[
        ("py3.14/multiprocess/tests/__init__.py", "test/multiprocess.py"),
        ("py3.14/multiprocess/tests/mp_", "test/mp_"),
    ],
};

/// CPython 3.14.0's tests of subprocess, threading and queue, which gevent runs as well.
pub const GEVENT: Source = Source {
    name: "gevent",
    version: "26.9.0",
    from: From::PyPi("2b/ac/dd3137ae695aef399373088c84c66398f3eac597fba542f0a22280bc21d6"),
    sha256: "4dd4703d71737a456c1c9df5cd43a82934e5b10c87549caa02495f487d1ef0b1",
    files: &[
        ("src/greentest/3.14/test_subprocess.py", "test/test_subprocess.py"),
        ("src/greentest/3.14/test_thread", "test/test_thread"),
        ("src/greentest/3.14/test_queue.py", "test/test_queue.py"),
    ],
};

/// The tutorial of mpi4py, and its tests of what sends Python objects.
pub const MPI4PY: Source = Source {
    name: "mpi4py",
    version: "4.1.2",
    from: From::PyPi("75/83/231445bbcf7ef10864746c244ff2d82000011449b79275642c5d4ed8c8f4"),
    sha256: "56860286dc45f20e8821e93cb06669e30462348bf866f685553fa4b712d58d02",
    files: &[
        ("docs/source/tutorial.rst", "mpi/tutorial.rst"),
        ("test/test_cco_obj.py", "mpi/test_cco_obj.py"),
        ("test/test_p2p_obj.py", "mpi/test_p2p_obj.py"),
        ("test/mpiunittest.py", "mpi/mpiunittest.py"),
        ("test/mpitestutil.py", "mpi/mpitestutil.py"),
    ],
};

/// CPython 3.11's tests of locks and of concurrent.futures: those of 3.14 are in no registry.
pub const DEBIAN: Source = Source {
    name: "libpython3.11-testsuite",
    version: "3.11.2-6+deb12u7",
    from: From::Debian,
    sha256: "106e62d0db70646a403f04b2450b9c18c06b4c66fac0d79d235fd1cb5f4344b2",
    files: &[
        ("usr/lib/python3.11/test/lock_tests.py", "test/lock_tests.py"),
        ("usr/lib/python3.11/test/test_concurrent_futures.py", "test/test_concurrent_futures.py"),
    ],
};

impl Source {
    /// Its files, by where they lie in the page.
    ///
    /// # Errors
    /// If it cannot be fetched, or is not what was pinned.
    pub fn files(&self) -> Result<BTreeMap<String, String>> {
        let folder = self.ensure().with_context(|| {
            format!("the tests in {} {} could not be had", self.name, self.version)
        })?;
        let mut files = BTreeMap::new();
        for (begins, place) in self.files {
            let (parent, begins) = begins.rsplit_once('/').context("a file in no folder")?;
            let there = fs::read_dir(folder.join(parent)).with_context(|| parent.to_owned())?;
            let before = files.len();
            for entry in there {
                let path = entry?.path();
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let text = name.ends_with(".py") || name.ends_with(".rst");
                if let Some(rest) = name.strip_prefix(begins).filter(|_| text && path.is_file()) {
                    files.insert(format!("{place}{rest}"), fs::read_to_string(&path)?);
                }
            }
            ensure!(files.len() > before, "{} has no {parent}/{begins}", self.name);
        }
        Ok(files)
    }

    /// The folder with what it holds; fetched unless it is there.
    fn ensure(&self) -> Result<PathBuf> {
        let folder = cache()?.join("tools").join(format!(
            "{}-{}-{}",
            self.name,
            self.version,
            &self.sha256[..8]
        ));
        if !folder.is_dir() {
            let partial = folder.with_extension("partial");
            if partial.exists() {
                fs::remove_dir_all(&partial)?;
            }
            fs::create_dir_all(&partial)?;
            let archive = self.fetch(&partial)?;
            let found = format!("{:x}", Sha256::digest(fs::read(&archive)?));
            ensure!(
                found == self.sha256,
                "its checksum is {found}, and {} was pinned",
                self.sha256
            );
            self.unpack(&archive, &partial)?;
            // Half of it would look like all of it: only a whole one gets the name.
            fs::rename(&partial, &folder)?;
        }
        Ok(match self.from {
            From::PyPi(_) => folder.join(format!("{}-{}", self.name, self.version)),
            From::Debian => folder,
        })
    }

    fn fetch(&self, folder: &Path) -> Result<PathBuf> {
        match self.from {
            From::PyPi(place) => {
                let name = format!("{}-{}.tar.gz", self.name, self.version);
                let file = folder.join(&name);
                let address = format!("https://files.pythonhosted.org/packages/{place}/{name}");
                let mut curl = Command::new("curl");
                curl.args(["-fsSL", "--retry", "2", "-o"]).arg(&file).arg(address);
                process::read(&mut curl)?;
                Ok(file)
            }
            From::Debian => {
                let mut apt = Command::new("apt-get");
                apt.current_dir(folder).args(["-q", "download"]);
                process::read(apt.arg(format!("{}={}", self.name, self.version)))?;
                Ok(folder.join(format!("{}_{}_all.deb", self.name, self.version)))
            }
        }
    }

    fn unpack(&self, archive: &Path, folder: &Path) -> Result<()> {
        let mut unpack = match self.from {
            From::PyPi(_) => {
                let mut tar = Command::new("tar");
                tar.arg("-xzf").arg(archive).arg("-C").arg(folder);
                tar
            }
            From::Debian => {
                let mut dpkg = Command::new("dpkg-deb");
                dpkg.arg("-x").arg(archive).arg(folder);
                dpkg
            }
        };
        process::read(&mut unpack)?;
        Ok(fs::remove_file(archive)?)
    }
}
