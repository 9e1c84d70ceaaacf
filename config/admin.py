"""The admin site: the stewards' reading room."""

from unfold.sites import UnfoldAdminSite


class CardwrightAdminSite(UnfoldAdminSite):
    site_title = "Cardwright"
    site_header = "Cardwright"
    index_title = "Catalog"
