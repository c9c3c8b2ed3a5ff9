"""Noting which requests reach Django."""

import os


class NoteRequests:
    """Middleware: append the path of every request to the file that BENCH_REQUESTS names."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.file = os.open(os.environ["BENCH_REQUESTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def __call__(self, request):
        # One short write to a file opened for appending: processes do not mix their lines.
        os.write(self.file, f"{request.get_full_path()}\n".encode())
        return self.get_response(request)
