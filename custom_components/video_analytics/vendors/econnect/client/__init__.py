"""The API of eConnect Identities: one method for each documented endpoint, by resource.

Source: https://docs.econnectcloud.com/docs/dev-guides/identities/ and its pages, which the methods name. Every method
raises the errors of `vendors.errors`; `NotPermitted` names the permission that is missing. What nobody waits for takes
its turn in the budget; `urgent` is for what a person waits for.
"""

from yarl import URL

from ...http import Http
from ..tokens import EconnectTokens
from .detections import DetectionsApi
from .faces import FaceEdgeApi, FacesApi
from .files import FilesApi
from .people import PeopleApi
from .tags import TagsApi


class EconnectClient:
    """A server as one user sees it."""

    def __init__(self, http: Http, base: URL, tokens: EconnectTokens) -> None:
        """Bind the server at `base` to a user."""
        api = http.at(base, {}, tokens=tokens)
        self.tokens = tokens
        self.people = PeopleApi(api)
        self.detections = DetectionsApi(api)
        self.tags = TagsApi(api)
        self.faces = FacesApi(api)
        self.face_edge = FaceEdgeApi(api)
        self.files = FilesApi(api)
