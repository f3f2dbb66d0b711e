"""One file from the hub into its part, through as many attempts as it takes. Knows nothing of folders."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx2

from engine.cancel import CancelToken
from engine.download.answers import Trouble
from engine.download.http import HubClient
from engine.download.meter import Meter
from engine.download.part import Part, is_etag
from engine.download.plan import DownloadPlan, Patience, PlannedFile, Stage, require_commit
from engine.download.settings import endpoint
from engine.download.stream import Head, open_stream
from engine.download.waiting import pause, wait_before
from engine.errors import DamagedModel, DownloadFailed, UnsafeModel
from engine.file_safety import OTHER_SOURCE, shown

_PROGRESS_BYTES = 1 << 20
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15}|\*)")
_LENGTH = re.compile(r"[0-9]{1,15}")
_ETAG_FORM = re.compile(r'(W/)?"?[0-9A-Za-z+=_:.-]{0,128}"?')
_LINKED_ETAG = re.compile(r'"?([0-9a-f]{40}|[0-9a-f]{64})"?')


@dataclass(frozen=True, slots=True)
class Transfer:
    """What all files of a download share. `authorization`: headers for the hub's own host."""

    plan: DownloadPlan
    client: HubClient
    authorization: dict[str, str]
    patience: Patience
    meter: Meter
    cancel: CancelToken

    def fetch(self, file: PlannedFile, part: Part) -> None:
        """Complete `part`, which is open, and give it its name.

        Raises:
            Cancelled: within a second; the part is kept.
            DamagedModel: twice in a row the content was not what the hub lists; the part is thrown away.
            DiskFull, DownloadFailed of every kind: the part is kept.
            UnsafeModel: a header of the answer holds what no hub sends.
        """
        failures = wrong = 0
        while True:
            before = part.size
            try:
                if not part.whole:
                    self.meter.stage(Stage.FETCHING, file.name)
                    self._attempt(file, part)
                if part.sound:
                    part.finish()
                    return
                wrong += 1
                self._restart(part)
                damaged = DamagedModel(
                    f"{file.name} arrived damaged and was thrown away.", "Try again, or another network."
                )
                raise Trouble(f"{file.name} arrived damaged", damaged)
            except Trouble as trouble:
                if trouble.restart:
                    self._restart(part)
                failures = 0 if part.size - before >= _PROGRESS_BYTES else failures + 1
                if failures >= self.patience.attempts or wrong >= 2:
                    raise trouble.error from trouble
                wait_s = wait_before(max(failures, 1), trouble, self.patience)
                self.meter.stage(Stage.WAITING, file.name, f"{trouble.reason}; trying again in {wait_s:.0f} s")
                pause(wait_s, self.cancel)

    def _attempt(self, file: PlannedFile, part: Part) -> None:
        headers = {"accept-encoding": "identity", **self.authorization}
        if part.size:
            headers["range"] = f"bytes={part.size}-"
            if part.etag is not None:
                headers["if-range"] = part.etag
        with open_stream(self.client, self._url(file), headers, self.cancel) as stream:
            self._begin(file, part, stream.head())
            for piece in stream.pieces():
                if part.size + len(piece) > file.size_bytes:
                    raise _contradiction(file, "sends more than it lists")
                if piece:
                    part.append(piece)
                self.meter.arrived(len(piece))
        if not part.whole:
            failed = DownloadFailed(f"{file.name} keeps ending early.", "Try again later; what has arrived is kept.")
            raise Trouble("the answer was cut short", failed)

    def _url(self, file: PlannedFile) -> str:
        return f"{endpoint()}/{self.plan.repository}/resolve/{self.plan.commit}/{file.name}"

    def _begin(self, file: PlannedFile, part: Part, head: Head) -> None:
        """Compare the answer's head with the plan and bring the part to where the answer begins."""
        for headers in (*head.redirects, head.headers):
            self._require_as_planned(file, headers)
        if head.headers.get("content-encoding", "identity") != "identity":
            raise _contradiction(file, "sends it compressed")
        etag = head.headers.get("etag")
        usable = etag if etag is not None and is_etag(etag) else None
        if head.status == 206:
            found = _CONTENT_RANGE.fullmatch(head.headers.get("content-range", ""))
            changed = part.etag is not None and usable is not None and part.etag != usable
            if found is None or int(found[1]) != part.size or found[2] not in ("*", str(file.size_bytes)) or changed:
                raise _contradiction(file, "has changed it")
            part.set_etag(usable or part.etag)
            return
        # The whole file: the first answer, or a server without ranges, or one whose file has changed.
        self._restart(part)
        length = head.headers.get("content-length")
        if length is not None and (_LENGTH.fullmatch(length) is None or int(length) != file.size_bytes):
            raise _contradiction(file, f"sends {shown(length)} bytes of it instead of {file.size_bytes}")
        part.set_etag(usable)

    def _require_as_planned(self, file: PlannedFile, headers: httpx2.Headers) -> None:
        """Raises UnsafeModel, or Trouble where the hub contradicts its own listing."""
        etag = headers.get("etag")
        if etag is not None and (_ETAG_FORM.fullmatch(etag) is None or ".." in etag):
            raise UnsafeModel(f"The ETag of {file.name} is {shown(etag)}, which is none.", OTHER_SOURCE)
        commit = headers.get("x-repo-commit")
        if commit is not None and require_commit(commit) != self.plan.commit:
            raise _contradiction(file, "sends another commit")
        linked = headers.get("x-linked-etag")
        if linked is not None:
            digest = _LINKED_ETAG.fullmatch(linked)
            if digest is None:
                raise UnsafeModel(f"The digest of {file.name} is {shown(linked)}, which is none.", OTHER_SOURCE)
            if digest[1] not in (file.sha256, file.git_sha1):
                raise _contradiction(file, "announces another content than it lists")
        size = headers.get("x-linked-size")
        if size is not None and size != str(file.size_bytes):
            raise _contradiction(file, f"announces {shown(size)} bytes instead of {file.size_bytes}")

    def _restart(self, part: Part) -> None:
        if part.size:
            self.meter.present(-part.size)
            part.restart()


def _contradiction(file: PlannedFile, what: str) -> Trouble:
    damaged = DamagedModel(f"The hub does not send the {file.name} that it lists: it {what}.", "Check HF_ENDPOINT.")
    return Trouble(f"the hub {what}", damaged, restart=True)
