from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.blocks import LinkBlock, PictureBlock, PlainPictureBlock
from portal.pagecache import collector


class BannerValue(blocks.StructValue):
    """A banner that knows whether it is its time."""

    def is_shown_at(self, moment) -> bool:
        """Whether ``moment`` lies within the banner's time; open ends are always within."""
        begin, end = self.get("show_from"), self.get("show_until")
        return (begin is None or begin <= moment) and (end is None or moment < end)

    @property
    def phone_picture(self):
        """The upright picture for phones: its own, or the wide one to be cut."""
        return self.get("phone_image") or self["image"]


class BannerBlock(blocks.StructBlock):
    """A wide picture with words of its own, shown for a time.

    The words are text, never part of the picture. Phones get an upright picture: one of its own,
    or the wide one cut around its focal point, which is set in the library.
    """

    image = PictureBlock(
        uses=("banner", "banner-phone", "social"),
        help_text=_("At least 2400 pixels wide; set its focal point in the library."),
    )
    phone_image = PlainPictureBlock(
        label=_("Picture for phones"),
        required=False,
        uses=("banner-phone",),
        help_text=_("Upright; the wide picture is cut around its focal point when left empty."),
    )
    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=120, help_text=_("Large, on the picture.")
    )
    text = blocks.CharBlock(
        label=_("Text"), required=False, max_length=240, help_text=_("One sentence below it.")
    )
    link = LinkBlock(label=_("Link"), required=False)
    show_from = blocks.DateTimeBlock(
        label=_("Show from"), required=False, help_text=_("At once when left empty.")
    )
    show_until = blocks.DateTimeBlock(
        label=_("Show until"), required=False, help_text=_("Without end when left empty.")
    )

    class Meta:
        label = _("Banner")
        icon = "image"
        value_class = BannerValue
        template = "home/blocks/banner.html"
        preview_template = "home/blocks/previews/banner.html"
        description = _("A wide picture at the top of the home page.")
        label_format = "{title}"
        preview_value = {"title": "Chào mừng ngày thành lập", "text": "04/9/1964"}

    def clean(self, value):
        cleaned = super().clean(value)
        begin, end = cleaned.get("show_from"), cleaned.get("show_until")
        if begin and end and end <= begin:
            raise blocks.StructBlockValidationError(
                block_errors={
                    "show_until": ValidationError(_("The end must lie after the beginning."))
                }
            )
        return cleaned


def shown_now(banners) -> list:
    """Return the banner blocks whose time it is.

    One that ends is withdrawn, as a page that expires; one that has yet to begin may be late.
    """
    now = timezone.now()
    shown = [banner for banner in banners if banner.value.is_shown_at(now)]
    for banner in banners:
        begin = banner.value.get("show_from")
        if begin is not None and begin > now:
            collector.until(begin)
    for banner in shown:
        collector.until(banner.value.get("show_until"), hard=True)
    return shown
