from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from home.demo import build, bulk, site, users
from portal import roles


class Command(BaseCommand):
    """Build the demo site, a start without demo, or a great many articles."""

    @property
    def help(self):
        """What the command does, in the language of the site."""
        return _("Build the demo site, a start without demo, or a great many articles.")

    def add_arguments(self, parser):
        parser.add_argument(
            "--articles",
            type=int,
            default=0,
            metavar="N",
            help=_("add N generated articles to the first list of news"),
        )
        parser.add_argument(
            "--empty",
            action="store_true",
            help=_("only a home page, a list of news and an identity to fill in"),
        )
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help=_("leave a site with content as it is and say so"),
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help=_("remove all pages and snippets of the site first"),
        )

    def handle(self, *, articles, empty, if_empty, replace, **options):
        if articles < 0:
            raise CommandError(_("--articles takes a number from 0 upwards."))
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
            self._say(_("The site is ready."))
        if articles:
            bulk.add_articles(articles, progress=True)

    def _may_build(self, if_empty, replace, adding) -> bool:
        if replace or not site.has_content():
            return True
        if site.is_demo() or if_empty:
            self._say(_("The site has content already; it was left as it is."))
            return False
        if adding:
            return False
        raise CommandError(
            _(
                "This site has content that is not the demo's. Nothing was changed. "
                "Run again with --replace to remove all its pages and snippets first."
            )
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
