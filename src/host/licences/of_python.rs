//! What Pyodide's files hold. The package has no list of it, so it stands here.

use super::part::Part;
use crate::host::npm_tools::PYODIDE;

const MPL: &str = include_str!("MPL-2.0.txt");
const PSF: &str = include_str!("PSF-2.0.txt");
const MIT: &str = include_str!("MIT.txt");
const ZLIB: &str = include_str!("zlib.txt");
const BZIP2: &str = include_str!("bzip2.txt");
const BSD: &str = include_str!("BSD-2-Clause.txt");

/// Who holds the copyright, and the terms: name, licence, holders, terms.
const LIBRARIES: [(&str, &str, &str, &str); 11] = [
    ("zlib", "Zlib", "", ZLIB),
    ("bzip2", "bzip2-1.0.6", "", BZIP2),
    ("XZ Utils, liblzma", "public domain, later versions 0BSD", "", ""),
    ("SQLite", "public domain", "", ""),
    (
        "Expat",
        "MIT",
        "Copyright (c) 1998-2000 Thai Open Source Software Center Ltd and Clark Cooper\n\
         Copyright (c) 2001-2017 Expat maintainers",
        MIT,
    ),
    ("libffi", "MIT", "Copyright (c) 1996-2022 Anthony Green, Red Hat, Inc and others", MIT),
    ("libmpdec", "BSD-2-Clause", "Copyright (c) 2008-2020 Stefan Krah. All rights reserved.", BSD),
    (
        "HACL*",
        "MIT",
        "Copyright (c) 2016-2022 INRIA, CMU and Microsoft Corporation\n\
         Copyright (c) 2022-2023 HACL* Contributors",
        MIT,
    ),
    ("Emscripten", "MIT", "Copyright (c) 2010-2014 Emscripten authors", MIT),
    ("musl", "MIT", "Copyright (c) 2005-2020 Rich Felker, et al.", MIT),
    ("mimalloc", "MIT", "Copyright (c) 2018-2025 Microsoft Corporation, Daan Leijen", MIT),
];

/// Pyodide, CPython, and the libraries in them.
pub fn parts() -> Vec<Part> {
    let part = |name: &str, version: &str, licence: &str, text: String| Part {
        name: name.to_owned(),
        version: version.to_owned(),
        licence: licence.to_owned(),
        texts: if text.is_empty() { Vec::new() } else { vec![text] },
    };
    let mut parts = vec![
        part("Pyodide", PYODIDE.version, "MPL-2.0", MPL.to_owned()),
        part("CPython", "3.14.2", "PSF-2.0", PSF.to_owned()),
    ];
    for (name, licence, holders, terms) in LIBRARIES {
        let text =
            if holders.is_empty() { terms.to_owned() } else { format!("{holders}\n\n{terms}") };
        parts.push(part(name, "", licence, text));
    }
    parts
}
