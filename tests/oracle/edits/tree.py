"""Edits of the tree: what is public, at which address, in which order, for whom."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from home.models import HistoryPage, HomePage, InfoPage
from news.models import NewsIndexPage, NewsPage
from tests.oracle.edits.asking import articles, below_homes, by_model, expendable, pages
from tests.oracle.site import publish

FEWEST_ARTICLES = 8


@by_model
def unpublish(world, pick):
    page = pick.one(expendable().filter(live=True))
    if page is None or articles().filter(live=True).count() < FEWEST_ARTICLES:
        return None
    page.specific.unpublish()
    return f"page {page.pk} unpublished"


@by_model
def publish_again(world, pick):
    page = pick.one(below_homes().filter(live=False).exclude(latest_revision=None))
    if page is None:
        return None
    page.specific.latest_revision.publish()
    return f"page {page.pk} published again"


@by_model
def publish_latest(world, pick):
    page = pick.one(pages().exclude(latest_revision=None).filter(has_unpublished_changes=True))
    if page is None:
        return None
    page.specific.latest_revision.publish()
    return f"draft of page {page.pk} published"


@by_model
def delete_page(world, pick):
    page = pick.one(expendable())
    if page is None or articles().count() < FEWEST_ARTICLES:
        return None
    page.specific.delete()
    return f"page {page.pk} deleted"


def away_and_back(world, pick):
    page = pick.one(Page.objects.type((HomePage, NewsIndexPage)).filter(live=True).order_by("pk"))
    if page is None:
        return
    page.specific.unpublish()
    yield f"page {page.pk} unpublished"
    for back in Page.objects.type((HomePage, NewsIndexPage)).filter(live=False).specific():
        with suppress(ValidationError):
            publish(back)
    yield f"page {page.pk} published again"


@by_model
def change_slug(world, pick):
    page = pick.one(pages())
    if page is None:
        return None
    page = page.specific
    page.slug = f"dia-chi-{pick.number(1, 10**9)}"
    if page.live:
        publish(page)
    else:
        page.save()
    return f"page {page.pk} at {page.slug}"


@by_model
def move_page(world, pick):
    page = pick.one(InfoPage.objects.order_by("pk"))
    if page is None:
        return None
    page = page.specific
    parents = Page.objects.type((HomePage, InfoPage)).filter(locale_id=page.locale_id, depth__lt=5)
    parents = parents.exclude(path__startswith=page.path).exclude(path=page.path[: -page.steplen])
    parent = pick.one(parents.order_by("pk"))
    if parent is None or parent.get_children().filter(slug=page.slug).exists():
        return None
    page.move(parent, pos=pick.one(["first-child", "last-child"]))
    return f"page {page.pk} moved below {parent.pk}"


@by_model
def reorder(world, pick):
    page = pick.one(below_homes())
    sibling = pick.one(page.get_siblings(inclusive=False)) if page else None
    if sibling is None:
        return None
    page.specific.move(sibling.specific, pos=pick.one(["left", "right"]))
    return f"page {page.pk} beside {sibling.pk}"


@by_model
def toggle_menu(world, pick):
    page = pick.one(below_homes().not_type(NewsPage))
    if page is None:
        return None
    page = page.specific
    page.show_in_menus = not page.show_in_menus
    if page.live:
        publish(page)
    else:
        page.save_revision()
    return f"page {page.pk} in the menu: {page.show_in_menus}"


@by_model
def restrict(world, pick):
    page = pick.one(below_homes())
    if page is None or PageViewRestriction.objects.count() > 2:
        return None
    kind = pick.one(["login", "password", "groups"])
    PageViewRestriction.objects.create(page=page, restriction_type=kind, password="mật khẩu")
    return f"page {page.pk} restricted by {kind}"


@by_model
def release(world, pick):
    restriction = pick.one(PageViewRestriction.objects.order_by("pk"))
    if restriction is None:
        return None
    restriction.delete()
    return f"page {restriction.page_id} released"


def restrict_home_for_a_while(world, pick):
    page = pick.one(Page.objects.type((HomePage, NewsIndexPage)).order_by("pk"))
    if page is None or page.view_restrictions.exists():
        return
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    yield f"page {page.pk} restricted"
    PageViewRestriction.objects.filter(page=page).delete()
    yield f"page {page.pk} released by a query"
    # Each takes those of the translations with it.
    while left := PageViewRestriction.objects.filter(page__depth__lte=3).first():
        left.delete()
    yield f"page {page.pk} and its translations released"


@by_model
def redirect(world, pick):
    target = pick.one(pages().filter(live=True))
    if target is None:
        return None
    old = pick.one(["/khong-co-trang-nay", "/en/no-such-page", "/thong-tin"])
    Redirect.objects.update_or_create(
        old_path=old, defaults={"redirect_page": target, "is_permanent": pick.number(0, 1) == 1}
    )
    return f"{old} redirected to {target.pk}"


@by_model
def end_redirect(world, pick):
    found = pick.one(Redirect.objects.order_by("pk"))
    if found is None:
        return None
    found.delete()
    return f"{found.old_path} redirected no more"


@by_model
def copy_page(world, pick):
    page = pick.one(expendable().type((NewsPage, InfoPage, HistoryPage)))
    if page is None or pages().count() > 48:
        return None
    slug = f"ban-sao-{pick.number(1, 10**9)}"
    copied = page.specific.copy(
        recursive=True, keep_live=pick.number(0, 1) == 1, update_attrs={"slug": slug}
    )
    return f"page {page.pk} copied as {copied.pk}"


@by_model
def save_site(world, pick):
    site = Site.objects.get(is_default_site=True)
    site.site_name = world.text("Cổng")
    site.save()
    return "the site saved"


EDITS = [
    unpublish, publish_again, publish_again, publish_latest, delete_page, away_and_back,
    change_slug, move_page, reorder, toggle_menu, restrict, release, release,
    restrict_home_for_a_while, redirect, end_redirect, copy_page, save_site,
]  # fmt: skip
