"""Make a new project of a template, and prepare one that is there already."""
