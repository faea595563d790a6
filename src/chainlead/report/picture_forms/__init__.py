"""The forms in which a picture leaves the page, one file each."""
