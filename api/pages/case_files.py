"""The files of a case on its page, for the citizen and for the staff: to be saved, and to be looked at (ATT-1)."""

from fastapi import APIRouter

from api.attachments import read_file, read_preview


def serve_files(router: APIRouter) -> None:
    """The routes of the API that give a file and its preview, under the pages of this router."""
    router.get("/{number}/files/{file_id}")(read_file)
    router.get("/{number}/files/{file_id}/preview")(read_preview)
