"""What the news room does when the tree changes."""

from wagtail.signals import post_page_move

from news.models import NewsPage


def relist_when_moved(instance, **_signal):
    """Let an article that was moved know the index page that now lists it.

    Articles have no pages below them, and those below an index page that was moved keep it.
    """
    for article in NewsPage.objects.filter(pk=instance.pk):
        NewsPage.objects.filter(pk=article.pk).update(listing=article.find_listing())


def connect():
    """Connect every receiver; called once, when the apps are ready."""
    post_page_move.connect(relist_when_moved, dispatch_uid="news.relist_when_moved")
