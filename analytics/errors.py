"""What went wrong with the data or the request, in one sentence a clerk understands."""


class RequestError(Exception):
    """The data or the request is at fault.

    The message is one sentence that names the file, row, column or option and says what to do. Pages show it
    as a note, the command line prints it and ends with status 1. Anything else that is raised is a defect.
    `field` names the part of a request (a measure's parameter, an upload) that a page shows it beside.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
