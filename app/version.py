"""The one place that knows which version of Ponder this is, and under which name it is distributed.

pyproject.toml, the installers and the metadata of the packages take the version from here, without running it: it
stays a plain text in one line. packaging/CHANGELOG.md says what changed with it.
"""

VERSION = "0.1.0"
DISTRIBUTION = "ponder-chat"
