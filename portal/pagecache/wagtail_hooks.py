from wagtail import hooks
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage

from portal.pagecache.collector import tag_of
from portal.pagecache.journal import touch


@hooks.register("after_bulk_action")
def touch_what_was_moved(request, action_type, objects, action):
    """Touch the files that were put into another collection together, of which no row is saved.

    The collection may be one that not everybody may see.
    """
    if action_type != "add_to_collection":
        return
    files = [obj for obj in objects if isinstance(obj, AbstractImage | AbstractDocument)]
    touch(*(tag_of(type(file), file.pk) for file in files), hard=True)
