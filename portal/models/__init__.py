from .base import BasePage
from .fields import StreamField
from .identity import FormerName, Identity
from .media import PortalDocument, PortalImage, PortalRendition
from .signing import SigningBody
from .user import User

__all__ = [
    "BasePage",
    "FormerName",
    "Identity",
    "PortalDocument",
    "PortalImage",
    "PortalRendition",
    "SigningBody",
    "StreamField",
    "User",
]
