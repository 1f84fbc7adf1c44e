"""Continuous views: the files beside this one that end in .sql."""
