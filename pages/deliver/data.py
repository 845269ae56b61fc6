"""What data does the branch have, and how do more get in?"""

from analytics.language import _
from pages.shared.blocks import head

head(_("Data"))
