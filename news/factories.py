"""Factories of the news room."""

import factory
from django.utils import timezone

from news.models import NewsCategory, NewsIndexPage, NewsPage
from portal.factories import BasePageFactory, locale


class NewsCategoryFactory(factory.django.DjangoModelFactory):
    """A category, in the source language unless told otherwise."""

    name = factory.Sequence(lambda n: f"Chuyên mục {n}")
    slug = factory.Sequence(lambda n: f"chuyen-muc-{n}")
    locale = factory.LazyFunction(lambda: locale("vi"))

    class Meta:
        model = NewsCategory


class NewsIndexPageFactory(BasePageFactory):
    """The list of news below a home page (``parent=``)."""

    title = "Tin tức"

    class Meta:
        model = NewsIndexPage


class NewsPageFactory(BasePageFactory):
    """An article below a list of news (``parent=``)."""

    title = factory.Sequence(lambda n: f"Tin số {n}")
    date = factory.LazyFunction(timezone.now)
    category = factory.SubFactory(
        NewsCategoryFactory, locale=factory.SelfAttribute("..parent.locale")
    )
    lead = "Hai câu kể lại toàn bộ sự việc. Người đọc vội chỉ cần đọc đến đây."

    class Meta:
        model = NewsPage
