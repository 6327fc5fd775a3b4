"""What holds where nothing else is said."""

BASKET_DAYS = 30
