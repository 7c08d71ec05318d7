"""What can go wrong with plans and with the library.

KnowledgeError            every error of this package; one line for the person at the terminal
├── UnreadableFile        the file cannot be read: no text, damaged, encrypted
│   ├── MissingFile       there is no such file
│   └── EmptyFile         the file holds nothing
├── NoPlansFound          a folder holds no file that can be a plan
├── BadPlansToml          plans.toml cannot be parsed or holds a wrong value
├── UnknownPlan           no published plan has this id or file name
├── AmbiguousPlan         several published plans share this file name
├── UnknownVersion        a plan has no such version
├── WiderAudience         more people may see an older version than the newest
├── LibraryBusy           another process owns data/
├── DamagedLibrary        data/ is not ours, is from a newer version, or is corrupt
├── StorageUnavailable    the disk, the database or the vector server cannot be used now
└── EmbeddingUnavailable  the embedding endpoint cannot be reached or refuses
"""


class KnowledgeError(Exception):
    """An error whose text tells the person what to do; `exit_status` is what a command ends
    with.
    """

    exit_status = 1


class UnreadableFile(KnowledgeError):
    """The file cannot be read: its bytes are no text, damaged or encrypted."""

    exit_status = 14


class MissingFile(UnreadableFile):
    """There is no such file."""

    exit_status = 3


class EmptyFile(UnreadableFile):
    """The file holds nothing."""

    exit_status = 13


class NoPlansFound(KnowledgeError):
    """A folder holds no file that can be a plan."""

    exit_status = 4


class BadPlansToml(KnowledgeError):
    """plans.toml cannot be parsed, or a value in it is not what it should be."""

    exit_status = 5


class UnknownPlan(KnowledgeError):
    """No published plan has this id or file name."""

    exit_status = 6


class AmbiguousPlan(KnowledgeError):
    """Several published plans answer to this name; only an id decides."""

    exit_status = 6


class LibraryBusy(KnowledgeError):
    """Another process owns `data/`; nothing was changed."""

    exit_status = 7


class DamagedLibrary(KnowledgeError):
    """`data/` was not made by this program, comes from a newer version, or is corrupt."""

    exit_status = 8


class StorageUnavailable(KnowledgeError):
    """The disk, the database or the vector server cannot be used now; nothing was changed."""

    exit_status = 17


class UnknownVersion(KnowledgeError):
    """The plan has no version of this number."""

    exit_status = 6


class WiderAudience(KnowledgeError):
    """An older version may be seen by more people than the newest: nobody said that they should."""

    exit_status = 20


class EmbeddingUnavailable(KnowledgeError):
    """The embedding endpoint cannot be reached or refuses; nothing was changed."""

    exit_status = 12
