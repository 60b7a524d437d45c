"""What can go wrong, as a tree. Every message says what, where, and what to do next.

AssistantError
├── HomeError              the folder cannot be a home
├── SettingsError          a setting has a value it cannot have
├── QuestionError          a question that cannot be asked
├── PromptError            a file in prompts/ or a lexicon that cannot be used
├── ReadingError           a seed that cannot become an article (a rebuild reports it and goes on)
├── ModelError             an embedding model that cannot be had
├── LanguageModelError     a language model that gave nothing that can be used
├── ConversationError      conversations that cannot be kept or read (and, of its kind:)
│   └── NoConversationError  a conversation or turn that this reader does not have
├── PortError              no port is free for the server
├── BusyError              more questions at once than are answered
├── LibraryError           an article that cannot be added or deleted
├── EvaluationError        an archive that cannot be evaluated, or a result that cannot be written
└── ArticleIndexError      (and, of its kind:)
    ├── NoIndexError       nothing has been built yet
    ├── IndexDamagedError  the index is not what was written
    ├── IndexBusyError     another rebuild is at work
    ├── RebuildCancelledError  somebody stopped the rebuild
    ├── ModelMismatchError the index was made by another model
    └── StorageError       the disk is full, read-only or failing
"""

from __future__ import annotations


class AssistantError(Exception):
    """Anything this package refuses to do; its text is one clear line for a person."""


class HomeError(AssistantError):
    """The folder is missing, or has no `seeds/`."""


class SettingsError(AssistantError):
    """A setting is unknown or has a value it cannot have; the text names the setting and where it was set."""


class QuestionError(AssistantError):
    """The question is empty, too long, or not text."""


class PromptError(AssistantError):
    """A file in `prompts/` or a lexicon is missing, malformed, or uses a variable that does not exist."""


class ReadingError(AssistantError):
    """A file in `seeds/` cannot be read as an article."""


class ModelError(AssistantError):
    """The embedding model is missing or cannot be loaded."""


class LanguageModelError(AssistantError):
    """The language model gave no answer that can be used; the text is one line of why.

    `reason` is the entry under `[why]` in `prompts/frames/` that tells it in any language, with `values` for its
    variables; where there is none, the text stands in.
    """

    def __init__(self, text: str, reason: str = "", **values: str | int) -> None:
        super().__init__(text)
        self.reason = reason
        self.values = values

    def again(self) -> LanguageModelError:
        """Returns an error that tells the same, to be raised another time."""
        return LanguageModelError(str(self), self.reason, **self.values)


class PortError(AssistantError):
    """The server found no free port, or the address is not this machine's."""


class BusyError(AssistantError):
    """More questions wait than a server takes; `retry_after` are the seconds after which it may be worth asking again.

    `yours` tells whether it is the asking client that has too many waiting.
    """

    def __init__(self, message: str, *, retry_after: int, yours: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.yours = yours


class ConversationError(AssistantError):
    """Conversations cannot be kept or read: the file is damaged, newer, locked, or the disk is full or read-only."""


class NoConversationError(ConversationError):
    """The reader has no such conversation or turn (any more)."""


class LibraryError(AssistantError):
    """An article cannot be added or deleted: no text, no room, a name that is none, or an address that gives none."""


class EvaluationError(AssistantError):
    """An archive cannot be evaluated, or its results cannot be written; the text names the file, and the line in it."""


class ArticleIndexError(AssistantError):
    """Something is wrong with what lies in `index/`."""


class NoIndexError(ArticleIndexError):
    """Nothing has been built yet."""


class IndexDamagedError(ArticleIndexError):
    """A row or file of the index fails its checksum, or SQLite cannot read it."""


class IndexBusyError(ArticleIndexError):
    """Another process is rebuilding this index."""


class RebuildCancelledError(ArticleIndexError):
    """Somebody stopped the rebuild; what it did so far is kept for the next one."""


class ModelMismatchError(ArticleIndexError):
    """The index was made by another embedding model than the settings name."""


class StorageError(ArticleIndexError):
    """The index cannot be written or read: disk full, no permission, an input/output error."""
