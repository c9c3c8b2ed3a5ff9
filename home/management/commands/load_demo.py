from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from home.demo import build, bulk, site, users
from portal import roles


class Command(BaseCommand):
    """Build the demo site, a start without demo, or a great many articles."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--articles",
            type=int,
            default=0,
            metavar="N",
            help="add N generated articles to the first list of news",
        )
        parser.add_argument(
            "--empty",
            action="store_true",
            help="only a home page, a list of news and an identity to fill in",
        )
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="leave a site with content as it is and say so",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="remove all pages and snippets of the site first",
        )

    def handle(self, *, articles, empty, if_empty, replace, **options):
        if articles < 0:
            raise CommandError("--articles takes a number from 0 upwards.")
        if self._may_build(if_empty, replace, adding=articles > 0):
            if replace:
                with transaction.atomic():
                    site.clear()
            if empty:
                site.empty_site()
            else:
                build.Demo(self._say).build()
                roles.set_up()
                users.add_people()
            self._say("The site is ready.")
        if articles:
            bulk.add_articles(articles, progress=True)

    def _may_build(self, if_empty, replace, adding) -> bool:
        if replace or not site.has_content():
            return True
        if site.is_demo() or if_empty:
            self._say("The site has content already; it was left as it is.")
            return False
        if adding:
            return False
        raise CommandError(
            "This site has content that is not the demo's. Nothing was changed. "
            "Run again with --replace to remove all its pages and snippets first."
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
